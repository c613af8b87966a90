/** The store's interface and its promises. Every store answers to one suite (`test/store-suite.ts`). */
import type { Acknowledgement, OtherTag } from "@pinrelay/tag/contract";
import type { Admit } from "../core/admit.ts";
import type { Difference, Document, Draft } from "../core/draft.ts";
import type { Half, Refund, ShopEvent } from "../core/event.ts";
import type { KnownVisitor, VisitorNote } from "../core/identity.ts";
import type { Outcome } from "../core/outcome.ts";
import type { Rules } from "../core/rules.ts";
import type {
  ChannelSettings,
  Destination,
  DestinationState,
  Shop,
  ShopSecrets,
  ShopSettings,
} from "../core/settings.ts";
import type { HouseStore } from "./house-store.ts";
import type { Reads } from "./reads.ts";

export interface Admitted extends ShopEvent {
  admit: Admit;
}

/** An acknowledgement as the relay received it. */
export interface ShopAcknowledgement extends Acknowledgement {
  shop: number;
  atMs: number;
}

/** A Pinterest Tag beside ours, as the relay was told of it. */
export interface ShopOtherTag extends OtherTag {
  shop: number;
  atMs: number;
}

/** So many are kept of a shop, those noticed last: whoever knows its public key can make them up. */
export const OTHER_TAGS = 100;
/** One that was noticed is noted again after so long. */
export const RENOTICED_MS = 300_000;

/** So many tries of a delivery are known that did not settle it. */
export const ATTEMPTS = 20;

/** What one request tells; it becomes durable as a whole. */
export interface Telling {
  events: readonly Admitted[];
  acks: readonly ShopAcknowledgement[];
  otherTags?: readonly ShopOtherTag[];
  refunds?: readonly Refund[];
  visitors?: readonly VisitorNote[];
}

/** A Pinterest Tag beside ours, for people. */
export interface NoticedTag extends OtherTag {
  firstMs: number;
  /** Less than `RENOTICED_MS` before it was last noticed. */
  lastMs: number;
  /** How often it was noted. */
  sightings: number;
}

/**
 * `merged`: another source told this event before, and this half joined it in time, or the same one told it anew and the
 * event was not sent yet. `late half`: it was.
 */
export type Kept = "new" | "merged" | "late half" | "duplicate";

/** A delivery that is due, with all the ledger knows of its event. */
export interface Due {
  shop: number;
  name: string;
  id: string;
  halves: readonly Half[];
  ack?: Acknowledgement["state"];
  /** What is known of its visitor from other events. */
  visitor?: KnownVisitor;
  /** What was given back of an order. */
  refunds?: readonly Pick<Refund, "amount" | "currency">[];
  /** Bytes of an earlier try. */
  payload?: string;
  attempts: number;
}

/**
 * What the claim decides of a due delivery: the bytes to send, or that there is nothing to send. `halves`: what alone may
 * be kept of the event from then on.
 */
export type Judgement = { payload: string } | { outcome: Outcome; words?: string; halves?: readonly Half[] };

export interface ClaimRequest {
  destination: number;
  /** Names this worker; only the holder of a claim can settle it. */
  worker: string;
  limit: number;
  nowMs: number;
  /** After this the claim counts as abandoned, and the delivery is due again. */
  leaseMs: number;
}

export interface Claimed {
  delivery: number;
  payload: string;
  attempts: number;
  name: string;
  id: string;
}

export interface Settled {
  delivery: number;
  outcome: Outcome;
  words?: string;
  /** As it was claimed, where that is at hand: a store that would have to read it, to take from it what is not kept, need not. */
  payload?: string;
}

export interface Postponed {
  delivery: number;
  dueMs: number;
  words: string;
  /** When the call ended that held it, ms since 1970: the ledger keeps the last `ATTEMPTS` of a delivery. */
  atMs?: number;
  /** No call held it since it was claimed: then this was no try, and where there was none before nothing is frozen. */
  untried?: true;
}

/** Which deliveries that ended unsent: all conditions hold; one that is absent holds for all. */
export interface DeadLetterQuery {
  shop?: number;
  destination?: number;
  outcomes: readonly Outcome[];
  /** This one alone. */
  delivery?: number;
  /** Shop event name. */
  name?: string;
  /** The event happened then or later, ms since 1970. */
  sinceMs?: number;
  /** The event happened before. */
  beforeMs?: number;
  /** The reason kept beside the outcome contains this, in any case. */
  words?: string;
  /** Only what no call to Pinterest ever held. */
  neverSent?: true;
}

/** A delivery that ended unsent, for people: personal data is not in it. */
export interface DeadLetter {
  delivery: number;
  shop: number;
  destination: number;
  name: string;
  id: string;
  timeMs: number;
  settledMs: number;
  outcome: Outcome;
  words?: string;
  /** What it ended as before it was judged anew, the last first. */
  earlier?: string;
  attempts: number;
}

/** How many ended so. */
export interface DeadLetterCount {
  destination: number;
  outcome: Outcome;
  words?: string;
  count: number;
}

/** What waits for a destination. */
export interface QueueState {
  destination: number;
  /** Deliveries that are not settled, those held back included. */
  waiting: number;
  /** When the oldest event was received that is due or was tried; absent where none is. */
  oldestMs?: number;
}

/** One row of the ledger, for people: personal data is not in it. */
export interface LedgerRow {
  shop: number;
  name: string;
  id: string;
  timeMs: number;
  receivedMs: number;
  sources: string[];
  ack: Acknowledgement["state"] | "unknown";
  duplicates: number;
  /** Halves that came after the event was sent. */
  lateHalves: number;
  /** Whether the shop says that the order was cancelled, since it was sent perhaps. */
  isCancelled: boolean;
  /** What was given back of an order. */
  refunds: { amount: number; currency: string }[];
  deliveries: {
    destination: number;
    outcome?: Outcome;
    words?: string;
    /** What it ended as before it was judged anew, the last first. */
    earlier?: string;
    attempts: number;
    payload?: string;
  }[];
}

/** Whom to forget: visitor IDs, hashes of match keys, aliases with their values hashed. */
export interface Person {
  visitors: readonly string[];
  hashes: readonly string[];
  aliases: readonly string[];
  /** Under what the store knew them, as the first step found it; the next ones take it. */
  known?: readonly string[];
}

export interface Forgotten {
  events: number;
  /** Under what the store knew those visitors whom it knows no more. */
  known: string[];
  /** Row to go on from; absent once all were looked at. */
  next?: number;
}

export interface NewShop {
  key: string;
  origins: readonly string[];
  settings: ShopSettings;
  secrets?: ShopSecrets;
}

export interface NewDestination {
  shop: number;
  name: string;
  adAccountId: string;
  tagId: string;
  token: string;
  state: DestinationState;
  drivesBrowser: boolean;
  rules?: Rules;
}

/** A change of a shop's settings, as it is remembered. */
export interface Change {
  row: number;
  atMs: number;
  /** The dashboard, or the command line. */
  by: string;
  differences: readonly Difference[];
  /** How all stood before. */
  document: Document;
}

/** The store could not write: nothing of the request was kept, and it may be tried again. */
export class StoreUnavailable extends Error {
  override name = "StoreUnavailable";
}

export interface Store extends HouseStore {
  /**
   * Keeps every event that is new by shop, name and id, joins halves of known ones while they are unsent, and counts
   * the rest. An order is known by any of its `orderIds`. Of other Tags one a kind is noted, and again after `RENOTICED_MS`. Resolves only when all of it is
   * durable (fsynced); rejects with `StoreUnavailable` when none is.
   */
  keep(telling: Telling): Promise<Kept[]>;

  /**
   * Claims due deliveries, oldest first, and in the same commit freezes what `judge` says of each: two workers never
   * hold the same one, and a claim that was not settled within its lease is due again with the same bytes.
   */
  claim(request: ClaimRequest, judge: (due: Due) => Judgement): Promise<Claimed[]>;

  /** Records outcomes for claims that `worker` still holds; once all of an event's are in, its IP and user agent go. */
  settle(worker: string, settled: readonly Settled[], nowMs: number): Promise<void>;

  /**
   * Settles up to `limit` unsettled deliveries as expired, of events that happened before `beforeMs` and were received
   * before too: anybody's browser may say that one of today is old, and the claim knows better. Resolves with how many.
   */
  expire(destination: number, beforeMs: number, limit: number, nowMs: number): Promise<number>;

  /**
   * Withdraws up to `limit` deliveries that wait for a destination which was removed; what a worker holds is left to it until
   * its lease ends. Resolves with how many.
   */
  withdrawGone(limit: number, nowMs: number): Promise<number>;

  /** Deliveries that ended unsent, the last settled first. Never one with the outcome `sent`. */
  deadLetters(query: DeadLetterQuery, limit: number): Promise<DeadLetter[]>;
  /** How many of them there are by destination, outcome and reason, the most first. */
  countDeadLetters(query: DeadLetterQuery): Promise<DeadLetterCount[]>;

  /**
   * Has up to `limit` deliveries judged anew that were settled by now: with the ID and time of their event, from what the
   * ledger still knows of it. What they ended as is kept beside them. Never one with the outcome `sent`, nor one of a
   * destination that was removed. Resolves with how many; fewer than `limit` where no more were found.
   */
  replay(query: DeadLetterQuery, limit: number, nowMs: number): Promise<number>;

  /** What waits, by destination; those for which nothing does are left out. */
  queue(nowMs: number): Promise<QueueState[]>;

  /**
   * Takes one call to this ad account from the budget that all relays share, `perMinute` at most with none saved up beyond
   * a second's; resolves with 0, or with the ms after which there will be one.
   */
  takeCall(adAccountId: string, perMinute: number, nowMs: number): Promise<number>;

  /**
   * Forgets people: what is known of these visitors and of who has one of these hashes, and who they are in up to
   * `limit` events from row `from` on. What of it was not sent is withdrawn. Resolves with where to go on, and how many.
   */
  forget(shop: number, person: Person, from: number, limit: number, nowMs: number): Promise<Forgotten>;
  /** Forgets up to `limit` visitors who were not seen since; resolves with how many. */
  forgetVisitors(beforeMs: number, limit: number): Promise<number>;

  /**
   * Removes up to `limit` events received before `beforeMs` of which nothing waits, with all that belongs to them, and
   * acknowledgements and refunds from before of which no event is known. Of an order its names stay, as tombstones: who
   * tells it again tells a duplicate. Resolves with how many.
   */
  purgeEvents(beforeMs: number, limit: number): Promise<number>;
  /** Removes up to `limit` tombstones of orders received before; resolves with how many. */
  purgeTombstones(beforeMs: number, limit: number): Promise<number>;

  /** Gives back all that `worker` still holds, due now: it stops, and another need not wait for its lease to end. */
  release(worker: string, nowMs: number): Promise<void>;

  /** What time it is where the store is; only where relays on several machines may share it. */
  timeMs?(): Promise<number>;
  /**
   * Notes that it is `nowMs`. Where the store had seen a time that is later by more than `noticedMs`, the clock was set
   * back: what is due later, held or claimed, is due so much sooner, and not before now; once, whichever relay notices it
   * first. `lastMs`: the time that this relay saw last. Resolves with by how much it went back, else with 0.
   */
  seeTime(nowMs: number, lastMs: number, noticedMs: number): Promise<number>;

  /** Gives claims back, to be due again at their time. */
  postpone(worker: string, postponed: readonly Postponed[]): Promise<void>;

  /** Remembers the settings that a tag was served with. */
  rememberRevision(shop: number, rev: string, settings: ChannelSettings): Promise<void>;
  revisions(): Promise<{ shop: number; rev: string; settings: ChannelSettings }[]>;

  shops(): Promise<Shop[]>;
  destinations(): Promise<Destination[]>;
  addShop(shop: NewShop): Promise<Shop>;
  /** Under a number that none had before, also none that was removed. */
  addDestination(destination: NewDestination): Promise<Destination>;
  /** Adds it where there is none at all, in one commit: of two relays that start on an empty store one does. */
  addFirstShop(shop: NewShop): Promise<void>;
  addFirstDestination(destination: NewDestination): Promise<void>;
  saveShop(shop: Shop): Promise<void>;
  /** An empty token leaves the stored one as it is. */
  saveDestination(destination: Destination): Promise<void>;
  /**
   * Saves what was changed in a shop and its destinations, in one commit with what is to be known of it; false, and nothing
   * is saved, where somebody else has changed them since `before` was read. Of destinations of one shop one drives the browser.
   * Whether one stands still is left as it is, where the change says nothing of it.
   */
  saveChange(before: Draft, after: Draft, by: string, nowMs: number): Promise<boolean>;
  /** The newest first. */
  changes(shop: number, limit: number): Promise<Change[]>;
  /**
   * Removes a destination. What waits for it is for `withdrawGone`; what is known of the rest stays. A shop's only one that is
   * left drives the browser.
   */
  removeDestination(destination: number): Promise<void>;
  /** Notes why deliveries stand still; false where token or ad account were changed since `destination` was read. */
  pauseDestination(destination: Destination, words: string): Promise<boolean>;

  /** What people are shown of the ledger. */
  reads: Reads;

  /** The newest events first. */
  recent(limit: number): Promise<LedgerRow[]>;

  /** Why events were filtered, and how many for each reason, the most first. */
  leftOut(): Promise<{ words: string; count: number }[]>;

  /** Other Pinterest Tags that a shop's pages noticed, the last noticed first: `OTHER_TAGS` at most. */
  otherTags(shop: number): Promise<NoticedTag[]>;
  /** Forgets those that were last noticed before. */
  forgetOtherTags(beforeMs: number): Promise<void>;

  /** Throws `StoreUnavailable` where a write would fail. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** The store's part about who: shops, destinations, the settings that tags were served with. */
export type DirectoryStore = Pick<
  Store,
  | "shops"
  | "destinations"
  | "addShop"
  | "addDestination"
  | "addFirstShop"
  | "addFirstDestination"
  | "pauseDestination"
  | "saveChange"
  | "changes"
  | "removeDestination"
  | "saveShop"
  | "saveDestination"
  | "rememberRevision"
  | "revisions"
>;
