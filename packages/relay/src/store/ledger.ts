/** What becomes of an event that is told: new, one with what was told before, or nothing new. For every store. */
import { withoutPerson } from "../core/admit.ts";
import { type Half, isSigned } from "../core/event.ts";
import { denies } from "../core/merge.ts";
import { joined } from "./halves.ts";
import { findOrder, isFrozen, isGuessed, namesTold } from "./orders.ts";
import type { Admitted, Kept } from "./store.ts";
import type { EventTables, KnownEvent, NewEvent, OrderTables } from "./tables.ts";

/** What is written of it where nobody has told it yet. */
export const newEvent = ({ half, admit }: Admitted): NewEvent => {
  const admissions = admit([half]);
  return { halves: [half], admissions, waits: admissions.some(({ dueMs }) => dueMs !== undefined) };
};

/** Keeps one event. Inside of a write. */
export function keepEvent(events: EventTables, orders: OrderTables, told: Admitted): Kept {
  const { shop, name, id, half } = told;
  if (half.orderIds && isSigned(half)) orders.hearServer(shop, half.receivedMs);
  const found = half.orderIds && findOrder(events, orders, shop, half);
  const known = found === undefined ? undefined : events.byRow(found);
  if (known) return joinEvent(events, orders, known, told);
  if (half.orderIds && isBuried(orders, shop, half)) return "duplicate";
  const row = events.insert(told, newEvent(told));
  if (row === undefined) {
    const taken = events.byKey(shop, name, id);
    if (!taken) throw new Error("an event is neither there nor can it be added");
    if (!isFrozen(taken) || !isGuessed(taken, half)) return joinEvent(events, orders, taken, told);
    events.giveWay(taken.row);
    return keepEvent(events, orders, told);
  }
  if (half.orderIds) nameOrder(orders, shop, row, half);
  return "new";
}

function joinEvent(events: EventTables, orders: OrderTables, known: KnownEvent, { shop, half, admit }: Admitted): Kept {
  const { row, halves: before } = known;
  if (half.orderIds) nameOrder(orders, shop, row, half);
  const halves = joined(before, half);
  if (!halves) {
    events.count(row, "duplicates", 1);
    // It may have made two rows one: then what the other one brought is judged by what this one waits for.
    if (half.orderIds) events.clearNetwork(row);
    return "duplicate";
  }
  if (isFrozen(known)) {
    const isRetold = isSigned(half) && before.some(({ source }) => source === half.source);
    events.count(row, isRetold ? "duplicates" : "lateHalves", 1);
    // It was sent as it was. How the order stands now is noted all the same, and a denial: it may have to be sent again.
    if (isRetold) events.remark(row, standing(before, half));
    else if (denies(half)) events.remark(row, [...before, withoutPerson(half)]);
    return isRetold ? "duplicate" : "late half";
  }
  events.rewrite(row, halves);
  for (const admission of admit(halves)) events.admit(row, admission, half.receivedMs);
  events.clearNetwork(row);
  return "merged";
}

/** The halves as they were, with what is told now of how the order stands. */
const standing = (halves: readonly Half[], told: Half): Half[] =>
  halves.map((half) =>
    half.source === told.source && told.order
      ? { ...half, order: told.order, ...(denies(told) ? { consent: told.consent } : {}) }
      : half,
  );

const nameOrder = (orders: OrderTables, shop: number, event: number, half: Half): void => {
  for (const id of namesTold(half)) orders.name(shop, id, event, isSigned(half));
};

/**
 * Whether the ledger once held this order: an old thank-you page that is opened again is no new order. Somebody may have
 * told a number before there was an order of it, so the shop's server is heard unless it told the order itself.
 */
const isBuried = (orders: OrderTables, shop: number, half: Half): boolean =>
  namesTold(half).some((id) => {
    const tombstone = orders.tombstone(shop, id);
    return tombstone !== undefined && (tombstone.isSigned || !isSigned(half));
  });
