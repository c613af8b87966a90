/** The orders' side of the SQLite store: the names they go by, and what was given back. Called inside of a write. */
import type { Acknowledgement } from "@pinrelay/tag/contract";
import { type Half, isSigned, isUnguessable, type Refund } from "../core/event.ts";
import { isGuess } from "../core/merge.ts";
import { readHalves } from "./halves.ts";
import { ackState, type Row } from "./rows.ts";
import type { Database } from "./sqlite-database.ts";

export interface Orders {
  /** Row of the event that this half is of; rows of a signed source's half that others told by other names become one. */
  find(shop: number, half: Half): number | undefined;
  /** Notes the names that the half tells. */
  name(shop: number, event: number, half: Half): void;
  refund(refund: Refund): void;
  refunds(event: number): { amount: number; currency: string }[];
  /** What became of it at the Pinterest Tag, whichever name the Tag knows it by. */
  ack(event: number): Acknowledgement["state"] | undefined;
}

/** `absorb` makes two rows one. */
export function sqliteOrders(database: Database, absorb: (into: number, other: number) => void): Orders {
  const named = database.prepare("select event from order_name where shop = ? and id = ?");
  const note = database.prepare(`
    insert into order_name (shop, id, event, signed) values (?, ?, ?, ?)
    on conflict do update set event = excluded.event, signed = 1 where excluded.signed = 1 and signed = 0`);
  const state = database.prepare(`
    select halves, exists (select 1 from delivery d where d.event = event.row and d.attempts > 0) as sent
    from event where row = ?`);
  const insertRefund = database.prepare(`
    insert into refund (shop, id, order_id, amount, currency, at_ms) values (?, ?, ?, ?, ?, ?) on conflict do nothing`);
  const refunds = database.prepare(`
    select r.amount, r.currency from order_name n join refund r on r.shop = n.shop and r.order_id = n.id
    where n.event = ? order by r.at_ms, r.id`);
  const acks = database.prepare(`
    select a.state from order_name n join event e on e.row = n.event
    join acknowledgement a on a.shop = n.shop and a.name = e.name and a.id = n.id where n.event = ?`);

  const rowsOf = (shop: number, ids: readonly string[]): number[] => [
    ...new Set(ids.flatMap((id) => Number(named.get(shop, id)?.event ?? 0) || [])),
  ];

  /** Two orders of one source are two, whatever else tells them under one name. */
  const isAnother = (row: Row | undefined, half: Half): boolean =>
    readHalves(row?.halves, null).some(
      (other) => other.source === half.source && other.orderIds?.[0] !== half.orderIds?.[0],
    );

  return {
    find(shop, half) {
      const ids = namesTold(half);
      if (!isSigned(half)) return rowsOf(shop, ids)[0];
      const rows = rowsOf(shop, ids)
        .map((row) => ({ row, of: state.get(row) }))
        .filter(({ of }) => !isAnother(of, half) && !isSentGuess(of, half))
        // What was sent already stays what it is.
        .sort((a, b) => Number(b.of?.sent ?? 0) - Number(a.of?.sent ?? 0) || a.row - b.row);
      const [first, ...others] = rows;
      if (first) for (const { row, of } of others) if (!of?.sent) absorb(first.row, row);
      return first?.row;
    },
    name(shop, event, half) {
      for (const id of namesTold(half)) note.run(shop, id, event, isSigned(half) ? 1 : 0);
    },
    refund: ({ shop, id, order, amount, currency, atMs }) =>
      void insertRefund.run(shop, id, order, amount, currency, atMs),
    refunds: (event) =>
      refunds.all(event).map(({ amount, currency }) => ({ amount: Number(amount), currency: String(currency) })),
    ack(event) {
      const states = acks.all(event).map((row) => ackState(row.state).ack);
      return (["fired", "failed", "absent"] as const).find((one) => states.includes(one));
    },
  };
}

/** Whether the row is of an order that was sent before there was one. It must not take the real one's place. */
export const isSentGuess = (row: Row | undefined, half: Half): boolean =>
  row?.sent === 1 && readHalves(row.halves, null).every((other) => isGuess(other, [half]));

/**
 * The names by which a half may be joined with others: of a signed source's all; of a browser's its own, and of the
 * others those that nobody guesses. Whoever guesses the next numbers would make one of many orders.
 */
const namesTold = (half: Half): string[] => {
  const [own, ...others] = half.orderIds ?? [];
  if (own === undefined) return [];
  return isSigned(half) ? [own, ...others] : [own, ...others.filter(isUnguessable)];
};
