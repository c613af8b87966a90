/** The ledger as a list: the newest first, by pages, each filter answered by an index or within bounds. */
import { type Acknowledgement, numberedOrderEventId, orderEventId } from "@pinrelay/tag/contract";
import { eventCurrency, eventValue } from "@pinrelay/tag/money";
import type { Half } from "../core/event.ts";
import { merge } from "../core/merge.ts";
import { readHalves } from "./halves.ts";
import type { ReadSql } from "./read-sql.ts";
import type { LogDelivery, LogPage, LogQuery, LogRow } from "./reads.ts";
import { ackState, outcomeOf, type Row, text } from "./rows.ts";
import { strongest } from "./tables.ts";

/** What no index answers (who told it, which visitor) is looked for among so many rows; the page says how to go on. */
const SEARCHED = 5_000;

type Values = (string | number | Uint8Array)[];

export const EVENT_COLUMNS =
  "e.row, e.shop, e.name as code, e.id, e.time_ms, e.received_ms, e.halves, e.duplicates, e.late_halves";

export async function readLog(sql: ReadSql, query: LogQuery, limit: number): Promise<LogPage> {
  const names = await eventNames(sql);
  const code = query.name === undefined ? undefined : codeOf(names, query.name);
  if (query.name !== undefined && code === undefined) return { rows: [] };
  const read = (more: LogQuery, most: number): Promise<Row[]> =>
    more.order
      ? byOrder(sql, more, more.order)
      : more.outcome
        ? byOutcome(sql, more, code, most)
        : byTime(sql, more, code, most);
  const isSearch = query.source !== undefined || query.visitor !== undefined;
  const { fits, next } = isSearch ? await search(query, limit, read) : { fits: await read(query, limit + 1) };
  const rows = fits.slice(0, limit);
  const last = fits.length > limit ? Number(rows.at(-1)?.row) : next;
  return { rows: await logRows(sql, names, rows), ...(last === undefined ? {} : { next: last }) };
}

/** So many are looked through at once: what comes in meanwhile waits no longer than for these. */
const AT_ONCE = 250;

/** Those that fit, one more than asked for at most; `next` is the last that was looked at, where there may be more. */
async function search(
  query: LogQuery,
  limit: number,
  read: (query: LogQuery, most: number) => Promise<Row[]>,
): Promise<{ fits: Row[]; next?: number }> {
  const fits: Row[] = [];
  let before = query.beforeRow;
  for (let looked = 0; looked < SEARCHED; looked += AT_ONCE) {
    const page = await read({ ...query, ...(before === undefined ? {} : { beforeRow: before }) }, AT_ONCE);
    fits.push(...page.filter((row) => isFound(row, query)));
    if (page.length < AT_ONCE) return { fits };
    before = Number(page.at(-1)?.row);
    if (fits.length > limit) return { fits };
  }
  return { fits, ...(before === undefined ? {} : { next: before }) };
}

/** In the order of their rows, which is the order in which they came. */
function byTime(sql: ReadSql, query: LogQuery, code: number | undefined, most: number): Promise<Row[]> {
  const { where, values } = conditions(sql, query, "e.row");
  if (code !== undefined) {
    where.push(`${sql.unindexed("e.name")} = ?`);
    values.push(code);
  }
  return sql.all(`select ${EVENT_COLUMNS} from event e where ${where.join(" and ")} order by e.row desc limit ?`, [
    ...values,
    most,
  ]);
}

/** By the index of what became of deliveries. */
async function byOutcome(sql: ReadSql, query: LogQuery, code: number | undefined, most: number): Promise<Row[]> {
  const destinations =
    query.destination === undefined
      ? (await sql.all("select id from destination where shop = ?", [query.shop])).map(({ id }) => Number(id))
      : [query.destination];
  const rows: Row[] = [];
  for (const destination of destinations) {
    const { where, values } = conditions(sql, query, "d.event");
    where.push("d.destination = ?", query.outcome === "waiting" ? "d.due_ms is not null" : "d.outcome = ?");
    values.push(destination, ...(query.outcome === "waiting" || !query.outcome ? [] : [query.outcome]));
    if (code !== undefined) {
      where.push(`${sql.unindexed("e.name")} = ?`);
      values.push(code);
    }
    const found = await sql.all(
      `select ${EVENT_COLUMNS} from delivery d join event e on e.row = d.event where ${where.join(" and ").replaceAll("e.received_ms", "d.received_ms")}
       order by d.received_ms desc, d.event desc limit ?`,
      [...values, most],
    );
    rows.push(...found);
  }
  const once = new Map(rows.map((row) => [Number(row.row), row]));
  return [...once.values()].sort((a, b) => Number(b.row) - Number(a.row)).slice(0, most);
}

/** Under any of the names that it goes by. */
async function byOrder(sql: ReadSql, { shop, beforeRow, afterRow }: LogQuery, order: string): Promise<Row[]> {
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

const conditions = (sql: ReadSql, query: LogQuery, row: string): { where: string[]; values: Values } => {
  const where = [`${sql.unindexed("e.shop")} = ?`];
  const values: Values = [query.shop];
  // biome-ignore format: a table
  const bounds = [
    ["e.received_ms >= ?", query.sinceMs],
    ["e.received_ms < ?",  query.untilMs],
    [`${row} < ?`,         query.beforeRow],
    [`${row} > ?`,         query.afterRow],
  ] as const;
  for (const [condition, value] of bounds) {
    if (value === undefined) continue;
    where.push(condition);
    values.push(value);
  }
  return { where, values };
};

/** A row whose text does not hold it is not read: that costs most. */
const isFound = ({ halves: lies }: Row, { source, visitor }: LogQuery): boolean =>
  (visitor === undefined || String(lies).includes(visitor)) &&
  readHalves(lies, null).some(
    (half) => (source === undefined || half.source === source) && (visitor === undefined || half.visitor === visitor),
  );

/** Rows as people see them, with their deliveries and what the Pinterest Tag said. */
export async function logRows(sql: ReadSql, names: Names, rows: readonly Row[]): Promise<LogRow[]> {
  if (rows.length === 0) return [];
  const found = await sql.all(
    `select row, event, destination, outcome, words, due_ms, attempts from delivery
     where event in (${rows.map(({ row }) => Number(row)).join()}) order by destination`,
  );
  const deliveries = new Map<number, LogDelivery[]>();
  for (const row of found)
    deliveries.set(Number(row.event), [...(deliveries.get(Number(row.event)) ?? []), logDelivery(row)]);
  const halves = new Map(rows.map((row) => [row, readHalves(row.halves, null)]));
  const acks = await acksOf(sql, rows, (row) => halves.get(row) ?? []);
  return rows.map((row) => ({
    ...logRow(sql, names, row, halves.get(row) ?? []),
    ack: acks.get(Number(row.row))?.state ?? "unknown",
    deliveries: deliveries.get(Number(row.row)) ?? [],
  }));
}

export interface Ack {
  state: Acknowledgement["state"];
  atMs: number;
}

/** What the Pinterest Tag said of each of these rows, by row; of an order under any of its names. */
export async function acksOf(
  sql: ReadSql,
  rows: readonly Row[],
  halvesOf: (row: Row) => readonly Half[],
): Promise<Map<number, Ack>> {
  /** Rows by the ID that an acknowledgement of them may have, for each event name. */
  const wanted = new Map<number, Map<string, number>>();
  for (const row of rows) {
    const code = Number(row.code);
    const ids = wanted.get(code) ?? new Map<string, number>();
    wanted.set(code, ids);
    for (const id of [sql.decodeId(row.id), ...halvesOf(row).flatMap(({ orderIds = [] }) => orderIds)])
      ids.set(id, Number(row.row));
  }
  const shop = Number(rows[0]?.shop);
  const acks = new Map<number, Ack>();
  for (const [code, ids] of wanted) {
    const found = await sql.all(
      `select id, state, at_ms from acknowledgement where shop = ? and name = ? and id in (${[...ids].map(() => "?").join()})`,
      [shop, code, ...[...ids.keys()].map(sql.encodeId)],
    );
    for (const ack of found) {
      const row = ids.get(sql.decodeId(ack.id));
      const state = row === undefined ? undefined : strongest([acks.get(row)?.state, ackState(ack.state).ack]);
      if (row !== undefined && state !== undefined && acks.get(row)?.state !== state)
        acks.set(row, { state, atMs: Number(ack.at_ms) });
    }
  }
  return acks;
}

export const logRow = (
  sql: ReadSql,
  names: Names,
  row: Row,
  halves: readonly Half[],
): Omit<LogRow, "ack" | "deliveries"> => {
  const { properties } = merge(halves);
  const name = names.get(Number(row.code)) ?? "";
  const value = eventValue(name, properties, "total") ?? properties.value;
  const currency = eventCurrency(properties);
  return {
    row: Number(row.row),
    name,
    id: sql.decodeId(row.id),
    timeMs: Number(row.time_ms),
    receivedMs: Number(row.received_ms),
    sources: [...new Set(halves.map(({ source }) => source))],
    ...(value === undefined ? {} : { value }),
    ...(currency === undefined ? {} : { currency }),
    duplicates: Number(row.duplicates),
    lateHalves: Number(row.late_halves),
  };
};

export const logDelivery = (row: Row): LogDelivery => ({
  delivery: Number(row.row),
  destination: Number(row.destination),
  ...outcomeOf(row.outcome),
  ...text("words", row.words),
  ...(row.due_ms === null ? {} : { dueMs: Number(row.due_ms) }),
  attempts: Number(row.attempts),
});

/** Names by their code. */
export type Names = ReadonlyMap<number, string>;

export const eventNames = async (sql: ReadSql): Promise<Names> =>
  new Map((await sql.all("select code, name from event_name")).map(({ code, name }) => [Number(code), String(name)]));

export const codeOf = (names: Names, name: string): number | undefined =>
  [...names].find(([, one]) => one === name)?.[0];
