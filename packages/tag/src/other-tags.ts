/** Watches for another Pinterest Tag that tells the same events: under two IDs Pinterest counts them twice. */
import type { OtherTag } from "./contract.ts";
import { attempt } from "./guard.ts";
import { loadedTag } from "./pintrk-on-page.ts";

/** The API client of Shopify's Pinterest app, whose pixel runs out of the page's sight. */
const SHOPIFY_APP = /"apiClientId":\s*3009811\b/;

/** What the Tag sends: its events, and what it asks for when it starts. */
const SENT = /^https:\/\/ct\.pinterest\.com\/(v3|user)\b/;

/** These the Tag tells by itself, under no ID. */
const BASE_CALLS = /^(init|page)?$/;

const reported = new Set<string>();

/** `isOurs` answers whether what was sent is an event that we told our Tag. */
export const watchOtherTags = (
  tagId: string,
  isOurs: (said: string) => boolean,
  report: (other: OtherTag) => void,
): void => {
  const once = (other: OtherTag): void => {
    const key = JSON.stringify(other);
    if (!reported.has(key)) report(other);
    reported.add(key);
  };
  const see = ({ name }: PerformanceEntry): void => {
    if (!SENT.test(name)) return;
    const said = Object.fromEntries(new URL(name).searchParams);
    const { tid, event = "" } = said;
    const isBase = tid === tagId && BASE_CALLS.test(event);
    if (tid && !isBase && !(tid === tagId && isOurs(Object.values(said).join())))
      once({ by: "network", tagId: tid, ...(event && { event: event.toLowerCase() }) });
  };
  const loaded = window.pintrk && loadedTag(window.pintrk, document);
  if (loaded && loaded !== tagId) once({ by: "page", tagId: loaded });
  attempt(() =>
    new PerformanceObserver((list) => attempt(() => list.getEntries().forEach(see))).observe({
      type: "resource",
      buffered: true,
    }),
  );
  for (const { text } of document.scripts)
    for (const part of SHOPIFY_APP.test(text) ? text.split('"configuration"') : []) {
      const [, id] = /tag_?id\W+(\d+)/i.exec(part) ?? [];
      if (SHOPIFY_APP.test(part)) once({ by: "shopify app", ...(id && { tagId: id }) });
    }
};
