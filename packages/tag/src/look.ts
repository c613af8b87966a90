/** Looks at all that a page says without being asked. */
import { hearDataLayer } from "./data-layer.ts";
import { GA4_EVENTS, ga4Properties } from "./ga4.ts";
import { attempt } from "./guard.ts";
import { jsonLd } from "./json-ld.ts";
import { openGraph } from "./open-graph.ts";
import { DATA_LAYER, GTAG, JSON_LD, OPEN_GRAPH, type Source, VIEWED_PRODUCT } from "./sighting.ts";
import type { Thing } from "./thing.ts";

/** Takes what a source says: which shop event, and what of it. Either may be missing: then nothing was seen. */
export type See = (source: Source, eventName: string | undefined, said: Thing | undefined) => void;

/** Tells what the page says by now, and from the first time on what is pushed into its dataLayer. */
export const look = (see: See, isComplete: boolean): void => {
  attempt(() =>
    hearDataLayer((event, said, isGtag) =>
      see(isGtag ? GTAG : DATA_LAYER, GA4_EVENTS.get(event), ga4Properties(event, said)),
    ),
  );
  // A document that is not complete has not yet said what it is about.
  if (!isComplete) return;
  attempt(() => {
    const told = Object.entries(jsonLd(document, new URL(location.href), Date.now()));
    for (const [eventName, said] of told) see(JSON_LD, eventName, said);
  });
  attempt(() => see(OPEN_GRAPH, VIEWED_PRODUCT, openGraph(document)));
};
