/**
 * How many events and outcomes a period has, step by step. Each step is one range of an index that is counted and not
 * grouped: grouping a million rows takes five times as long. One statement after the other, so that whoever else reads,
 * or writes, comes in between.
 */
import { OUTCOMES, type Outcome } from "../core/outcome.ts";
import type { Names } from "./read-log.ts";
import type { ReadSql } from "./read-sql.ts";
import type { Counted, Period } from "./reads.ts";

type Step = readonly [sinceMs: number, untilMs: number];

/** The pieces of a period, each within one step. */
export function stepsOf({ sinceMs, untilMs }: Period, stepMs: number): Step[] {
  const steps: Step[] = [];
  for (let atMs = sinceMs - (sinceMs % stepMs); atMs < untilMs; atMs += stepMs)
    steps.push([Math.max(atMs, sinceMs), Math.min(atMs + stepMs, untilMs)]);
  return steps;
}

/** So many names are counted by one look at a step's events. */
const NAMES_AT_ONCE = 12;

export async function countEvents(
  sql: ReadSql,
  names: Names,
  shop: number,
  period: Period,
  stepMs: number,
): Promise<Counted[]> {
  const codes = await codesOf(sql, shop);
  const counted: Counted[] = [];
  for (const [sinceMs, untilMs] of stepsOf(period, stepMs))
    for (let from = 0; from < codes.length; from += NAMES_AT_ONCE) {
      const some = codes.slice(from, from + NAMES_AT_ONCE);
      const [row] = await sql.all(
        `select ${some.map((code, n) => `count(case when name = ${code} then 1 end) as n${n}`).join(", ")} from event
         where received_ms >= ? and received_ms < ? and ${sql.unindexed("shop")} = ?`,
        [sinceMs, untilMs, shop],
      );
      for (const [n, code] of some.entries())
        add(counted, sinceMs - (sinceMs % stepMs), names.get(code) ?? "", row?.[`n${n}`]);
    }
  return counted;
}

/** What a shop told at all, by the index that keeps its events apart. */
const codesOf = async (sql: ReadSql, shop: number): Promise<number[]> => {
  const told = await sql.all(
    `select code from event_name n where exists (select 1 from event e where e.shop = ? and e.name = n.code) order by code`,
    [shop],
  );
  return told.map(({ code }) => Number(code));
};

const NAMED = Object.keys(OUTCOMES).filter((name): name is Outcome => name in OUTCOMES);

export async function countOutcomes(
  sql: ReadSql,
  shop: number,
  period: Period,
  stepMs: number,
): Promise<Counted<Outcome | "waiting">[]> {
  const destinations = await sql.all("select id from destination where shop = ?", [shop]);
  const counted: Counted<Outcome | "waiting">[] = [];
  for (const destination of destinations.map(({ id }) => Number(id))) {
    const each = NAMED.map(
      (outcome, n) => `(select count(*) from delivery
         where destination = ? and outcome = '${outcome}' and received_ms >= ? and received_ms < ?) as n${n}`,
    );
    for (const [sinceMs, untilMs] of stepsOf(period, stepMs)) {
      const [row] = await sql.all(
        `select ${each.join(", ")}`,
        each.flatMap(() => [destination, sinceMs, untilMs]),
      );
      for (const [n, outcome] of NAMED.entries()) add(counted, sinceMs - (sinceMs % stepMs), outcome, row?.[`n${n}`]);
    }
    // What waits is in another index, by when it is due: so all of it is looked at, but once.
    const waiting = await sql.all(
      `select received_ms - received_ms % ${stepMs} as at_ms, count(*) as n from delivery
       where destination = ? and due_ms is not null and received_ms >= ? and received_ms < ? group by 1`,
      [destination, period.sinceMs, period.untilMs],
    );
    for (const row of waiting) add(counted, Number(row.at_ms), "waiting", row.n);
  }
  return counted;
}

const add = <Name extends string>(counted: Counted<Name>[], atMs: number, name: Name, count: unknown): void => {
  if (Number(count) > 0) counted.push({ atMs, name, count: Number(count) });
};
