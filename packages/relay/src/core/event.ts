/** The inner event: what every door translates to, and all that later stages know. Pure types. */
import type { Consent, Properties } from "@pinrelay/tag/contract";

/** Who told an event. What a signed source says beats what a beacon says. */
export type Source = "browser" | "shopify" | "woocommerce" | "server";

/** Names of the hashed fields of Pinterest's `user_data`. */
export const MATCH_KEYS = [
  "em",
  "ph",
  "ge",
  "db",
  "ln",
  "fn",
  "ct",
  "st",
  "zp",
  "country",
  "external_id",
  "hashed_maids",
] as const;
export type MatchKey = (typeof MATCH_KEYS)[number];

/** SHA-256, lowercase hex, sorted and without repeats; a key with nothing to say is absent, never an empty list. */
export type MatchKeys = { [Key in MatchKey]?: string[] };

/** Personal data that Pinterest needs in the clear. Kept apart, so that it can be cleared once all is settled. */
export interface Network {
  ip?: string;
  userAgent?: string;
}

/** One source's telling of an event. Nothing in it is clear personal data but `network`. */
export interface Half {
  source: Source;
  /** When it happened, ms since 1970, client's clock skew taken out, never in the future. */
  timeMs: number;
  receivedMs: number;
  /** Settings revision of the tag that told it. */
  rev?: string;
  /** Pinterest Tag event name it has in the browser. */
  tagName?: string;
  url?: string;
  referrer?: string;
  language?: string;
  /** The visitor ID, 64 hex digits: it has the form of a hash already. */
  visitor?: string;
  clickId?: string;
  /** Of `external_id` only what the shop calls its customer: what Pinterest is told of it, `merge` decides. */
  matchKeys: MatchKeys;
  /** An identity partner's ID, as it is. */
  partnerId?: string;
  properties: Properties;
  aliases?: string[];
  consent: Consent;
  network?: Network;
}

/** An event as a door hands it to `ingest`: whose, which, and what this source says of it. */
export interface ShopEvent {
  /** Row id of the shop. */
  shop: number;
  name: string;
  id: string;
  half: Half;
}
