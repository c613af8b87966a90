/** The ledger's side of the SQLite store: events, their halves, acknowledgements. */
import { ORDER_EVENT } from "@pinrelay/tag/contract";
import type { Admission } from "../core/admit.ts";
import { type Half, isSigned } from "../core/event.ts";
import { denies } from "../core/merge.ts";
import { decodeId, encodeId } from "./event-key.ts";
import { FORGOTTEN } from "./forgotten.ts";
import type { Commit } from "./group-commit.ts";
import { CLEAR_NETWORK, joined, readHalves, writeHalves } from "./halves.ts";
import { ackState, outcomeOf, type Row, text } from "./rows.ts";
import type { Database } from "./sqlite-database.ts";
import { isSentGuess, type Orders, sqliteOrders } from "./sqlite-orders.ts";
import type { Visitors } from "./sqlite-visitors.ts";
import type { Admitted, Kept, LedgerRow, ShopAcknowledgement, ShopOtherTag, Store } from "./store.ts";

const DAY = 86_400_000;

export function sqliteLedger(
  database: Database,
  commit: Commit,
  codeOf: (name: string) => number,
  visitors: Visitors,
  noteOtherTags: (noticed: readonly ShopOtherTag[]) => void,
): Pick<Store, "keep" | "recent" | "leftOut"> & { orders: Orders } {
  const insertEvent = database.prepare(`
    insert into event (shop, name, id, time_ms, received_ms, halves, network) values (?, ?, ?, ?, ?, ?, ?)
    on conflict do nothing`);
  const insertDelivery = database.prepare(`
    insert into delivery (event, destination, due_ms, outcome, settled_ms) values (?, ?, ?, ?, ?)
    on conflict do update set due_ms = excluded.due_ms, outcome = excluded.outcome, settled_ms = excluded.settled_ms,
      words = null where attempts = 0`);
  // Who was forgotten stays so, though the shop tells of the parcel: to that it is as if it had been sent.
  const EVENT = `
    select row, halves, network,
      exists (select 1 from delivery d where d.event = event.row and (d.attempts > 0 or d.words = '${FORGOTTEN}')) as sent
    from event`;
  const byKey = database.prepare(`${EVENT} where shop = ? and name = ? and id = ?`);
  const byRow = database.prepare(`${EVENT} where row = ?`);
  const countDuplicate = database.prepare("update event set duplicates = duplicates + 1 where row = ?");
  const countLateHalf = database.prepare("update event set late_halves = late_halves + 1 where row = ?");
  const rewrite = database.prepare(`
    update event set halves = ?, network = ?, time_ms = min(time_ms, ?), received_ms = min(received_ms, ?),
      duplicates = duplicates + ? where row = ?`);
  // An order that somebody made up, and that was sent, keeps its row, and leaves its name to the real one.
  const giveWay = database.prepare("update event set id = 'guessed.' || row || '.' || id where row = ?");
  const remark = database.prepare("update event set halves = ? where row = ?");
  const clearNetwork = database.prepare(CLEAR_NETWORK);
  const counters = database.prepare("select duplicates from event where row = ?");
  const renameTo = database.prepare("update order_name set event = ? where event = ?");
  const removeDeliveries = database.prepare("delete from delivery where event = ?");
  const removeEvent = database.prepare("delete from event where row = ?");
  // fired says more than failed, and failed more than absent; whichever order they come in.
  const acknowledge = database.prepare(`
    insert into acknowledgement (shop, name, id, state, at_ms) values (?, ?, ?, ?, ?)
    on conflict do update set state = excluded.state, at_ms = excluded.at_ms
    where excluded.state = 'fired' or (excluded.state = 'failed' and state = 'absent')`);

  const hearServer = database.prepare(`
    update shop set signed_order_ms = ? where id = ? and coalesce(signed_order_ms, 0) < ?`);

  const write = (event: number, halves: readonly Half[], more = 0): void => {
    const lies = writeHalves(halves);
    const times = halves.map(({ timeMs }) => timeMs);
    const received = halves.map(({ receivedMs }) => receivedMs);
    const network = JSON.stringify(lies.networks);
    rewrite.run(JSON.stringify(lies.halves), network, Math.min(...times), Math.min(...received), more, event);
  };

  const orders = sqliteOrders(database, (into, other) => {
    const [a, b] = [byRow.get(into), byRow.get(other)];
    const more = Number(counters.get(other)?.duplicates ?? 0);
    renameTo.run(into, other);
    removeDeliveries.run(other);
    removeEvent.run(other);
    if (a?.sent) {
      for (const _ of readHalves(b?.halves, null)) countLateHalf.run(into);
      return;
    }
    // The halves of the row that stays are written once the half that made them one has joined.
    const halves = readHalves(b?.halves, b?.network).reduce<Half[]>(
      (all, half) => joined(all, half) ?? all,
      readHalves(a?.halves, a?.network),
    );
    write(into, halves, more);
  });

  const keepEvent = ({ shop, name, id, half, admit }: Admitted): Kept => {
    const code = codeOf(name);
    if (half.orderIds && isSigned(half)) hearServer.run(half.receivedMs, shop, half.receivedMs - DAY);
    const found = half.orderIds && orders.find(shop, half);
    const known = found === undefined ? undefined : byRow.get(found);
    if (known) return joinEvent(known, shop, half, admit);
    const key = encodeId(id);
    const admissions = admit([half]);
    const waits = admissions.some(({ dueMs }) => dueMs !== undefined);
    const { halves, networks } = writeHalves([half]);
    const clear = half.network && waits ? JSON.stringify(networks) : null;
    const { changes, lastInsertRowid } = insertEvent.run(
      shop,
      code,
      key,
      half.timeMs,
      half.receivedMs,
      JSON.stringify(halves),
      clear,
    );
    if (Number(changes) === 0) {
      const taken = byKey.get(shop, code, key);
      if (!isSentGuess(taken, half)) return joinEvent(taken, shop, half, admit);
      giveWay.run(Number(taken?.row));
      return keepEvent({ shop, name, id, half, admit });
    }
    for (const admission of admissions) writeDelivery(Number(lastInsertRowid), admission, half.receivedMs);
    if (half.orderIds) orders.name(shop, Number(lastInsertRowid), half);
    return "new";
  };

  const writeDelivery = (event: number, { destination, dueMs, outcome }: Admission, nowMs: number): void => {
    insertDelivery.run(event, destination, dueMs ?? null, outcome ?? null, outcome ? nowMs : null);
  };

  const joinEvent = (row: Row | undefined, shop: number, half: Half, admit: Admitted["admit"]): Kept => {
    const event = Number(row?.row);
    const before = readHalves(row?.halves, row?.network);
    if (half.orderIds) orders.name(shop, event, half);
    const halves = joined(before, half);
    if (!halves) {
      countDuplicate.run(event);
      return "duplicate";
    }
    if (row?.sent) {
      const isRetold = isSigned(half) && before.some(({ source }) => source === half.source);
      (isRetold ? countDuplicate : countLateHalf).run(event);
      // It was sent as it was. How the order stands now is noted all the same, and a denial: it may have to be sent again.
      if (isRetold) remark.run(JSON.stringify(writeHalves(standing(before, half)).halves), event);
      else if (denies(half)) remark.run(JSON.stringify(writeHalves([...before, half]).halves), event);
      return isRetold ? "duplicate" : "late half";
    }
    write(event, halves);
    for (const admission of admit(halves)) writeDelivery(event, admission, half.receivedMs);
    clearNetwork.run(event);
    return "merged";
  };

  const keepAck = ({ shop, name, id, state, atMs }: ShopAcknowledgement): void => {
    acknowledge.run(shop, codeOf(name), encodeId(id), state, atMs);
  };

  const newest = database.prepare(`
    select e.row, e.shop, n.name, e.id, e.time_ms, e.received_ms, e.halves, e.duplicates, e.late_halves, a.state
    from event e join event_name n on n.code = e.name
    left join acknowledgement a on a.shop = e.shop and a.name = e.name and a.id = e.id
    order by e.row desc limit ?`);
  const deliveriesOf = database.prepare(`
    select destination, outcome, words, attempts, payload from delivery where event = ? order by destination`);

  const ledgerRow = (row: Row): LedgerRow => {
    const isOrder = row.name === ORDER_EVENT;
    const ack = (isOrder ? orders.ack(Number(row.row)) : undefined) ?? ackState(row.state).ack;
    return {
      shop: Number(row.shop),
      name: String(row.name),
      id: decodeId(row.id),
      timeMs: Number(row.time_ms),
      receivedMs: Number(row.received_ms),
      sources: [...new Set(readHalves(row.halves, null).map(({ source }) => source))],
      ack: ack ?? "unknown",
      duplicates: Number(row.duplicates),
      lateHalves: Number(row.late_halves),
      isCancelled: readHalves(row.halves, null).some(({ order }) => order?.state === "cancelled"),
      refunds: isOrder ? orders.refunds(Number(row.row)) : [],
      deliveries: deliveriesOf.all(Number(row.row)).map(ledgerDelivery),
    };
  };

  const ledgerDelivery = (row: Row): LedgerRow["deliveries"][number] => ({
    destination: Number(row.destination),
    attempts: Number(row.attempts),
    ...outcomeOf(row.outcome),
    ...text("words", row.words),
    ...text("payload", row.payload),
  });

  const reasons = database.prepare(`
    select coalesce(words, '') as words, count(*) as count from delivery where outcome = 'filtered'
    group by words order by count desc, words`);

  return {
    orders,
    leftOut: async () => reasons.all().map(({ words, count }) => ({ words: String(words), count: Number(count) })),
    keep: ({ events, acks, otherTags = [], refunds = [], visitors: notes = [] }) =>
      commit(() => {
        const kept = events.map(keepEvent);
        acks.forEach(keepAck);
        refunds.forEach(orders.refund);
        notes.forEach(visitors.note);
        noteOtherTags(otherTags);
        return kept;
      }),
    recent: async (limit) => newest.all(limit).map(ledgerRow),
  };
}

/** The halves as they were, with what is told now of how the order stands. */
const standing = (halves: readonly Half[], told: Half): Half[] =>
  halves.map((half) =>
    half.source === told.source && told.order
      ? { ...half, order: told.order, ...(denies(told) ? { consent: told.consent } : {}) }
      : half,
  );
