/** Figures that need a look at every event: which halves told it, whether they agree, which match keys it has. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { contentId } from "@pinrelay/tag/content-id";
import type { Properties } from "@pinrelay/tag/contract";
import { eventCurrency, eventLines, eventValue } from "@pinrelay/tag/money";
import { type Half, isSigned, MATCH_KEYS } from "../core/event.ts";
import { merge } from "../core/merge.ts";
import { type ChannelSettings, DEFAULT_SETTINGS } from "../core/settings.ts";
import { readHalves } from "./halves.ts";
import { newest } from "./read-event.ts";
import { acksOf, type Names } from "./read-log.ts";
import type { ReadSql } from "./read-sql.ts";
import {
  type Coverage,
  DIFFERING,
  type Differing,
  type Disputed,
  type Halved,
  type Overview,
  type Period,
} from "./reads.ts";
import type { Row } from "./rows.ts";

/** Enough for a share to be right within three in a hundred, few enough to be read at once. */
const LOOKED_AT = 1_000;

/** Looks at the newest events of a period. */
export async function lookAt(
  sql: ReadSql,
  names: Names,
  shop: number,
  { sinceMs, untilMs }: Period,
): Promise<Pick<Overview, "lookedAt" | "halves" | "differing" | "coverage" | "duplicates" | "lateHalves">> {
  const settings = await settingsOf(sql, shop);
  const halved = new Map<string, Halved>();
  const covered = new Map<string, Coverage>();
  const differing: Differing[] = [];
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
      const sums = tallyHalves(halved, name, isFired, goes !== undefined);
      const on = disputed(name, halves, settings);
      if (on) tallyDisputed(sums, on);
      if (on?.length && differing.length < DIFFERING)
        differing.push({ row: Number(row.row), name, receivedMs: Number(row.received_ms), on });
      if (goes) tallyKeys(covered, name, halves, goes.payload);
    }
    await nextTurn();
  }
  return { ...seen, halves: [...halved.values()], differing, coverage: [...covered.values()] };
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

function tallyHalves(all: Map<string, Halved>, name: string, isFired: boolean, goes: boolean): Halved {
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
  return sums;
}

const COUNTED_AS = { value: "value", currency: "currency", "content ID": "contentIds" } as const;

function tallyDisputed(sums: Halved, on: Differing["on"]): void {
  sums.twoSources += 1;
  for (const { what } of on) sums.differing[COUNTED_AS[what]] += 1;
}

/** What each half would have Pinterest told. */
// biome-ignore format: a table
const COMPARED: readonly (readonly [Disputed, (name: string, p: Properties, by: ChannelSettings) => string | undefined])[] = [
  ["value",      (name, p, { value }) => eventValue(name, p, value)?.toString()],
  ["currency",   (_, p) => eventCurrency(p)],
  ["content ID", (_, p, { contentId: mode }) => eventLines(p).flatMap((line) => contentId(line, mode) ?? []).sort().join(", ") || undefined],
];

/** Undefined where only one side told the event. What only one of them says is no disagreement. */
function disputed(name: string, halves: readonly Half[], settings: ChannelSettings): Differing["on"] | undefined {
  const browser = halves.find((half) => !isSigned(half));
  const server = halves.find(isSigned);
  if (!browser || !server) return undefined;
  return COMPARED.flatMap(([what, read]) => {
    const [a, b] = [read(name, browser.properties, settings), read(name, server.properties, settings)];
    return a !== undefined && b !== undefined && a !== b ? [{ what, browser: a, server: b }] : [];
  });
}

const settingsOf = async (sql: ReadSql, shop: number): Promise<ChannelSettings> => {
  const [row] = await sql.all("select settings from shop where id = ?", [shop]);
  return { ...DEFAULT_SETTINGS, ...JSON.parse(String(row?.settings ?? "{}")) };
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
