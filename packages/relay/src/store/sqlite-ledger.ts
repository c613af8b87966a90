/** The ledger's side of the SQLite store: events, their halves, acknowledgements. */
import { ORDER_EVENT } from "@pinrelay/tag/contract";
import { decodeId, encodeId } from "./event-key.ts";
import type { Commit } from "./group-commit.ts";
import { keepEvent } from "./ledger.ts";
import { ledgerRow } from "./ledger-row.ts";
import type { Database } from "./sqlite-database.ts";
import type { OrderFindings } from "./sqlite-orders.ts";
import { sqliteEventTables, sqliteOrderTables } from "./sqlite-tables.ts";
import type { Visitors } from "./sqlite-visitors.ts";
import type { ShopAcknowledgement, ShopOtherTag, Store } from "./store.ts";

export function sqliteLedger(
  database: Database,
  commit: Commit,
  codeOf: (name: string) => number,
  findings: OrderFindings,
  visitors: Visitors,
  noteOtherTags: (noticed: readonly ShopOtherTag[]) => void,
): Pick<Store, "keep" | "recent" | "leftOut"> {
  const events = sqliteEventTables(database, codeOf);
  const orders = sqliteOrderTables(database);
  // fired says more than failed, and failed more than absent; whichever order they come in.
  const acknowledge = database.prepare(`
    insert into acknowledgement (shop, name, id, state, at_ms) values (?, ?, ?, ?, ?)
    on conflict do update set state = excluded.state, at_ms = excluded.at_ms
    where excluded.state = 'fired' or (excluded.state = 'failed' and state = 'absent')`);
  const keepAck = ({ shop, name, id, state, atMs }: ShopAcknowledgement): void =>
    void acknowledge.run(shop, codeOf(name), encodeId(id), state, atMs);
  const newest = database.prepare(`
    select e.row, e.shop, n.name, e.id, e.time_ms, e.received_ms, e.halves, e.duplicates, e.late_halves, a.state
    from event e join event_name n on n.code = e.name
    left join acknowledgement a on a.shop = e.shop and a.name = e.name and a.id = e.id
    order by e.row desc limit ?`);
  const deliveriesOf = database.prepare(`
    select destination, outcome, words, earlier, attempts, payload from delivery where event = ? order by destination`);
  const reasons = database.prepare(`
    select coalesce(words, '') as words, count(*) as count from delivery where outcome = 'filtered' and outcome <> 'sent'
    group by words order by count desc, words`);

  return {
    keep: ({ events: told, acks, otherTags = [], refunds = [], visitors: notes = [] }) =>
      commit(() => {
        const kept = told.map((event) => keepEvent(events, orders, event));
        acks.forEach(keepAck);
        refunds.forEach(orders.refund);
        notes.forEach(visitors.note);
        noteOtherTags(otherTags);
        return kept;
      }),
    recent: async (limit) =>
      newest.all(limit).map((row) => {
        const event = Number(row.row);
        const isOrder = row.name === ORDER_EVENT;
        return ledgerRow(row, decodeId(row.id), {
          deliveries: deliveriesOf.all(event),
          refunds: isOrder ? findings.refunds(event) : [],
          ack: isOrder ? findings.ack(event) : undefined,
        });
      }),
    leftOut: async () => reasons.all().map(({ words, count }) => ({ words: String(words), count: Number(count) })),
  };
}
