/** What PostgreSQL's ledger knows of deliveries that are due: a few statements for all of them. Inside of a claim. */
import { ORDER_EVENT } from "@pinrelay/tag/contract";
import { provedAliases, visitorOf } from "../core/identity.ts";
import { believable } from "../core/merge.ts";
import { decodeBytes, encodeBytes } from "./event-key.ts";
import { readHalves } from "./halves.ts";
import type { Sql } from "./postgres-database.ts";
import { knownVisitors } from "./postgres-known.ts";
import { type Row, text } from "./rows.ts";
import type { Due } from "./store.ts";
import { strongest } from "./tables.ts";

/** A row of the claim: of the delivery row, event, attempts, payload; of its event shop, code, name, id, halves, network. */
export async function dueOf(sql: Sql, rows: readonly Row[]): Promise<Due[]> {
  const orders = rows.filter(({ name }) => name === ORDER_EVENT).map(({ event }) => Number(event));
  const [acks, refunds] = [await acksOf(sql, rows, orders), await refundsOf(sql, orders)];
  const dues = rows.map((row): Due => {
    const event = Number(row.event);
    const [ack, refunded] = [acks.get(event), refunds.get(event)];
    return {
      shop: Number(row.shop),
      name: String(row.name),
      id: decodeBytes(row.id),
      attempts: Number(row.attempts),
      halves: readHalves(row.halves, row.network),
      ...(ack ? { ack } : {}),
      ...(refunded ? { refunds: refunded } : {}),
      ...text("payload", row.payload),
    };
  });
  const known = await knownVisitors(
    sql,
    dues.map(({ shop, halves }) => ({
      shop,
      visitor: visitorOf(halves),
      aliases: believable(halves).flatMap(provedAliases),
    })),
  );
  return dues.map((due, n) => ({ ...due, ...(known[n] ? { visitor: known[n] } : {}) }));
}

/** What became of each at the Pinterest Tag; of orders under whichever name the Tag knows them by, before their own ID. */
async function acksOf(sql: Sql, rows: readonly Row[], orders: readonly number[]): Promise<Map<number, Due["ack"]>> {
  const names = orders.length > 0 ? await sql("select event, id from order_name where event = any($1)", [orders]) : [];
  const byEvent = new Map(rows.map((row) => [Number(row.event), row]));
  const named = names.flatMap(({ event, id }) => ({ ...byEvent.get(Number(event)), id: encodeBytes(String(id)) }));
  const acks = await statesOf(sql, rows);
  for (const [event, ack] of await statesOf(sql, named)) acks.set(event, ack);
  return acks;
}

async function statesOf(sql: Sql, asked: readonly Row[]): Promise<Map<number, Due["ack"]>> {
  if (asked.length === 0) return new Map();
  const rows = await sql(
    `select w.event, array_agg(a.state) as states
     from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[]) w (event, shop, code, id)
     join acknowledgement a on a.shop = w.shop and a.name = w.code and a.id = w.id group by w.event`,
    ["event", "shop", "code", "id"].map((column) => asked.map((row) => row[column])),
  );
  return new Map(rows.map(({ event, states }) => [Number(event), strongest(Array.isArray(states) ? states : [])]));
}

async function refundsOf(sql: Sql, orders: readonly number[]): Promise<Map<number, NonNullable<Due["refunds"]>>> {
  if (orders.length === 0) return new Map();
  const rows = await sql(
    `select n.event, r.amount, r.currency from order_name n join refund r on r.shop = n.shop and r.order_id = n.id
     where n.event = any($1) order by r.at_ms, r.id`,
    [orders],
  );
  const refunds = new Map<number, { amount: number; currency: string }[]>();
  for (const { event, amount, currency } of rows) {
    const of = refunds.get(Number(event)) ?? [];
    of.push({ amount: Number(amount), currency: String(currency) });
    refunds.set(Number(event), of);
  }
  return refunds;
}
