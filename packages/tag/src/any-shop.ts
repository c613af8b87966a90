/** What shops of any kind publish: structured data, metadata, and what they tell Google's tags. */
import { hearDataLayer } from "./data-layer.ts";
import { GA4_EVENTS, ga4Properties } from "./ga4.ts";
import { jsonLdNodes } from "./json-ld.ts";
import type { Look } from "./look.ts";
import { microdataNodes } from "./microdata.ts";
import { openGraph } from "./open-graph.ts";
import {
  DATA_LAYER,
  GTAG,
  JSON_LD,
  MICRODATA,
  OPEN_GRAPH,
  OTHER_GOOGLE,
  type Source,
  VIEWED_PRODUCT,
} from "./sighting.ts";
import { structured } from "./structured.ts";
import type { Thing } from "./thing.ts";
import { universalEvents } from "./universal-analytics.ts";

/** Google Ads, Google Listings & Ads, Floodlight: what shops tell them they tell GA4 too. */
const ADVERTISER = /^(AW|GLA|DC)\b/;

const structuredData =
  (source: Source, nodesOf: (document: Document) => Thing[]): Look =>
  ({ see, isComplete }) => {
    if (!isComplete) return;
    const told = structured(nodesOf(document), document, new URL(location.href), Date.now());
    for (const [eventName, said] of Object.entries(told)) see(source, eventName, said);
  };

export const anyShop: readonly Look[] = [
  ({ see }) =>
    hearDataLayer((event, said, isGtag) => {
      const tell = (source: Source, event: unknown, said: Thing) =>
        see(source, GA4_EVENTS.get(event), ga4Properties(event, said));
      tell(!isGtag ? DATA_LAYER : ADVERTISER.test(String(said.send_to)) ? OTHER_GOOGLE : GTAG, event, said);
      for (const [event, own] of universalEvents(said)) tell(OTHER_GOOGLE, event, own);
    }),
  structuredData(JSON_LD, jsonLdNodes),
  structuredData(MICRODATA, microdataNodes),
  ({ see, isComplete }) => isComplete && see(OPEN_GRAPH, VIEWED_PRODUCT, openGraph(document)),
];
