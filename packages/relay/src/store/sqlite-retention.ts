/** Retention in SQLite: the ledger's old rows go, and of orders their names stay for longer. */
import type { Commit } from "./group-commit.ts";
import type { Database } from "./sqlite-database.ts";
import type { Store } from "./store.ts";

export function sqliteRetention(database: Database, commit: Commit): Pick<Store, "purgeEvents" | "purgeTombstones"> {
  const old = database.prepare(`
    select row from event where received_ms < ?
      and not exists (select 1 from delivery d where d.event = event.row and d.due_ms is not null)
    order by received_ms limit ?`);
  const bury = database.prepare(`
    insert or ignore into tombstone (shop, id, signed, at_ms)
    select n.shop, n.id, n.signed, e.received_ms from order_name n join event e on e.row = n.event where e.row = ?`);
  const removals = [
    "delete from refund where (shop, order_id) in (select shop, id from order_name where event = ?)",
    `delete from acknowledgement where (shop, name, id) in (
       select e.shop, e.name, cast(n.id as any) from order_name n join event e on e.row = n.event where e.row = ?)`,
    "delete from acknowledgement where (shop, name, id) = (select shop, name, id from event where row = ?)",
    "delete from order_name where event = ?",
    "delete from delivery where event = ?",
    "delete from event where row = ?",
  ].map((sql) => database.prepare(sql));
  const removeTombstones = database.prepare(
    "delete from tombstone where (shop, id) in (select shop, id from tombstone where at_ms < ? limit ?)",
  );

  return {
    purgeEvents: (beforeMs, limit) =>
      commit(() => {
        const rows = old.all(beforeMs, limit).map(({ row }) => Number(row));
        for (const row of rows) {
          bury.run(row);
          for (const remove of removals) remove.run(row);
        }
        return rows.length;
      }),
    purgeTombstones: (beforeMs, limit) => commit(() => Number(removeTombstones.run(beforeMs, limit).changes)),
  };
}
