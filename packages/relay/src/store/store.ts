/** The store's interface and its promises. Every store answers to one suite (`test/store-suite.ts`). */
import type { Acknowledgement, OtherTag } from "@pinrelay/tag/contract";
import type { Admission } from "../core/admit.ts";
import type { Half, ShopEvent } from "../core/event.ts";
import type { Outcome } from "../core/outcome.ts";
import type { ChannelSettings, Destination, DestinationState, Shop, ShopSettings } from "../core/settings.ts";

export interface Admitted extends ShopEvent {
  admissions: readonly Admission[];
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

/** What one request tells; it becomes durable as a whole. */
export interface Telling {
  events: readonly Admitted[];
  acks: readonly ShopAcknowledgement[];
  otherTags?: readonly ShopOtherTag[];
}

/** A Pinterest Tag beside ours, for people. */
export interface NoticedTag extends OtherTag {
  firstMs: number;
  /** Less than `RENOTICED_MS` before it was last noticed. */
  lastMs: number;
  /** How often it was noted. */
  sightings: number;
}

/** `merged`: another source told this event before, and this half joined it in time. `late half`: it did not. */
export type Kept = "new" | "merged" | "late half" | "duplicate";

/** A delivery that is due, with all the ledger knows of its event. */
export interface Due {
  shop: number;
  name: string;
  id: string;
  halves: readonly Half[];
  ack?: Acknowledgement["state"];
  /** Bytes of an earlier try. */
  payload?: string;
  attempts: number;
}

/** What the claim decides of a due delivery: the bytes to send, or that there is nothing to send. */
export type Judgement = { payload: string } | { outcome: Outcome; words?: string };

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
}

export interface Postponed {
  delivery: number;
  dueMs: number;
  words: string;
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
  deliveries: { destination: number; outcome?: Outcome; words?: string; attempts: number; payload?: string }[];
}

export interface NewShop {
  key: string;
  origins: readonly string[];
  settings: ShopSettings;
}

export interface NewDestination {
  shop: number;
  name: string;
  adAccountId: string;
  tagId: string;
  token: string;
  state: DestinationState;
  drivesBrowser: boolean;
}

/** The store could not write: nothing of the request was kept, and it may be tried again. */
export class StoreUnavailable extends Error {
  override name = "StoreUnavailable";
}

export interface Store {
  /**
   * Keeps every event that is new by shop, name and id, joins halves of known ones while they are unclaimed, and
   * counts the rest. Of other Tags one a kind is noted, and again after `RENOTICED_MS`. Resolves only when all of it is
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

  /** Settles up to `limit` unsettled deliveries of events older than `beforeMs` as expired; resolves with how many. */
  expire(destination: number, beforeMs: number, limit: number, nowMs: number): Promise<number>;

  /** Gives claims back, to be due again at their time. */
  postpone(worker: string, postponed: readonly Postponed[]): Promise<void>;

  /** Remembers the settings that a tag was served with. */
  rememberRevision(shop: number, rev: string, settings: ChannelSettings): Promise<void>;
  revisions(): Promise<{ shop: number; rev: string; settings: ChannelSettings }[]>;

  shops(): Promise<Shop[]>;
  destinations(): Promise<Destination[]>;
  addShop(shop: NewShop): Promise<Shop>;
  addDestination(destination: NewDestination): Promise<Destination>;
  /** Adds it where there is none at all, in one commit: of two relays that start on an empty store one does. */
  addFirstShop(shop: NewShop): Promise<void>;
  addFirstDestination(destination: NewDestination): Promise<void>;
  saveShop(shop: Shop): Promise<void>;
  /** An empty token leaves the stored one as it is. */
  saveDestination(destination: Destination): Promise<void>;
  /** Notes why deliveries stand still; false where the token has been renewed since `destination` was read. */
  pauseDestination(destination: Destination, words: string): Promise<boolean>;

  /** The newest events first. */
  recent(limit: number): Promise<LedgerRow[]>;

  /** Other Pinterest Tags that a shop's pages noticed, the last noticed first: `OTHER_TAGS` at most. */
  otherTags(shop: number): Promise<NoticedTag[]>;
  /** Forgets those that were last noticed before. */
  forgetOtherTags(beforeMs: number): Promise<void>;

  /** Throws `StoreUnavailable` where a write would fail. */
  check(): Promise<void>;
  close(): Promise<void>;
}
