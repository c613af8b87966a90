/** One event with all that the ledger knows of it, for its own page; and events as a claim would see them. */
import { merge } from "../core/merge.ts";
import { EVENT_COLUMNS } from "./find-rows.ts";
import { readHalves } from "./halves.ts";
import { acksOf, codeOf, eventNames, logDelivery, logRow, type Names } from "./read-log.ts";
import type { ReadSql } from "./read-sql.ts";
import type { EventDetails, Sample, ShownDelivery } from "./reads.ts";
import { type Row, text } from "./rows.ts";
import { shownHalf, shownMerged, shownPayload } from "./shown.ts";

export async function readEvent(sql: ReadSql, shop: number, event: number): Promise<EventDetails | undefined> {
  const names = await eventNames(sql);
  const [row] = await sql.all(`select ${EVENT_COLUMNS}, e.network from event e where e.shop = ? and e.row = ?`, [
    shop,
    event,
  ]);
  if (!row) return undefined;
  const halves = readHalves(row.halves, row.network);
  const orderIds = (await sql.all("select id from order_name where event = ? order by id", [event])).map(({ id }) =>
    String(id),
  );
  const ack = (await acksOf(sql, [row], () => halves)).get(event);
  return {
    ...logRow(sql, names, row, halves),
    ack: ack?.state ?? "unknown",
    ...(ack ? { ackMs: ack.atMs } : {}),
    halves: halves.map(shownHalf),
    merged: shownMerged(merge(halves)),
    orderIds,
    refunds: await refundsOf(sql, shop, orderIds),
    deliveries: await deliveriesOf(sql, event),
  };
}

const refundsOf = async (sql: ReadSql, shop: number, orderIds: readonly string[]): Promise<EventDetails["refunds"]> => {
  if (orderIds.length === 0) return [];
  const rows = await sql.all(
    `select id, amount, currency, at_ms from refund where shop = ? and order_id in (${orderIds.map(() => "?").join()}) order by at_ms`,
    [shop, ...orderIds],
  );
  const once = new Map(rows.map((row) => [String(row.id), row]));
  return [...once.values()].map(({ amount, currency, at_ms }) => ({
    amount: Number(amount),
    currency: String(currency),
    atMs: Number(at_ms),
  }));
};

async function deliveriesOf(sql: ReadSql, event: number): Promise<ShownDelivery[]> {
  const rows = await sql.all(
    `select row, destination, outcome, words, due_ms, attempts, payload, settled_ms, earlier from delivery
     where event = ? order by destination`,
    [event],
  );
  return Promise.all(
    rows.map(async (row) => ({
      ...logDelivery(row),
      ...(typeof row.payload === "string" ? { payload: shownPayload(row.payload) } : {}),
      ...(row.settled_ms === null ? {} : { settledMs: Number(row.settled_ms) }),
      ...text("earlier", row.earlier),
      tries: (
        await sql.all("select at_ms, words from attempt where delivery = ? order by at_ms", [Number(row.row)])
      ).map(({ at_ms, words }) => ({ atMs: Number(at_ms), words: String(words) })),
    })),
  );
}

/** Rows that one answer brings: a thread hands them over in one go. */
const PAGE = 250;

/**
 * The newest events of a shop, all of them or of one name, in pages. */
export async function* newest(
  sql: ReadSql,
  shop: number,
  most: number,
  bounds: { sinceMs?: number; untilMs?: number; code?: number | undefined } = {},
): AsyncGenerator<Row[]> {
  const { sinceMs = 0, untilMs = Number.MAX_SAFE_INTEGER, code } = bounds;
  let before: [number, number] = [untilMs, 0];
  for (let count = 0; count < most; ) {
    const limit = Math.min(PAGE, most - count);
    const rows = await sql.all(
      `select ${EVENT_COLUMNS}, e.network from event e
       where e.received_ms >= ? and (e.received_ms < ? or (e.received_ms = ? and e.row < ?)) and e.received_ms <= ?
         and ${sql.unindexed("e.shop")} = ?${code === undefined ? "" : ` and ${sql.unindexed("e.name")} = ?`}
       order by e.received_ms desc, e.row desc limit ?`,
      [sinceMs, before[0], before[0], before[1], before[0], shop, ...(code === undefined ? [] : [code]), limit],
    );
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (!last || rows.length < limit) return;
    count += rows.length;
    before = [Number(last.received_ms), Number(last.row)];
  }
}

/** As a claim would see them, but for what is known of their visitors from other events. */
export async function readSamples(sql: ReadSql, shop: number, limit: number, orderName: string): Promise<Sample[]> {
  const names = await eventNames(sql);
  const samples = new Map<number, Sample>();
  const orders = codeOf(names, orderName);
  for (const code of orders === undefined ? [undefined] : [undefined, orders])
    for await (const page of newest(sql, shop, limit, { code }))
      for (const sample of await samplesOf(sql, names, page)) samples.set(...sample);
  return [...samples.values()];
}

async function samplesOf(sql: ReadSql, names: Names, page: readonly Row[]): Promise<[row: number, sample: Sample][]> {
  const halves = new Map(page.map((row) => [row, readHalves(row.halves, row.network)]));
  const acks = await acksOf(sql, page, (row) => halves.get(row) ?? []);
  return page.map((row) => {
    const state = acks.get(Number(row.row))?.state;
    return [
      Number(row.row),
      {
        name: names.get(Number(row.code)) ?? "",
        id: sql.decodeId(row.id),
        receivedMs: Number(row.received_ms),
        halves: halves.get(row) ?? [],
        ...(state ? { ack: state } : {}),
      },
    ];
  });
}
