/** Figures of a period: counted by indexes where all of it is counted, else among its newest events. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { ORDER_EVENT, type Properties } from "@pinrelay/tag/contract";
import { type Half, isSigned, MATCH_KEYS } from "../core/event.ts";
import { merge } from "../core/merge.ts";
import { OUTCOMES, type Outcome } from "../core/outcome.ts";
import { readHalves } from "./halves.ts";
import { newest } from "./read-event.ts";
import { acksOf, codeOf, eventNames, type Names } from "./read-log.ts";
import type { ReadSql } from "./read-sql.ts";
import type { Counted, Coverage, Halved, OrderSum, Overview, Period } from "./reads.ts";
import { outcomeOf, type Row } from "./rows.ts";

/** Enough for a share to be right within two in a hundred, few enough to be read at once. */
const LOOKED_AT = 2_000;
const HOUR = 3_600_000;
const OUTCOME_NAMES = Object.keys(OUTCOMES);

export const stepOf = ({ sinceMs, untilMs }: Period): number => {
  const hours = (untilMs - sinceMs) / HOUR;
  return hours <= 49 ? HOUR : hours <= 200 ? 6 * HOUR : 24 * HOUR;
};

export async function readOverview(sql: ReadSql, shop: number, period: Period): Promise<Overview> {
  const names = await eventNames(sql);
  const stepMs = stepOf(period);
  const [events, outcomes, orders, looked] = await Promise.all([
    countEvents(sql, names, shop, period, stepMs),
    countOutcomes(sql, shop, period, stepMs),
    sumOrders(sql, names, shop, period),
    lookAt(sql, names, shop, period),
  ]);
  return { stepMs, events, outcomes, orders, ...looked };
}

const countEvents = async (
  sql: ReadSql,
  names: Names,
  shop: number,
  { sinceMs, untilMs }: Period,
  stepMs: number,
): Promise<Counted[]> => {
  const rows = await sql.all(
    `select name, received_ms - received_ms % ${stepMs} as at_ms, count(*) as n from event
     where received_ms >= ? and received_ms < ? and shop = ? group by 1, 2 order by 2, 1`,
    [sinceMs, untilMs, shop],
  );
  return rows.map((row) => ({
    atMs: Number(row.at_ms),
    name: names.get(Number(row.name)) ?? "",
    count: Number(row.n),
  }));
};

async function countOutcomes(
  sql: ReadSql,
  shop: number,
  { sinceMs, untilMs }: Period,
  stepMs: number,
): Promise<Counted<Outcome | "waiting">[]> {
  const destinations = await sql.all("select id from destination where shop = ?", [shop]);
  const counts: Counted<Outcome | "waiting">[] = [];
  for (const { id } of destinations) {
    // Each outcome is one range of the index.
    const parts = [...OUTCOME_NAMES.map((name) => `outcome = '${name}'`), "outcome is null"].map(
      (is) => `
        select outcome, received_ms - received_ms % ${stepMs} as at_ms, count(*) as n from delivery
        where destination = ${Number(id)} and ${is} and received_ms >= ${sinceMs} and received_ms < ${untilMs} group by 1, 2`,
    );
    const rows = await sql.all(parts.join(" union all "));
    for (const row of rows)
      counts.push({
        atMs: Number(row.at_ms),
        name: outcomeOf(row.outcome).outcome ?? "waiting",
        count: Number(row.n),
      });
  }
  return counts;
}

/** Whose word counts of an order's money: the shop's server before the browser. */
const TELLERS = ["shopify", "woocommerce", "server", "browser"];
const MONEY = ["value", "total_price"];

async function sumOrders(sql: ReadSql, names: Names, shop: number, { sinceMs, untilMs }: Period): Promise<OrderSum[]> {
  const code = codeOf(names, ORDER_EVENT);
  if (code === undefined) return [];
  const of = (paths: string[][]): string => `coalesce(${paths.map((path) => sql.at("halves", path)).join(", ")})`;
  const value = of(TELLERS.flatMap((teller) => MONEY.map((key) => [teller, "properties", key])));
  const currency = of(TELLERS.map((teller) => [teller, "properties", "currency"]));
  const state = of(TELLERS.map((teller) => [teller, "order", "state"]));
  const orders = await sql.all(
    `select currency, count(*) as orders, sum(value) as gross, sum(cancelled) as cancelled,
       sum(case when cancelled = 1 then value else 0 end) as cancelled_sum
     from (
       select ${currency} as currency, cast(coalesce(${value}, '0') as double precision) as value,
         case when ${state} in ('cancelled', 'void') then 1 else 0 end as cancelled
       from event where received_ms >= ? and received_ms < ? and shop = ? and name = ?
     ) told where currency is not null group by currency`,
    [sinceMs, untilMs, shop, code],
  );
  const refunds = await sql.all(
    `select currency, count(*) as refunds, sum(amount) as refunded from (
       select distinct id, currency, amount from refund where at_ms >= ? and at_ms < ? and shop = ?
     ) noted group by currency`,
    [sinceMs, untilMs, shop],
  );
  const sums = new Map<string, OrderSum>();
  const sumIn = (row: Row): OrderSum => {
    const name = String(row.currency);
    const sum = sums.get(name) ?? { ...NO_ORDERS, currency: name };
    sums.set(name, sum);
    return sum;
  };
  for (const row of orders)
    Object.assign(sumIn(row), {
      orders: Number(row.orders),
      gross: Number(row.gross),
      cancelled: Number(row.cancelled),
      cancelledSum: Number(row.cancelled_sum),
    });
  for (const row of refunds)
    Object.assign(sumIn(row), { refunds: Number(row.refunds), refundedSum: Number(row.refunded) });
  return [...sums.values()].sort((a, b) => b.gross - a.gross);
}

const NO_ORDERS = { orders: 0, gross: 0, cancelled: 0, cancelledSum: 0, refunds: 0, refundedSum: 0 };

async function lookAt(
  sql: ReadSql,
  names: Names,
  shop: number,
  { sinceMs, untilMs }: Period,
): Promise<Pick<Overview, "lookedAt" | "halves" | "coverage" | "duplicates" | "lateHalves">> {
  const halved = new Map<string, Halved>();
  const covered = new Map<string, Coverage>();
  const seen = { lookedAt: 0, duplicates: 0, lateHalves: 0 };
  for await (const page of newest(sql, shop, LOOKED_AT, { sinceMs, untilMs })) {
    const going = await goingOf(sql, page);
    const halvesOf = new Map(page.map((row) => [row, readHalves(row.halves, row.network)]));
    const acks = await acksOf(sql, page, (row) => halvesOf.get(row) ?? []);
    for (const row of page) {
      const halves = halvesOf.get(row) ?? [];
      const name = names.get(Number(row.code)) ?? "";
      const goes = going.get(Number(row.row));
      seen.lookedAt += 1;
      seen.duplicates += Number(row.duplicates);
      seen.lateHalves += Number(row.late_halves);
      const isFired = acks.get(Number(row.row))?.state === "fired";
      tallyHalves(halved, name, halves, isFired, goes !== undefined);
      if (goes) tallyKeys(covered, name, halves, goes.payload);
    }
    await nextTurn();
  }
  return { ...seen, halves: [...halved.values()], coverage: [...covered.values()] };
}

/** Of these events those of which something was sent or waits to be, with what was sent. */
async function goingOf(sql: ReadSql, rows: readonly Row[]): Promise<Map<number, { payload: string | undefined }>> {
  const found = await sql.all(
    `select event, payload from delivery where event in (${rows.map(({ row }) => Number(row)).join()})
       and (outcome is null or outcome = 'sent')`,
  );
  return new Map(
    found.map(({ event, payload }) => [Number(event), { payload: typeof payload === "string" ? payload : undefined }]),
  );
}

function tallyHalves(
  all: Map<string, Halved>,
  name: string,
  halves: readonly Half[],
  isFired: boolean,
  goes: boolean,
): void {
  const sums = all.get(name) ?? {
    name,
    both: 0,
    tagOnly: 0,
    relayOnly: 0,
    neither: 0,
    twoSources: 0,
    differing: { value: 0, currency: 0, contentIds: 0 },
  };
  all.set(name, sums);
  sums[isFired ? (goes ? "both" : "tagOnly") : goes ? "relayOnly" : "neither"] += 1;
  const browser = halves.find((half) => !isSigned(half));
  const server = halves.find(isSigned);
  if (!browser || !server) return;
  sums.twoSources += 1;
  const [a, b] = [browser.properties, server.properties];
  if (differs(moneyOf(a), moneyOf(b))) sums.differing.value += 1;
  if (differs(a.currency, b.currency)) sums.differing.currency += 1;
  if (differs(idsOf(a), idsOf(b))) sums.differing.contentIds += 1;
}

/** What only one of them says is no disagreement. */
const differs = <T>(a: T | undefined, b: T | undefined): boolean => a !== undefined && b !== undefined && a !== b;

const moneyOf = ({ value, total_price: total }: Properties): number | undefined => {
  const money = value ?? total;
  return money === undefined ? undefined : Math.round(money * 100);
};

const idsOf = ({ items }: Properties): string | undefined => {
  const ids = (items ?? []).map(({ product_id, variant_id, sku }) => [product_id, variant_id, sku].join("/"));
  return ids.length > 0 ? ids.sort().join() : undefined;
};

function tallyKeys(
  all: Map<string, Coverage>,
  name: string,
  halves: readonly Half[],
  payload: string | undefined,
): void {
  const sums = all.get(name) ?? { name, events: 0, keys: {} };
  all.set(name, sums);
  sums.events += 1;
  const { matchKeys, network, clickId } = merge(halves);
  const sent: Record<string, unknown> = payload === undefined ? {} : (JSON.parse(payload).user_data ?? {});
  const isSettled = payload !== undefined && network === undefined;
  const count = (key: keyof Coverage["keys"], has: boolean): void => {
    if (has) sums.keys[key] = (sums.keys[key] ?? 0) + 1;
  };
  for (const key of MATCH_KEYS) count(key, matchKeys[key] !== undefined || sent[key] !== undefined);
  count("click_id", clickId !== undefined || sent.click_id !== undefined);
  // Once an event has settled both are gone from the ledger; without an email they were needed for it to be sent.
  count("ip", network?.ip !== undefined || (isSettled && halves.some(({ source }) => source === "browser")));
  count(
    "user_agent",
    network?.userAgent !== undefined || (isSettled && halves.some(({ source }) => source === "browser")),
  );
}
