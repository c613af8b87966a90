/** Another Pinterest Tag as a line for people: when it was last noticed, in which shop, which, what it tells, and where. */
import type { NoticedTag } from "./store/store.ts";

// biome-ignore format: a table
const WHERE = {
  "page":        "in the page's code",
  "network":     "in what the page sends to Pinterest",
  "shopify app": "among Shopify's app pixels",
} as const satisfies Record<NoticedTag["by"], string>;

export const otherTagLine = (shop: string, { by, tagId, event, firstMs, lastMs, sightings }: NoticedTag): string =>
  [
    written(lastMs),
    `shop ${shop}`,
    `Pinterest Tag ${tagId ?? "of unknown ID"}`,
    event ? `tells ${event}` : "may tell the same events",
    `first noticed ${written(firstMs)} ${WHERE[by]}, noted ${sightings === 1 ? "once" : `${sightings} times`}`,
  ].join("  ");

const written = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace("T", " ");
