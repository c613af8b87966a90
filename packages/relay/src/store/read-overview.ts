/** Figures of a period: counted by indexes where all of it is counted, else among its newest events. */

import { ORDER_EVENT } from "@pinrelay/tag/contract";
import { discreet } from "../core/discreet.ts";
import { countEvents, countOutcomes, stepsOf } from "./read-counts.ts";
import { codeOf, eventNames, type Names } from "./read-log.ts";
import { lookAt } from "./read-newest.ts";
import type { ReadSql } from "./read-sql.ts";
import type { OrderSum, Overview, Period } from "./reads.ts";
import type { Row } from "./rows.ts";

const HOUR = 3_600_000;

const stepOf = ({ sinceMs, untilMs }: Period): number => {
  const hours = (untilMs - sinceMs) / HOUR;
  return hours <= 49 ? HOUR : hours <= 200 ? 6 * HOUR : 24 * HOUR;
};

export async function readOverview(sql: ReadSql, shop: number, period: Period): Promise<Overview> {
  // A name may be anything that a page says, also an email.
  const names: Names = new Map([...(await eventNames(sql))].map(([code, name]) => [code, discreet(name)]));
  const stepMs = stepOf(period);
  const [events, outcomes, orders, looked] = await Promise.all([
    countEvents(sql, names, shop, period, stepMs),
    countOutcomes(sql, shop, period, stepMs),
    sumOrders(sql, names, shop, period),
    lookAt(sql, names, shop, period),
  ]);
  return { asOfMs: period.untilMs, stepMs, events, outcomes, orders, ...looked };
}

/** Whose word counts of an order's money: the shop's server before the browser. */
const TELLERS = ["shopify", "woocommerce", "server", "browser"];
const MONEY = ["value", "total_price"];

async function sumOrders(sql: ReadSql, names: Names, shop: number, period: Period): Promise<OrderSum[]> {
  const code = codeOf(names, ORDER_EVENT);
  if (code === undefined) return [];
  const sums = new Map<string, OrderSum>();
  const add = (row: Row): void => {
    const currency = String(row.currency);
    const sum = sums.get(currency) ?? { ...NO_ORDERS, currency };
    for (const key of SUMMED) sum[key] += Number(row[key] ?? 0);
    sums.set(currency, sum);
  };
  const first = (column: string, paths: string[][]): string =>
    `coalesce(${paths.map((path) => sql.at(column, path)).join(", ")})`;
  const stateIn = (halves: string): string =>
    `coalesce(${TELLERS.map((teller) => sql.at(halves, [teller, "order", "state"])).join(", ")})`;
  const ordersOf = `with halves as materialized (
       select ${first(
         "halves",
         TELLERS.map((teller) => [teller]),
       )} as half
       from event where received_ms >= ? and received_ms < ? and ${sql.unindexed("shop")} = ? and ${sql.unindexed("name")} = ?
     ), told as materialized (
       select ${sql.at("half", ["properties", "currency"])} as currency,
         cast(coalesce(${first(
           "half",
           MONEY.map((key) => ["properties", key]),
         )}, '0') as double precision) as value,
         case when ${sql.at("half", ["order", "state"])} in ('cancelled', 'void') then 1 else 0 end as cancelled
       from halves
     )
     select currency, count(*) as orders, sum(value) as gross, sum(cancelled) as cancelled,
       sum(case when cancelled = 1 then value else 0 end) as "cancelledSum"
     from told where currency is not null group by currency`;
  // Day by day: each order is read, and nobody who reads a page meanwhile waits for all of them.
  for (const [sinceMs, untilMs] of stepsOf(period, 24 * HOUR))
    for (const row of await sql.all(ordersOf, [sinceMs, untilMs, shop, code])) add(row);
  const refunds = await sql.all(
    `select currency, count(*) as refunds, sum(amount) as "refundedSum" from (
       select distinct r.id, r.currency, r.amount from refund r
         left join order_name o on o.shop = r.shop and o.id = r.order_id left join event e on e.row = o.event
       where r.at_ms >= ? and r.at_ms < ? and r.shop = ?
         and coalesce(${stateIn("e.halves")}, '') not in ('cancelled', 'void')
     ) noted group by currency`,
    [period.sinceMs, period.untilMs, shop],
  );
  for (const row of refunds) add(row);
  return [...sums.values()].sort((a, b) => b.gross - a.gross);
}

const NO_ORDERS = { orders: 0, gross: 0, cancelled: 0, cancelledSum: 0, refunds: 0, refundedSum: 0 };
const SUMMED = ["orders", "gross", "cancelled", "cancelledSum", "refunds", "refundedSum"] as const;
