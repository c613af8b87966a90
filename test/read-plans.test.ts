/** No page reads the whole ledger: of each statement SQLite is asked how it would go about it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ShopEvent } from "#relay/core/event";
import { ledgerReads } from "#relay/store/ledger-reads";
import type { LogQuery, Reads } from "#relay/store/reads";
import { closeDatabase, type Database, openReading } from "#relay/store/sqlite-database";
import { sqliteRead } from "#relay/store/sqlite-read";
import { PHONE_UA, VISITOR_ID } from "./order-halves.ts";
import { type Started, startRelay } from "./start.ts";

const folder = mkdtempSync(join(tmpdir(), "pinrelay-plans-"));
const path = join(folder, "relay.db");
const NOW = Date.UTC(2026, 10, 26, 15, 20);

let started: Started;
let database: Database;
let reads: Reads;
/** The steps of each statement that was asked for. */
let plans: string[] = [];

beforeAll(async () => {
  started = await startRelay({ config: { database: path } });
  const [shop] = started.relay.directory.shops();
  if (!shop) throw new Error("no shop");
  const events = ["Viewed Product", "Placed Order"].map(
    (name, n): ShopEvent => ({
      shop: shop.id,
      name,
      id: `order.${shop.key}.700${n}`,
      half: {
        source: "browser",
        timeMs: NOW + n,
        receivedMs: NOW + n,
        visitor: VISITOR_ID,
        matchKeys: {},
        properties: { id: `700${n}`, total_price: 30, currency: "USD" },
        consent: { marketing: "granted", by: "call", at: NOW },
        network: { ip: "203.0.113.7", userAgent: PHONE_UA },
        orderIds: [`order.${shop.key}.700${n}`],
      },
    }),
  );
  await started.relay.ingest(shop, { events, acks: [] });
  database = await openReading(path);
  const read = sqliteRead(":memory:", database);
  reads = ledgerReads({
    ...read,
    all(text, values = []) {
      const plan = database.prepare(`explain query plan ${text}`).all(...values);
      plans.push(...plan.map(({ detail }) => String(detail)));
      return read.all(text, values);
    },
  });
});
afterAll(async () => {
  closeDatabase(database);
  await started.relay.close();
  rmSync(folder, { recursive: true });
});

/** All rows of a table that grows, or all of a shop's by the index that keeps its events apart. */
const READS_ALL =
  /^SCAN (e|d|event|delivery|acknowledgement|attempt|order_name|o|r|refund|visitor|visitor_alias)\b|event_key \(shop=\?\)/;

const planOf = async (ask: () => Promise<unknown>): Promise<string[]> => {
  plans = [];
  await ask();
  expect(plans.length).toBeGreaterThan(0);
  return plans.filter((step) => READS_ALL.test(step));
};

test.each([
  ["all", {}],
  ["a page further", { beforeRow: 2 }],
  ["the live tail", { afterRow: 1 }],
  ["an event name", { name: "Placed Order" }],
  ["a source", { source: "shopify" }],
  ["a name that a source told since a day", { name: "Placed Order", source: "woocommerce", sinceMs: NOW - 1 }],
  ["a visitor", { visitor: VISITOR_ID }],
  ["an outcome", { outcome: "sent" }],
  ["an outcome of a name", { outcome: "rejected", name: "Placed Order" }],
  ["what waits", { outcome: "waiting" }],
  ["an order", { order: "7001" }],
  ["a day", { sinceMs: NOW - 3_600_000, untilMs: NOW + 3_600_000 }],
  ["a name until a day", { name: "Viewed Product", untilMs: NOW + 1 }],
] satisfies [string, Partial<LogQuery>][])("the log of %s reads no table from end to end", async (_, query) => {
  expect(await planOf(() => reads.log({ shop: 1, ...query }, 50))).toEqual([]);
});

test.each([
  ["the overview", () => reads.overview(1, { sinceMs: NOW - 7 * 86_400_000, untilMs: NOW + 60_000 })],
  ["an event", () => reads.event(1, 1)],
  ["the names", () => reads.names(1)],
  ["a dry run's events and orders", () => reads.samples(1, 1_000)],
  ["who is behind an order", () => reads.personOf(1, "7001")],
] satisfies [string, () => Promise<unknown>][])("%s: no table is read from end to end", async (_, ask) => {
  expect(await planOf(ask)).toEqual([]);
});
