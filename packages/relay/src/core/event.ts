/** The inner event: what every door translates to, and all that later stages know. Types, and what they imply. */
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
  /** The user agent is a bot's. */
  isBot?: true;
  /** Its person was forgotten: nothing that is told of it later is joined with it, and it is sent to nobody. */
  isForgotten?: true;
  /** Row ids of the destinations that were in shadow when it was first told. */
  shadowed?: number[];
  /** Of an order: every event ID that it goes by in this shop (`orderEventId` of its id, number, name, checkout token). */
  orderIds?: string[];
  /** Of an order: two capital letters of the country that it is sent or billed to. */
  country?: string;
  /** What a signed source says of an order beside who, what and how much. */
  order?: OrderFacts;
}

/** How an order stands, in the words of no platform. Facts only: what counts, the shop's settings decide at the claim. */
export interface OrderFacts {
  /** When the shop's server last changed it, ms since 1970: a later telling replaces an earlier one while it is unsent. */
  asOfMs: number;
  /** `placed`: not paid yet (Shopify pending or authorized; WooCommerce on-hold). `void`: it never counts. */
  state: "placed" | "paid" | "void" | "cancelled";
  /**
   * How it came about: the platform's own name of the sales channel first, and what else may keep it from being counted
   * (`test`, `b2b`, `renewal`). It counts where every one of these is on the shop's list.
   */
  channels: string[];
  /** When the shop made it, ms since 1970: nobody can have told it before. */
  madeMs?: number;
  /** It was not bought on the web (a till in a shop). */
  isOffline?: true;
}

/** Money given back for an order. It is noted in the ledger: Pinterest cannot take a conversion back. */
export interface Refund {
  /** Row id of the shop. */
  shop: number;
  /** Event ID of the order. */
  order: string;
  /** The platform's own ID of this refund: told twice it counts once. */
  id: string;
  /** In major units of `currency`. */
  amount: number;
  currency: string;
  atMs: number;
}

/** Whether what it says is proved to come from the shop. */
export const isSigned = ({ source }: Pick<Half, "source">): boolean => source !== "browser";

/** Whether an order's name is one that only who has seen the order knows: letters and digits, as tokens are. */
export const isUnguessable = (orderId: string): boolean => /^order\.[^.]+\.(?=.*\d)(?=.*[a-z]).{16,}$/i.test(orderId);

/** An event as a door hands it to `ingest`: whose, which, and what this source says of it. */
export interface ShopEvent {
  /** Row id of the shop. */
  shop: number;
  name: string;
  id: string;
  half: Half;
}
