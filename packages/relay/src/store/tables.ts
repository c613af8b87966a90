/** What `keep` reads and writes, inside of one transaction: each store has these tables in its own way. */
import type { Acknowledgement } from "@pinrelay/tag/contract";
import type { Admission } from "../core/admit.ts";
import type { Half, Refund } from "../core/event.ts";
import type { Admitted } from "./store.ts";
import type { Visitor } from "./visitor-records.ts";

/** What is written of an event that nobody has told yet. */
export interface NewEvent {
  halves: readonly Half[];
  admissions: readonly Admission[];
  /** Whether anything of it waits to be sent: else its IP and user agent are not kept at all. */
  waits: boolean;
}

/** An event that the ledger has. */
export interface KnownEvent {
  row: number;
  halves: readonly Half[];
  /** A delivery of it was claimed: what it says is frozen. */
  isSent: boolean;
  /** Its person was forgotten. */
  isForgotten: boolean;
}

/** Told again by who had told it (`duplicates`), or by another one who came too late (`lateHalves`). */
export type Counter = "duplicates" | "lateHalves";

export interface EventTables {
  byKey(shop: number, name: string, id: string): KnownEvent | undefined;
  byRow(row: number): KnownEvent | undefined;
  /** Its row; undefined where another event has its key. */
  insert(admitted: Admitted, event: NewEvent): number | undefined;
  /** Writes the halves and, from them, the event's times. */
  rewrite(row: number, halves: readonly Half[]): void;
  /** Writes what the halves say, and leaves times and IP addresses as they are. */
  remark(row: number, halves: readonly Half[]): void;
  count(row: number, counter: Counter, by: number): void;
  duplicates(row: number): number;
  /** An order that somebody made up, and that was sent, keeps its row, and leaves its name to the real one. */
  giveWay(row: number): void;
  /** With its deliveries. */
  remove(row: number): void;
  /** Adds the delivery, or judges it anew where it was never sent. */
  admit(row: number, admission: Admission, nowMs: number): void;
  /** IP and user agent of an event go where nothing of it waits to be sent. */
  clearNetwork(row: number): void;
}

export interface OrderTables {
  /** Row of the event that goes by this name. */
  named(shop: number, id: string): number | undefined;
  /** A signed source's word takes a name away from an unsigned one. */
  name(shop: number, id: string, event: number, isSigned: boolean): void;
  /** All names of one event become the other's. */
  rename(from: number, into: number): void;
  /** Whether the ledger once held an order of that name, and whether a signed source told it. */
  tombstone(shop: number, id: string): { isSigned: boolean } | undefined;
  refund(refund: Refund): void;
  /** The shop's own server told an order, to the day. */
  hearServer(shop: number, atMs: number): void;
}

export interface VisitorTables {
  visitor(shop: number, id: string): Visitor | undefined;
  save(shop: number, id: string, visitor: Visitor): void;
  /** With all aliases that lead there. */
  remove(shop: number, id: string): void;
  /** ID of the visitor whose alias it is. */
  owner(shop: number, alias: string): string | undefined;
  saveAlias(shop: number, alias: string, visitor: string, seenMs: number): void;
}

/** How long a later word of the same kind changes nothing. */
export const DAY = 86_400_000;

/** What became of an event at the Pinterest Tag, the one that says most. */
export const strongest = (states: readonly (string | undefined)[]): Acknowledgement["state"] | undefined =>
  (["fired", "failed", "absent"] as const).find((one) => states.includes(one));
