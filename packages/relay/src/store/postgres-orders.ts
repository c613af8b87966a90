/** Orders' names in PostgreSQL, for one write: loaded at its beginning, written at its end. */
import type { Refund } from "../core/event.ts";
import { namesTold } from "./orders.ts";
import type { Sql } from "./postgres-database.ts";
import type { Admitted } from "./store.ts";
import { DAY, type OrderTables } from "./tables.ts";

/** What our advisory locks are for; PostgreSQL knows them by two numbers. */
const ORDERS_OF_SHOP = 7411;

interface Name {
  shop: number;
  id: string;
  event: number;
  isSigned: boolean;
  isChanged?: true;
}

export interface OrderWork {
  tables: OrderTables;
  /** Rows of the events that the told names lead to. */
  rows: readonly number[];
  /** Loads all names of these events: a row may have to give them away. */
  loadNamesOf(rows: readonly number[]): Promise<void>;
  flush(): Promise<void>;
}

/**
 * Orders of one shop are written one transaction after the other, on whichever relay: which rows a half makes one depends
 * on all its names at once. There are few of them beside all that is viewed.
 */
export async function openOrders(sql: Sql, told: readonly Admitted[]): Promise<OrderWork> {
  const names = new Map<string, Name>();
  const tombstones = new Map<string, { isSigned: boolean }>();
  const refunds: Refund[] = [];
  const heard = new Map<number, number>();
  const at = (shop: number, id: string): string => `${shop} ${id}`;
  const take = (row: Record<string, unknown>): void => {
    const name = {
      shop: Number(row.shop),
      id: String(row.id),
      event: Number(row.event),
      isSigned: row.signed === true,
    };
    if (!names.has(at(name.shop, name.id))) names.set(at(name.shop, name.id), name);
  };

  const shops = [...new Set(told.map(({ shop }) => shop))].sort((a, b) => a - b);
  const wanted = told.flatMap(({ shop, half }) => namesTold(half).map((id) => ({ shop, id })));
  const keys = [wanted.map(({ shop }) => shop), wanted.map(({ id }) => id)];
  if (shops.length > 0) {
    await sql("select pg_advisory_xact_lock($1, shop) from unnest($2::int[]) shop", [ORDERS_OF_SHOP, shops]);
    const those = "unnest($1::bigint[], $2::text[]) k (shop, id)";
    const known = await sql(`select n.* from ${those} join order_name n on n.shop = k.shop and n.id = k.id`, keys);
    known.forEach(take);
    const buried = await sql(`select t.* from ${those} join tombstone t on t.shop = k.shop and t.id = k.id`, keys);
    for (const row of buried) tombstones.set(at(Number(row.shop), String(row.id)), { isSigned: row.signed === true });
  }

  const tables: OrderTables = {
    named: (shop, id) => names.get(at(shop, id))?.event,
    name(shop, id, event, isSigned) {
      const known = names.get(at(shop, id));
      if (!known) names.set(at(shop, id), { shop, id, event, isSigned, isChanged: true });
      else if (isSigned && !known.isSigned) Object.assign(known, { event, isSigned, isChanged: true });
    },
    rename(from, into) {
      for (const name of names.values()) if (name.event === from) Object.assign(name, { event: into, isChanged: true });
    },
    tombstone: (shop, id) => tombstones.get(at(shop, id)),
    refund: (refund) => void refunds.push(refund),
    hearServer: (shop, atMs) => void heard.set(shop, Math.max(atMs, heard.get(shop) ?? 0)),
  };

  return {
    tables,
    rows: [...new Set([...names.values()].map(({ event }) => event))],
    async loadNamesOf(rows) {
      if (shops.length > 0 && rows.length > 0)
        (await sql("select * from order_name where event = any($1)", [rows])).forEach(take);
    },
    async flush() {
      await saveNames(
        sql,
        [...names.values()].filter(({ isChanged }) => isChanged),
      );
      await saveRefunds(sql, refunds);
      await noteHeard(sql, [...heard]);
    },
  };
}

export const isOrder = ({ half }: Admitted): boolean => half.orderIds !== undefined;

const saveNames = async (sql: Sql, names: readonly Name[]): Promise<void> => {
  if (names.length === 0) return;
  await sql(
    `insert into order_name (shop, id, event, signed)
     select * from unnest($1::bigint[], $2::text[], $3::bigint[], $4::boolean[])
     on conflict (shop, id) do update set event = excluded.event, signed = excluded.signed`,
    [
      names.map(({ shop }) => shop),
      names.map(({ id }) => id),
      names.map(({ event }) => event),
      names.map(({ isSigned }) => isSigned),
    ],
  );
};

const saveRefunds = async (sql: Sql, refunds: readonly Refund[]): Promise<void> => {
  if (refunds.length === 0) return;
  const sorted = [...refunds].sort((a, b) => (`${a.order} ${a.id}` < `${b.order} ${b.id}` ? -1 : 1));
  await sql(
    `insert into refund (shop, id, order_id, amount, currency, at_ms)
     select * from unnest($1::bigint[], $2::text[], $3::text[], $4::float8[], $5::text[], $6::bigint[])
     on conflict do nothing`,
    [
      sorted.map(({ shop }) => shop),
      sorted.map(({ id }) => id),
      sorted.map(({ order }) => order),
      sorted.map(({ amount }) => amount),
      sorted.map(({ currency }) => currency),
      sorted.map(({ atMs }) => atMs),
    ],
  );
};

const noteHeard = async (sql: Sql, heard: readonly (readonly [number, number])[]): Promise<void> => {
  if (heard.length === 0) return;
  await sql(
    `update shop set signed_order_ms = u.ms from unnest($1::bigint[], $2::bigint[]) u (shop, ms)
     where shop.id = u.shop and coalesce(shop.signed_order_ms, 0) < u.ms - ${DAY}`,
    [heard.map(([shop]) => shop), heard.map(([, ms]) => ms)],
  );
};
