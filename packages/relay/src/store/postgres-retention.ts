/** Retention in PostgreSQL: the ledger's old rows go, and of orders their names stay for longer. */
import { decodeBytes, encodeBytes } from "./event-key.ts";
import type { PostgresDatabase, Sql } from "./postgres-database.ts";
import { storable } from "./postgres-database.ts";
import { byIndex } from "./postgres-locks.ts";
import type { Row } from "./rows.ts";
import type { Store } from "./store.ts";

// What another holds is left to the next step: purging never waits, and nobody waits for it longer than a step takes.
const OLD = `
  select e.row, e.shop, e.name, e.id from event e
  where e.received_ms < $1 and not exists (select 1 from delivery d where d.event = e.row and d.due_ms is not null)
  order by e.received_ms limit $2 for update of e skip locked`;

// Asked again, now that nobody else can have any of them judged anew.
const WAITING = "select event from delivery where event = any($1) and due_ms is not null";

const NAMES = "select event, shop, id from order_name where event = any($1)";

const BURY = `
  insert into tombstone (shop, id, signed, at_ms)
  select n.shop, n.id, n.signed, e.received_ms from order_name n join event e on e.row = n.event
  where n.event = any($1) order by n.shop, n.id on conflict do nothing`;

const LOCK_ACKS = `
  select from acknowledgement a
  join unnest($1::bigint[], $2::bigint[], $3::bytea[]) w (shop, name, id) on a.shop = w.shop and a.name = w.name and a.id = w.id
  order by a.shop, a.name, a.id for update of a`;
const REMOVE_ACKS = `
  delete from acknowledgement a using unnest($1::bigint[], $2::bigint[], $3::bytea[]) w (shop, name, id)
  where a.shop = w.shop and a.name = w.name and a.id = w.id`;

const REMOVALS = [
  "delete from refund r using order_name n where n.event = any($1) and r.shop = n.shop and r.order_id = n.id",
  "delete from order_name where event = any($1)",
  "delete from attempt where delivery in (select row from delivery where event = any($1))",
  "delete from delivery where event = any($1)",
  "delete from event where row = any($1)",
];

// Anybody can acknowledge what nobody ever told, and a refund may be of an order from before there was a relay.
const LOST_ACKS = `
  select a.shop, a.name, a.id from acknowledgement a where a.at_ms < $1
    and not exists (select from event e where e.shop = a.shop and e.name = a.name and e.id = a.id)
  order by a.at_ms limit $2`;
const NAMED = `
  select n.shop, e.name, n.id from unnest($1::bigint[], $2::text[]) w (shop, id)
  join order_name n on n.shop = w.shop and n.id = w.id join event e on e.row = n.event`;
const REMOVE_LOST_REFUNDS = `
  with lost as materialized (
    select r.shop, r.order_id, r.id from refund r where r.at_ms < $1
      and not exists (select from order_name n where n.shop = r.shop and n.id = r.order_id)
    order by r.at_ms limit $2 for update of r skip locked)
  delete from refund r using lost where r.shop = lost.shop and r.order_id = lost.order_id and r.id = lost.id returning 1`;

const REMOVE_TOMBSTONES = `
  with old as materialized (
    select shop, id from tombstone where at_ms < $1 order by at_ms limit $2 for update skip locked)
  delete from tombstone t using old where t.shop = old.shop and t.id = old.id returning 1`;

export function postgresRetention(database: PostgresDatabase): Pick<Store, "purgeEvents" | "purgeTombstones"> {
  return {
    purgeEvents: (beforeMs, limit) =>
      database.write(async (sql) => {
        await byIndex(sql);
        const count = await purge(sql, beforeMs, limit);
        return count < limit ? count + (await purgeLost(sql, beforeMs, limit - count)) : count;
      }),
    purgeTombstones: (beforeMs, limit) =>
      database.write(async (sql) => {
        await byIndex(sql);
        return (await sql(REMOVE_TOMBSTONES, [beforeMs, limit])).length;
      }),
  };
}

async function purge(sql: Sql, beforeMs: number, limit: number): Promise<number> {
  const found = await sql(OLD, [beforeMs, limit]);
  if (found.length === 0) return 0;
  const waiting = new Set((await sql(WAITING, [found.map(({ row }) => row)])).map(({ event }) => event));
  const old = found.filter(({ row }) => !waiting.has(row));
  const rows = old.map(({ row }) => row);
  await sql(BURY, [rows]);
  const codes = new Map(old.map(({ row, name }) => [row, name]));
  const names = await sql(NAMES, [rows]);
  const acks = [
    ...old.map(({ shop, name, id }) => [shop, name, id]),
    ...names.map(({ event, shop, id }) => [shop, codes.get(event), encodeBytes(String(id))]),
  ];
  const columns = [0, 1, 2].map((column) => acks.map((ack) => ack[column]));
  await sql(LOCK_ACKS, columns);
  await sql(REMOVE_ACKS, columns);
  for (const removal of REMOVALS) await sql(removal, [rows]);
  return old.length;
}

/** Of an order that is known by that name the acknowledgement stays. */
async function purgeLost(sql: Sql, beforeMs: number, limit: number): Promise<number> {
  const acks = await sql(LOST_ACKS, [beforeMs, limit]);
  const ids = acks.map(({ id }) => decodeBytes(id));
  const named = new Set(
    (await sql(NAMED, [acks.map(({ shop }) => shop), ids.map(storable)])).map((row) => keyOf(row, String(row.id))),
  );
  const lost = acks.filter((ack, n) => !named.has(keyOf(ack, ids[n] ?? "")));
  const columns = [lost.map(({ shop }) => shop), lost.map(({ name }) => name), lost.map(({ id }) => id)];
  await sql(LOCK_ACKS, columns);
  await sql(REMOVE_ACKS, columns);
  return lost.length + (await sql(REMOVE_LOST_REFUNDS, [beforeMs, limit - lost.length])).length;
}

const keyOf = ({ shop, name }: Row, id: string): string => `${shop} ${name} ${id}`;
