/** The ledger as a list: the newest first, by pages, each filter answered by an index or within bounds. */
import type { Acknowledgement } from "@pinrelay/tag/contract";
import { eventCurrency, eventValue } from "@pinrelay/tag/money";
import type { Half } from "../core/event.ts";
import { merge } from "../core/merge.ts";
import { byOrder, byOutcome, byTime } from "./find-rows.ts";
import { readHalves } from "./halves.ts";
import type { ReadSql } from "./read-sql.ts";
import type { LogDelivery, LogPage, LogQuery, LogRow } from "./reads.ts";
import { ackState, outcomeOf, type Row, text } from "./rows.ts";
import { strongest } from "./tables.ts";

/** What no index answers (who told it, which visitor, an outcome of one name) is looked for among so many rows; the page says how to go on. */
const SEARCHED = 5_000;

export async function readLog(sql: ReadSql, query: LogQuery, limit: number): Promise<LogPage> {
  const names = await eventNames(sql);
  const code = query.name === undefined ? undefined : codeOf(names, query.name);
  if (query.name !== undefined && code === undefined) return { rows: [] };
  const read = (more: LogQuery, most: number): Promise<Row[]> =>
    more.order
      ? byOrder(sql, more, more.order)
      : more.outcome
        ? byOutcome(sql, more, most)
        : byTime(sql, more, code, most);
  const isSearch = query.source !== undefined || query.visitor !== undefined || (query.outcome !== undefined && code);
  const { fits, next } = isSearch ? await search(query, code, limit, read) : { fits: await read(query, limit + 1) };
  const rows = fits.slice(0, limit);
  const last = fits.length > limit ? Number(rows.at(-1)?.row) : next;
  return { rows: await logRows(sql, names, rows), ...(last === undefined ? {} : { next: last }) };
}

/** So many are looked through at once: what comes in meanwhile waits no longer than for these. */
const AT_ONCE = 250;

/** Those that fit, one more than asked for at most; `next` is the last that was looked at, where there may be more. */
async function search(
  query: LogQuery,
  code: number | undefined,
  limit: number,
  read: (query: LogQuery, most: number) => Promise<Row[]>,
): Promise<{ fits: Row[]; next?: number }> {
  const fits: Row[] = [];
  let before = query.beforeRow;
  for (let looked = 0; looked < SEARCHED; looked += AT_ONCE) {
    const page = await read({ ...query, ...(before === undefined ? {} : { beforeRow: before }) }, AT_ONCE);
    fits.push(...page.filter((row) => isFound(row, query, code)));
    if (page.length < AT_ONCE) return { fits };
    before = Number(page.at(-1)?.row);
    if (fits.length > limit) return { fits };
  }
  return { fits, ...(before === undefined ? {} : { next: before }) };
}

/** A row whose text does not hold it is not read: that costs most. */
const isFound = (
  { code: named, halves: lies }: Row,
  { source, visitor }: LogQuery,
  code: number | undefined,
): boolean =>
  (code === undefined || Number(named) === code) &&
  (visitor === undefined || String(lies).includes(visitor)) &&
  ((source === undefined && visitor === undefined) ||
    readHalves(lies, null).some(
      (half) => (source === undefined || half.source === source) && (visitor === undefined || half.visitor === visitor),
    ));

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
