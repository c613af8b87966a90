/** That something happened in the page, as one source tells it. */
import type { EventProperties, Profile } from "./contract.ts";

/** Kinds of source, best first: where two tell the same, the lower number is believed. */
export const CALL = 0;
/** What the shop's makers have marked in its pages. */
export const MARKED = 1;
/** What the shop's platform says of itself: its own data, requests and replies. */
export const SHOP = 2;
export const JSON_LD = 3;
export const DATA_LAYER = 4;
export const GTAG = 5;
/** The same once more, for Universal Analytics or an advertiser's tag. */
export const OTHER_GOOGLE = 6;
export const MICRODATA = 7;
export const OPEN_GRAPH = 8;

export type Source =
  | typeof CALL
  | typeof MARKED
  | typeof SHOP
  | typeof JSON_LD
  | typeof DATA_LAYER
  | typeof GTAG
  | typeof OTHER_GOOGLE
  | typeof MICRODATA
  | typeof OPEN_GRAPH;

export const PAGE_LOAD = "$page_load";
export const VIEWED_PRODUCT = "Viewed Product";
export const VIEWED_COLLECTION = "Viewed Collection";

/** What a call of `track` says; other sources say less. */
export interface TrackCall {
  eventName: string;
  properties?: EventProperties;
  /** The merchant's own event ID. */
  eventID?: string;
  profileProperties?: Profile;
  aliases?: string[];
}

export interface Told extends TrackCall {
  /** Of the page, when it was seen. */
  address: string;
  /** When that was, ms since 1970. */
  time: number;
  /** Whether it came about is not known yet: it only adds to what another source has seen of the same. */
  isUnsure?: boolean;
}

export interface Sighting extends Told {
  properties: EventProperties;
  source: Source;
}
