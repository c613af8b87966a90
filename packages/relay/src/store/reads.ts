/** What people are shown of the ledger. Nothing in it is a personal value: hashes are masked, addresses left out. */
import type { Acknowledgement, Consent, Properties } from "@pinrelay/tag/contract";
import type { Half, MatchKey, OrderFacts, Source } from "../core/event.ts";
import type { Outcome } from "../core/outcome.ts";
import type { Person } from "./store.ts";

/** From `sinceMs` to before `untilMs`, ms since 1970. */
export interface Period {
  sinceMs: number;
  untilMs: number;
}

/** How a count stands at one step of the time axis. */
export interface Counted<Name extends string = string> {
  /** When the step begins, ms since 1970. */
  atMs: number;
  name: Name;
  count: number;
}

/** So many events whose halves differ are shown. */
export const DIFFERING = 5;

/** Which sources told the events of a name, among those that were looked at. */
export interface Halved {
  name: string;
  /** The Pinterest Tag took it (`fired`), and the relay sent it, or will. */
  both: number;
  /** The Tag took it; the relay sends nothing of it. */
  tagOnly: number;
  /** The relay sent it, or will; the Tag failed, was absent, or nothing is known of it. */
  relayOnly: number;
  /** Neither. */
  neither: number;
  /** Browser and the shop's server both told it. */
  twoSources: number;
  /** Of `twoSources` those that do not agree, by what they disagree on. */
  differing: { value: number; currency: number; contentIds: number };
}

/** What two halves of one event do not agree on. */
export type Disputed = "value" | "currency" | "content ID";

/** An event that browser and server told differently. */
export interface Differing {
  row: number;
  name: string;
  receivedMs: number;
  /** What each of them said, as it would be told to Pinterest. */
  on: { what: Disputed; browser: string; server: string }[];
}

export type Covered = MatchKey | "ip" | "user_agent" | "click_id";

/** Of the events that were looked at and go to Pinterest: how many carry each match key. */
export interface Coverage {
  name: string;
  events: number;
  keys: Partial<Record<Covered, number>>;
}

export interface OrderSum {
  currency: string;
  orders: number;
  /** As the shop's server told them, else the browser. */
  gross: number;
  cancelled: number;
  cancelledSum: number;
  /** Noted in the period, whenever the order was; not of orders that were cancelled, whose sum is taken off already. */
  refunds: number;
  refundedSum: number;
}

export interface Overview {
  /** Of when it is, ms since 1970: of a large ledger it may be remembered. */
  asOfMs: number;
  /** Length of a step of the two series, ms. */
  stepMs: number;
  /** Events received, by shop event name. */
  events: Counted[];
  /** Deliveries by outcome, by when their event was received; `waiting`: not settled. */
  outcomes: Counted<Outcome | "waiting">[];
  orders: OrderSum[];
  /** So many of the period's newest events were looked at for what follows. */
  lookedAt: number;
  halves: Halved[];
  /** The newest first, `DIFFERING` at most. */
  differing: Differing[];
  coverage: Coverage[];
  /** Tellings of these events by a source that had told them already. */
  duplicates: number;
  /** Halves that came after the event was sent. */
  lateHalves: number;
}

/** All conditions hold; one that is absent holds for all. */
export interface LogQuery {
  shop: number;
  /** Of this destination, where `outcome` is asked for. */
  destination?: number;
  outcome?: Outcome | "waiting";
  /** Shop event name. */
  name?: string;
  source?: Source;
  /** Received then or later / before. */
  sinceMs?: number;
  untilMs?: number;
  /** The visitor ID as the tag minted it. */
  visitor?: string;
  /** Any number or ID of an order. */
  order?: string;
  /** Rows before this one (a page further), or behind it (the live tail). */
  beforeRow?: number;
  afterRow?: number;
}

export interface LogDelivery {
  delivery: number;
  destination: number;
  /** Absent while it waits. */
  outcome?: Outcome;
  words?: string;
  dueMs?: number;
  attempts: number;
}

export interface LogRow {
  row: number;
  name: string;
  id: string;
  timeMs: number;
  receivedMs: number;
  sources: Source[];
  ack: Acknowledgement["state"] | "unknown";
  value?: number;
  currency?: string;
  duplicates: number;
  lateHalves: number;
  deliveries: LogDelivery[];
}

export interface LogPage {
  /** The newest first. */
  rows: LogRow[];
  /** `beforeRow` of what was not looked at yet; absent where nothing is left. There may be more though `rows` is empty. */
  next?: number;
}

/** A half without what is personal: match keys masked, of address and user agent only that they are there. */
export interface ShownHalf {
  source: Source;
  timeMs: number;
  receivedMs: number;
  rev?: string;
  tagName?: string;
  url?: string;
  referrer?: string;
  language?: string;
  visitor?: string;
  clickId?: string;
  matchKeys: Partial<Record<MatchKey, string[]>>;
  properties: Properties;
  consent: Consent;
  hasIp: boolean;
  hasUserAgent: boolean;
  isBot: boolean;
  country?: string;
  order?: OrderFacts;
}

/** A try that did not settle a delivery. */
export interface Attempt {
  atMs: number;
  words: string;
}

export interface ShownDelivery extends LogDelivery {
  /** As it was frozen, personal fields masked. */
  payload?: unknown;
  settledMs?: number;
  /** What it ended as before it was judged anew, the last first. */
  earlier?: string;
  /** The first one first. */
  tries: Attempt[];
}

/** One event with all that is known of it. */
export interface EventDetails extends Omit<LogRow, "deliveries"> {
  halves: ShownHalf[];
  merged: ShownHalf;
  ackMs?: number;
  orderIds: string[];
  refunds: { amount: number; currency: string; atMs: number }[];
  deliveries: ShownDelivery[];
}

/** An event as a claim would see it. Not for people: hashes are whole. */
export interface Sample {
  name: string;
  id: string;
  receivedMs: number;
  halves: readonly Half[];
  ack?: Acknowledgement["state"];
}

/** How much is known of a person. */
export interface KnownOf {
  events: number;
  /** Records of visitors: one for each browser, and for who is known by an alias alone. */
  visitors: number;
}

export interface Reads {
  overview(shop: number, period: Period): Promise<Overview>;
  log(query: LogQuery, limit: number): Promise<LogPage>;
  event(shop: number, row: number): Promise<EventDetails | undefined>;
  /** Shop event names that the ledger has of a shop, but for those that hold what may be personal. */
  names(shop: number): Promise<string[]>;
  /** The newest events, and the newest orders, for a dry run. */
  samples(shop: number, limit: number): Promise<Sample[]>;
  /** Who is behind an order, to be forgotten; undefined where no such order is known. */
  personOf(shop: number, order: string): Promise<Person | undefined>;
  /** What is known of a person; of their events those among the newest `limit`. */
  known(shop: number, person: Person, limit: number): Promise<KnownOf>;
}
