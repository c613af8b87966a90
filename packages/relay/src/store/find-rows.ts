/** Which rows of the ledger fit, the newest first, each way by an index. */
import { numberedOrderEventId, orderEventId } from "@pinrelay/tag/contract";
import type { ReadSql } from "./read-sql.ts";
import type { LogQuery } from "./reads.ts";
import type { Row } from "./rows.ts";

export const EVENT_COLUMNS =
  "e.row, e.shop, e.name as code, e.id, e.time_ms, e.received_ms, e.halves, e.duplicates, e.late_halves";

/**
 * By the index of when events came. It knows shop and name too: so a rare name, or a quiet shop among busy ones, is found
 * without reading the events of others.
 */
export async function byTime(sql: ReadSql, query: LogQuery, code: number | undefined, most: number): Promise<Row[]> {
  const within = await bounds(sql, query, "received_ms", "row");
  if (!within) return [];
  const { where, values } = within;
  where.push(`${sql.unindexed("shop")} = ?`);
  values.push(query.shop);
  if (code !== undefined) {
    where.push(`${sql.unindexed("name")} = ?`);
    values.push(code);
  }
  return sql.all(
    `select ${EVENT_COLUMNS} from event e where e.row in (
       select row from event where ${where.join(" and ")} order by received_ms desc, row desc limit ?
     ) order by e.received_ms desc, e.row desc`,
    [...values, most],
  );
}

/** By the index of what became of deliveries. */
export async function byOutcome(sql: ReadSql, query: LogQuery, most: number): Promise<Row[]> {
  const within = await bounds(sql, query, "d.received_ms", "d.event");
  if (!within) return [];
  const destinations = await sql.all("select id from destination where shop = ?", [query.shop]);
  const asked = destinations
    .map(({ id }) => Number(id))
    .filter((id) => query.destination === undefined || id === query.destination);
  const rows = new Map<number, Row>();
  for (const destination of asked) {
    const found = await sql.all(
      `select ${EVENT_COLUMNS} from delivery d join event e on e.row = d.event
       where d.destination = ? and ${query.outcome === "waiting" ? "d.due_ms is not null" : "d.outcome = ?"} and ${within.where.join(" and ")}
       order by d.received_ms desc, d.event desc limit ?`,
      [destination, ...(query.outcome === "waiting" || !query.outcome ? [] : [query.outcome]), ...within.values, most],
    );
    for (const row of found) rows.set(Number(row.row), row);
  }
  return [...rows.values()].sort(newestFirst).slice(0, most);
}

const newestFirst = (a: Row, b: Row): number =>
  Number(b.received_ms) - Number(a.received_ms) || Number(b.row) - Number(a.row);

/** Under any of the names that it goes by. */
export async function byOrder(sql: ReadSql, { shop, beforeRow, afterRow }: LogQuery, order: string): Promise<Row[]> {
  const all = await rowsOfOrder(sql, shop, order);
  const rows = all.filter((row) => row > (afterRow ?? 0) && row < (beforeRow ?? Number.MAX_SAFE_INTEGER));
  if (rows.length === 0) return [];
  return sql.all(`select ${EVENT_COLUMNS} from event e where e.row in (${rows.join()}) order by e.row desc`);
}

/** A shop's event rows that go by this number, ID or event ID of an order. */
export async function rowsOfOrder(sql: ReadSql, shop: number, order: string): Promise<number[]> {
  const [row] = await sql.all("select key from shop where id = ?", [shop]);
  const key = String(row?.key ?? "");
  // No order is called so, and PostgreSQL takes no such text.
  const bare = order.replaceAll("\0", "").trim();
  const ids = new Set([bare, orderEventId(key, bare) ?? bare, numberedOrderEventId(key, bare)]);
  const found = await sql.all(
    `select distinct event from order_name where shop = ? and id in (${[...ids].map(() => "?").join()})`,
    [shop, ...ids],
  );
  return found.map(({ event }) => Number(event));
}

/** A row may have been written so much later than one that came after it: relays differ in their clocks. */
const APART_MS = 3_600_000;

/** When, and behind or before which row; undefined where there is nothing. */
async function bounds(
  sql: ReadSql,
  { sinceMs = 0, untilMs, beforeRow, afterRow }: LogQuery,
  received: string,
  row: string,
): Promise<{ where: string[]; values: (string | number)[] } | undefined> {
  // One bound below and one above: of two alike SQLite's index takes but one.
  let [least, most] = [sinceMs, untilMs ?? Number.MAX_SAFE_INTEGER];
  const rows: [condition: string, values: number[]][] = [];
  if (beforeRow !== undefined) {
    const [last] = await sql.all("select received_ms from event where row <= ? order by row desc limit 1", [beforeRow]);
    if (!last) return undefined;
    const lastMs = Number(last.received_ms);
    most = Math.min(most, lastMs + 1);
    rows.push([`(${received} < ? or ${row} < ?)`, [lastMs, beforeRow]]);
  }
  if (afterRow !== undefined) {
    const [next] = await sql.all("select received_ms from event where row > ? order by row limit 1", [afterRow]);
    if (!next) return undefined;
    least = Math.max(least, Number(next.received_ms) - APART_MS);
    rows.push([`${row} > ?`, [afterRow]]);
  }
  return {
    where: [`${received} >= ?`, `${received} < ?`, ...rows.map(([condition]) => condition)],
    values: [least, most, ...rows.flatMap(([, told]) => told)],
  };
}
