/** The ledger's tables in SQLite: one prepared statement each. Called inside of a write. */
import type { Admission } from "../core/admit.ts";
import { encodeId } from "./event-key.ts";
import { areForgotten, FORGOTTEN } from "./forgotten.ts";
import { CLEAR_NETWORK, earliest, readHalves, writeHalves } from "./halves.ts";
import type { Row } from "./rows.ts";
import type { Database } from "./sqlite-database.ts";
import { DAY, type EventTables, type KnownEvent, type OrderTables } from "./tables.ts";

export function sqliteEventTables(database: Database, codeOf: (name: string) => number): EventTables {
  const insertEvent = database.prepare(`
    insert into event (shop, name, id, time_ms, received_ms, halves, network) values (?, ?, ?, ?, ?, ?, ?)
    on conflict do nothing`);
  const upsertDelivery = database.prepare(`
    insert into delivery (event, destination, due_ms, outcome, settled_ms, received_ms) values (?, ?, ?, ?, ?, ?)
    on conflict do update set due_ms = excluded.due_ms, outcome = excluded.outcome, settled_ms = excluded.settled_ms,
      words = null where attempts = 0`);
  const EVENT = `
    select row, halves, network,
      exists (select 1 from delivery d where d.event = event.row and d.attempts > 0) as sent,
      exists (select 1 from delivery d where d.event = event.row and d.words = '${FORGOTTEN}') as forgotten
    from event`;
  const byKey = database.prepare(`${EVENT} where shop = ? and name = ? and id = ?`);
  const byRow = database.prepare(`${EVENT} where row = ?`);
  const counters = {
    duplicates: database.prepare("update event set duplicates = duplicates + ? where row = ?"),
    lateHalves: database.prepare("update event set late_halves = late_halves + ? where row = ?"),
  };
  const duplicates = database.prepare("select duplicates from event where row = ?");
  const rewrite = database.prepare(`
    update event set halves = ?, network = ?, time_ms = min(time_ms, ?), received_ms = min(received_ms, ?)
    where row = ?`);
  const remark = database.prepare("update event set halves = ? where row = ?");
  const giveWay = database.prepare("update event set id = 'guessed.' || row || '.' || id where row = ?");
  const removeAttempts = database.prepare(
    "delete from attempt where delivery in (select row from delivery where event = ?)",
  );
  const removeDeliveries = database.prepare("delete from delivery where event = ?");
  const removeEvent = database.prepare("delete from event where row = ?");
  const clearNetwork = database.prepare(CLEAR_NETWORK);
  const admit = (row: number, { destination, dueMs, outcome }: Admission, nowMs: number): void =>
    void upsertDelivery.run(row, destination, dueMs ?? null, outcome ?? null, outcome ? nowMs : null, nowMs);

  return {
    byKey: (shop, name, id) => knownEvent(byKey.get(shop, codeOf(name), encodeId(id))),
    byRow: (row) => knownEvent(byRow.get(row)),
    insert({ shop, name, id, half }, { halves, admissions, waits }) {
      const lies = writeHalves(halves);
      const network = half.network && waits ? JSON.stringify(lies.networks) : null;
      const { timeMs, receivedMs } = half;
      const said = JSON.stringify(lies.halves);
      const run = insertEvent.run(shop, codeOf(name), encodeId(id), timeMs, receivedMs, said, network);
      if (Number(run.changes) === 0) return undefined;
      const row = Number(run.lastInsertRowid);
      for (const admission of admissions) admit(row, admission, receivedMs);
      return row;
    },
    rewrite(row, halves) {
      const lies = writeHalves(halves);
      rewrite.run(JSON.stringify(lies.halves), JSON.stringify(lies.networks), ...earliest(halves), row);
    },
    remark: (row, halves) => void remark.run(JSON.stringify(writeHalves(halves).halves), row),
    count: (row, counter, by) => void counters[counter].run(by, row),
    duplicates: (row) => Number(duplicates.get(row)?.duplicates ?? 0),
    giveWay: (row) => void giveWay.run(row),
    remove(row) {
      removeAttempts.run(row);
      removeDeliveries.run(row);
      removeEvent.run(row);
    },
    admit,
    clearNetwork: (row) => void clearNetwork.run(row),
  };
}

const knownEvent = (row: Row | undefined): KnownEvent | undefined => {
  if (!row) return undefined;
  const halves = readHalves(row.halves, row.network);
  return {
    row: Number(row.row),
    halves,
    isSent: row.sent === 1,
    isForgotten: areForgotten(halves, row.forgotten === 1),
  };
};

export function sqliteOrderTables(database: Database): OrderTables {
  const named = database.prepare("select event from order_name where shop = ? and id = ?");
  const name = database.prepare(`
    insert into order_name (shop, id, event, signed) values (?, ?, ?, ?)
    on conflict do update set event = excluded.event, signed = 1 where excluded.signed = 1 and signed = 0`);
  const rename = database.prepare("update order_name set event = ? where event = ?");
  const tombstone = database.prepare("select signed from tombstone where shop = ? and id = ?");
  const refund = database.prepare(`
    insert into refund (shop, id, order_id, amount, currency, at_ms) values (?, ?, ?, ?, ?, ?) on conflict do nothing`);
  const hearServer = database.prepare(`
    update shop set signed_order_ms = ? where id = ? and coalesce(signed_order_ms, 0) < ?`);
  return {
    named: (shop, id) => asNumber(named.get(shop, id)?.event),
    name: (shop, id, event, isSigned) => void name.run(shop, id, event, isSigned ? 1 : 0),
    rename: (from, into) => void rename.run(into, from),
    tombstone(shop, id) {
      const row = tombstone.get(shop, id);
      return row && { isSigned: row.signed === 1 };
    },
    refund: ({ shop, id, order, amount, currency, atMs }) => void refund.run(shop, id, order, amount, currency, atMs),
    hearServer: (shop, atMs) => void hearServer.run(atMs, shop, atMs - DAY),
  };
}

const asNumber = (value: unknown): number | undefined => (value === undefined ? undefined : Number(value));
