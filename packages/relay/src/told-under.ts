/** What the pages of a shop would have told under other settings, from what they told: for a dry run alone. */
import type { Draft } from "./core/draft.ts";
import type { Half } from "./core/event.ts";
import type { Sample } from "./store/reads.ts";
import { tagNames } from "./tag-settings.ts";

const PAGE_LOAD = "$page_load";
const VIEWED_PRODUCT = "Viewed Product";
/** A product's view is told so long after its page was loaded, at most. */
const SETTLED_MS = 10_000;

/** A half as a page would have told it under the draft's settings: by which event of the Pinterest Tag, if by any. */
export type ToldUnder = (name: string, half: Half) => Half;

export function toldUnder({ shop, destinations }: Draft, samples: readonly Sample[]): ToldUnder {
  const driving = destinations.find(({ drivesBrowser }) => drivesBrowser);
  const tags = driving && tagNames(driving.rules);
  const views = productViews(samples);
  return (name, half) => {
    // Without a tag's name the page told the Pinterest Tag nothing: it was not to, or it could not.
    if (!tags || half.source !== "browser" || half.tagName === undefined) return half;
    const { tagName: _, ...rest } = half;
    const isVisit = name === PAGE_LOAD && shop.settings.pageLoad === "page_visit" && !views(half);
    const tagName = isVisit ? "pagevisit" : tags[name];
    return tagName === undefined ? rest : { ...rest, tagName };
  };
}

/** Whether a page that was loaded has shown a product, which counts as its visit. */
function productViews(samples: readonly Sample[]): (half: Half) => boolean {
  const times = new Map<string, number[]>();
  const pageOf = ({ visitor, url }: Half): string => `${visitor} ${url}`;
  for (const { name, halves } of samples)
    for (const half of halves)
      if (name === VIEWED_PRODUCT && half.source === "browser")
        times.set(pageOf(half), [...(times.get(pageOf(half)) ?? []), half.timeMs]);
  return (half) => (times.get(pageOf(half)) ?? []).some((timeMs) => Math.abs(timeMs - half.timeMs) < SETTLED_MS);
}
