/** What shops of any kind publish: structured data, metadata, and what they tell Google's tags. */
import { hearDataLayer } from "./data-layer.ts";
import { GA4_EVENTS, ga4Properties } from "./ga4.ts";
import { jsonLd } from "./json-ld.ts";
import type { Look } from "./look.ts";
import { openGraph } from "./open-graph.ts";
import { DATA_LAYER, GTAG, JSON_LD, OPEN_GRAPH, VIEWED_PRODUCT } from "./sighting.ts";

export const anyShop: readonly Look[] = [
  ({ see }) =>
    hearDataLayer((event, said, isGtag) =>
      see(isGtag ? GTAG : DATA_LAYER, GA4_EVENTS.get(event), ga4Properties(event, said)),
    ),
  ({ see, isComplete }) => {
    const told = isComplete ? Object.entries(jsonLd(document, new URL(location.href), Date.now())) : [];
    for (const [eventName, said] of told) see(JSON_LD, eventName, said);
  },
  ({ see, isComplete }) => isComplete && see(OPEN_GRAPH, VIEWED_PRODUCT, openGraph(document)),
];
