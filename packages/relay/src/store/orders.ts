/** Orders that several sources tell under several names: which event a half belongs to. For every store. */
import { type Half, isSigned, isUnguessable } from "../core/event.ts";
import { isGuess } from "../core/merge.ts";
import { joined } from "./halves.ts";
import type { EventTables, KnownEvent, OrderTables } from "./tables.ts";

/** Row of the event that this half is of; rows of a signed source's half that others told by other names become one. */
export function findOrder(events: EventTables, orders: OrderTables, shop: number, half: Half): number | undefined {
  const rows = [...new Set(namesTold(half).flatMap((id) => orders.named(shop, id) ?? []))];
  if (!isSigned(half)) return rows[0];
  const found = rows
    .flatMap((row) => events.byRow(row) ?? [])
    .filter((known) => !isAnother(known, half) && !(isFrozen(known) && isGuessed(known, half)))
    // What was sent already stays what it is, and who was forgotten stays so.
    .sort(
      (a, b) => Number(b.isSent) - Number(a.isSent) || Number(b.isForgotten) - Number(a.isForgotten) || a.row - b.row,
    );
  const [first, ...others] = found;
  if (first) for (const other of others) if (!other.isSent) absorb(events, orders, first.row, other.row);
  return first?.row;
}

/** Two rows become one. */
function absorb(events: EventTables, orders: OrderTables, into: number, other: number): void {
  const [stays, goes] = [events.byRow(into), events.byRow(other)];
  if (!stays || !goes) return;
  const more = events.duplicates(other);
  orders.rename(other, into);
  events.remove(other);
  if (isFrozen(stays)) {
    events.count(into, "lateHalves", goes.halves.length);
    return;
  }
  // The halves of the row that stays are written once the half that made them one has joined.
  events.rewrite(
    into,
    goes.halves.reduce<readonly Half[]>((all, half) => joined(all, half) ?? all, stays.halves),
  );
  if (more > 0) events.count(into, "duplicates", more);
}

/** Who was forgotten stays so, though the shop tells of the parcel: to that it is as if it had been sent. */
export const isFrozen = ({ isSent, isForgotten }: KnownEvent): boolean => isSent || isForgotten;

/** Two orders of one source are two, whatever else tells them under one name. */
const isAnother = ({ halves }: KnownEvent, half: Half): boolean =>
  halves.some((other) => other.source === half.source && other.orderIds?.[0] !== half.orderIds?.[0]);

/** Whether somebody told this order before there was one. Once it was sent it must not take the real one's place. */
export const isGuessed = ({ halves }: KnownEvent, half: Half): boolean =>
  halves.every((other) => isGuess(other, [half]));

/** A page knows one token of its order, or two. More are somebody's who fills the table. */
const TOKENS = 3;

/**
 * The names by which a half may be joined with others: of a signed source's all; of a browser's its own, and of the
 * others those that nobody guesses. Whoever guesses the next numbers would make one of many orders.
 */
export const namesTold = (half: Half): string[] => {
  const [own, ...others] = half.orderIds ?? [];
  if (own === undefined) return [];
  return isSigned(half) ? [own, ...others] : [own, ...others.filter(isUnguessable).slice(0, TOKENS)];
};
