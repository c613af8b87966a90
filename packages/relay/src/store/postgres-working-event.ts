/** An event as one write to PostgreSQL knows it, and what of it is to be written. */
import type { Admission } from "../core/admit.ts";
import { decodeBytes } from "./event-key.ts";
import { areForgotten } from "./forgotten.ts";
import { readHalves } from "./halves.ts";
import type { Row } from "./rows.ts";
import type { Admitted } from "./store.ts";
import type { Counter, KnownEvent, NewEvent } from "./tables.ts";

export interface WorkingEvent extends KnownEvent {
  shop: number;
  /** Code of its name. */
  name: number;
  id: string;
  duplicates: number;
  /** Not in the table yet; its row is 0 until it is known. */
  isUnwritten: boolean;
  /** Its first telling, where this write adds it. */
  by?: Admitted;
  /** What of its halves is new. */
  said?: "halves" | "halves and network";
  keepsNetwork: boolean;
  more: Record<Counter, number>;
  newId?: string;
  deliveries: Map<number, { admission: Admission; nowMs: number }>;
}

export const newWorking = (
  name: number,
  { shop, id, half }: Admitted,
  { halves, admissions, waits }: NewEvent,
  by?: Admitted,
): WorkingEvent => ({
  row: 0,
  shop,
  name,
  id,
  halves,
  isSent: false,
  isForgotten: false,
  duplicates: 0,
  isUnwritten: true,
  ...(by ? { by } : {}),
  keepsNetwork: waits,
  more: { duplicates: 0, lateHalves: 0 },
  deliveries: new Map(
    admissions.map((admission) => [admission.destination, { admission, nowMs: half.receivedMs }] as const),
  ),
});

/** Of a row of `event`, with whether a delivery of it was sent, and its person forgotten. */
export const knownWorking = (row: Row): WorkingEvent => {
  const halves = readHalves(row.halves, row.network);
  return {
    row: Number(row.row),
    shop: Number(row.shop),
    name: Number(row.name),
    id: decodeBytes(row.id),
    halves,
    isSent: row.sent === true,
    isForgotten: areForgotten(halves, row.forgotten === true),
    duplicates: Number(row.duplicates),
    isUnwritten: false,
    keepsNetwork: true,
    more: { duplicates: 0, lateHalves: 0 },
    deliveries: new Map(),
  };
};

export const hasChanged = ({ said, more, newId }: WorkingEvent): boolean =>
  said !== undefined || more.duplicates > 0 || more.lateHalves > 0 || newId !== undefined;
