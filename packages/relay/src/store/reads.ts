/** What people are shown of the ledger. Nothing in it is a personal value: hashes are masked, addresses are cut. */
import type { Acknowledgement } from "@pinrelay/tag/contract";
import type { Half, MatchKey, Source } from "../core/event.ts";
import type { Outcome } from "../core/outcome.ts";

/** From `sinceMs` to before `untilMs`, ms since 1970. */
export interface Period {
  sinceMs: number;
  untilMs: number;
}

/** How a count stands at one step of the time axis. */
export interface Counted {
  /** When the step begins, ms since 1970. */
  atMs: number;
  name: string;
  count: number;
}

/** Which sources told the events of a name. Events that were told less than `hold` ago may still get their other half. */
export interface Halved {
  name: string;
  /** The Pinterest Tag took it (`fired`) and the relay has it for the API. */
  both: number;
  /** The Tag took it; the relay sends nothing of it (browser only, late). */
  tagOnly: number;
  /** The relay has it; the Tag failed, was absent, or nothing is known of it. */
  relayOnly: number;
  /** Browser and the shop's server both told it. */
  twoSources: number;
  /** Of `twoSources`, those that do not agree, by what they disagree on. */
  differing: { value: number; currency: number; contentIds: number };
}

/** Of the events of a name that were received: how many carry each match key (beside them `ip`, `user_agent`, `click_id`). */
export interface Coverage {
  name: string;
  events: number;
  keys: Partial<Record<MatchKey | "ip" | "user_agent" | "click_id", number>>;
}

export interface OrderSum {
  currency: string;
  orders: number;
  gross: number;
  cancelled: number;
  cancelledSum: number;
  refunds: number;
  refundedSum: number;
}

export interface Overview {
  /** Length of a step of the two series, ms. */
  stepMs: number;
  /** Events received, by shop event name. */
  events: Counted[];
  /** Deliveries settled, by outcome; `waiting` for those that are not. By when the event was received. */
  outcomes: (Omit<Counted, "name"> & { name: Outcome | "waiting" })[];
  halves: Halved[];
  coverage: Coverage[];
  orders: OrderSum[];
  /** Refused at the door is not in the ledger; duplicates told again are. */
  duplicates: number;
  lateHalves: number;
}

/** All conditions hold; one that is absent holds for all. */
export interface LogQuery {
  shop: number;
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
  /** Any name of an order, with or without `order.` before it. */
  order?: string;
  /** Rows older than this one (a page further), or newer (the live tail). */
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
  deliveries: LogDelivery[];
}

/** One call that held a delivery, or its end without one. */
export interface Attempt {
  delivery: number;
  atMs: number;
  /** HTTP status; absent where no answer came. */
  status?: number;
  /** Pinterest's words, or ours where there was no answer. */
  words: string;
}

/** One event with all that is known of it, for its own page. */
export interface EventDetails extends LogRow {
  shop: number;
  /** Both halves as they were told. Match keys are masked (`…` and the last four digits), `network` says only that it is there. */
  halves: (Omit<Half, "network" | "matchKeys"> & {
    matchKeys: Partial<Record<MatchKey, string[]>>;
    hasIp: boolean;
    hasUserAgent: boolean;
  })[];
  ackMs?: number;
  lateHalves: number;
  orderIds: string[];
  refunds: { id: string; amount: number; currency: string; atMs: number }[];
  /** By delivery: the payload that was frozen, personal fields masked, and its tries, the first first. */
  sent: { delivery: number; payload?: unknown; settledMs?: number; earlier?: string; attempts: Attempt[] }[];
}

export interface Reads {
  overview(shop: number, period: Period): Promise<Overview>;
  /** The newest first; at most `limit`. With `afterRow` those that came since, the newest first. */
  log(query: LogQuery, limit: number): Promise<LogRow[]>;
  event(shop: number, name: string, id: string): Promise<EventDetails | undefined>;
  /** Shop event names that the ledger has of a shop. */
  names(shop: number): Promise<string[]>;
  /** The last events with their halves as they are kept, for a dry run; the newest first. */
  samples(shop: number, limit: number): Promise<Sample[]>;
  close(): Promise<void>;
}

/** An event as a claim would see it. Not for people: hashes are whole. */
export interface Sample {
  name: string;
  id: string;
  receivedMs: number;
  halves: readonly Half[];
  ack?: Acknowledgement["state"];
}
