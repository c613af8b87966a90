/** What people are shown of the ledger, alike on both stores. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Half, ShopEvent } from "#relay/core/event";
import { DEFAULT_SETTINGS, type Shop } from "#relay/core/settings";
import type { LogQuery, Reads } from "#relay/store/reads";
import { sha256 } from "./order-halves.ts";
import { freshDatabase } from "./postgres.ts";
import { SHOP_ORIGIN, type Started, startRelay } from "./start.ts";

const NOW = Date.UTC(2026, 10, 26, 15, 20);
const MINUTE = 60_000;
const ADA = "ad".repeat(32);
const BEA = "be".repeat(32);
const EMAIL = sha256("ada@example.com");

const folder = mkdtempSync(join(tmpdir(), "pinrelay-reads-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe.each([
  ["SQLite", async () => join(folder, "relay.db")],
  ["PostgreSQL", freshDatabase],
] satisfies [string, () => Promise<string>][])("the ledger on %s", (_, database) => {
  let started: Started;
  let reads: Reads;
  let shop: Shop;
  let nowMs = NOW;

  const half = (change: Partial<Half> = {}): Half => ({
    source: "browser",
    timeMs: nowMs,
    receivedMs: nowMs,
    matchKeys: {},
    visitor: ADA,
    properties: { product_id: "1001", price: 24, currency: "USD" },
    consent: { marketing: "granted", by: "call", at: nowMs },
    network: { ip: "203.0.113.7", userAgent: "Mozilla/5.0 (iPhone) Safari/604.1" },
    ...change,
  });
  const tell = async (name: string, change: Partial<Half> = {}, id: string, of = shop): Promise<void> => {
    nowMs += 1_000;
    const event: ShopEvent = { shop: of.id, name, id, half: half(change) };
    await started.relay.ingest(of, { events: [event], acks: [] });
  };
  const idsOf = async (query: Partial<LogQuery>, limit = 100): Promise<string[]> =>
    (await reads.log({ shop: shop.id, ...query }, limit)).rows.map(({ id }) => id);

  beforeAll(async () => {
    nowMs = NOW;
    started = await startRelay({
      now: () => nowMs,
      // Nothing is sent: what was claimed would take no other half.
      times: { flushMs: 3_600_000, pollMs: 3_600_000 },
      config: {
        database: await database(),
        secretKey: "5c".repeat(32),
        seed: {
          origins: [SHOP_ORIGIN],
          account: { adAccountId: "549755885175", tagId: "2612345678901", token: "pina_of_a_test" },
        },
      },
    });
    reads = started.relay.store.reads;
    const known = started.relay.directory.shop(started.key);
    if (!known) throw new Error("no shop");
    shop = known;
    await started.relay.store.addShop({
      key: "0123456789ab",
      origins: ["https://other.example"],
      settings: DEFAULT_SETTINGS,
    });
    await started.relay.directory.refresh();
    const other = started.relay.directory.shop("0123456789ab");
    if (!other) throw new Error("no other shop");
    await tell("Viewed Product", { matchKeys: { em: [EMAIL] } }, "a1");
    await tell("Viewed Product", {}, "elsewhere", other);
    await tell("Added To Cart", { visitor: BEA }, "b1");
    const order = `order.${shop.key}.7001`;
    const properties = { id: "7001", total_price: 30, currency: "USD" };
    await tell("Placed Order", { properties, orderIds: [order], matchKeys: { em: [EMAIL] } }, order);
    await tell(
      "Placed Order",
      { source: "server", properties: { ...properties, total_price: 31 }, orderIds: [order] },
      order,
    );
    await tell(
      "Viewed Product",
      { visitor: "dd".repeat(32), consent: { marketing: "denied", by: "call", at: nowMs } },
      "d1",
    );
  });
  afterAll(() => started.relay.close());

  test("the newest are first, and another shop's are never among them", async () => {
    expect(await idsOf({})).toEqual(["d1", `order.${shop.key}.7001`, "b1", "a1"]);
  });

  test.each([
    ["a name", () => ({ name: "Added To Cart" }), ["b1"]],
    ["a name that was never told", () => ({ name: "Wished" }), []],
    ["who told it", () => ({ source: "server" }) as const, ["order"]],
    ["a visitor", () => ({ visitor: BEA }), ["b1"]],
    ["an outcome", () => ({ outcome: "no consent" }) as const, ["d1"]],
    ["waiting, with a name", () => ({ outcome: "waiting", name: "Viewed Product" }) as const, ["a1"]],
    ["an order's number", () => ({ order: "7001" }), ["order"]],
    ["an order nobody knows", () => ({ order: "7002" }), []],
    ["from a time on", () => ({ sinceMs: nowMs }), ["d1"]],
    ["before a time", () => ({ untilMs: NOW + 1_500 }), ["a1"]],
    ["a name before a time", () => ({ name: "Viewed Product", untilMs: NOW + 3_000 }), ["a1"]],
    ["an outcome, with another name", () => ({ outcome: "no consent", name: "Added To Cart" }) as const, []],
    ["text that no database takes", () => ({ order: "\0" }), []],
  ] satisfies [string, () => Partial<LogQuery>, string[]][])("are found by %s", async (_name, query, ids) => {
    expect((await idsOf(query())).map((id) => id.replace(/^order.*/, "order"))).toEqual(ids);
  });

  test("pages hold every event once, whatever is asked for", async () => {
    for (const query of [
      {},
      { visitor: ADA },
      { source: "browser" },
      { outcome: "waiting" },
      { name: "Viewed Product" },
      { outcome: "waiting", name: "Viewed Product" },
      { untilMs: NOW + 4_500 },
    ] satisfies Partial<LogQuery>[]) {
      const all: string[] = [];
      for (let beforeRow: number | undefined; ; ) {
        const page = await reads.log({ shop: shop.id, ...query, ...(beforeRow ? { beforeRow } : {}) }, 1);
        all.push(...page.rows.map(({ id }) => id));
        if (page.next === undefined) break;
        beforeRow = page.next;
      }
      expect(all.length).toBeGreaterThan(0);
      expect(all).toEqual(await idsOf(query));
    }
  });

  test("one that was written late stands where it came, and is on one page and in the tail", async () => {
    const late = { shop: shop.id, name: "Viewed Product", id: "late" };
    const cameMs = NOW + 2_500;
    await started.relay.ingest(shop, {
      events: [{ ...late, half: half({ receivedMs: cameMs, visitor: "1a".repeat(32) }) }],
      acks: [],
    });
    const ids = await idsOf({});
    expect(ids.slice(-3)).toEqual(["b1", "late", "a1"]);
    const paged: string[] = [];
    for (let beforeRow: number | undefined; ; ) {
      const page = await reads.log({ shop: shop.id, ...(beforeRow ? { beforeRow } : {}) }, 1);
      paged.push(...page.rows.map(({ id }) => id));
      if (page.next === undefined) break;
      beforeRow = page.next;
    }
    expect(paged).toEqual(ids);
    const newest = (await reads.log({ shop: shop.id }, 1)).rows[0]?.row ?? 0;
    expect(await idsOf({ afterRow: newest })).toEqual(["late"]);
    expect(await idsOf({ afterRow: newest + 1 })).toEqual([]);
  });

  test("one event is told with both halves, what they made together, and nothing of whom", async () => {
    const [row] = (await reads.log({ shop: shop.id, order: "7001" }, 1)).rows;
    const event = await reads.event(shop.id, row?.row ?? 0);
    expect(event?.halves.map(({ source, properties }) => [source, properties.total_price]).sort()).toEqual([
      ["browser", 30],
      ["server", 31],
    ]);
    expect(event?.merged.properties.total_price).toBe(31);
    expect(row?.value).toBe(31);
    expect(JSON.stringify(event)).not.toMatch(new RegExp(`${EMAIL}|${ADA}|203\\.0|iPhone`));
    expect(await reads.event(shop.id + 1, row?.row ?? 0)).toBeUndefined();
  });

  test("of a person is known what forgetting them finds, and nothing afterwards", async () => {
    const nobody = { visitors: [], hashes: [], aliases: [] };
    const buyer = await reads.personOf(shop.id, "7001");
    expect(buyer).toMatchObject({ visitors: [ADA], hashes: [EMAIL] });
    expect(await reads.personOf(shop.id, "7002")).toBeUndefined();
    expect(await reads.known(shop.id, { ...nobody, visitors: [BEA] }, 100)).toMatchObject({ events: 1 });
    expect(await reads.known(shop.id, { ...nobody, hashes: [sha256("eve@example.com")] }, 100)).toEqual({
      events: 0,
      visitors: 0,
    });
    // By a hash alone their visitor is found, and through the visitor what they did without it.
    await tell("Viewed Product", { visitor: BEA, matchKeys: { em: [sha256("bea@example.com")] } }, "b2");
    const bea = { ...nobody, hashes: [sha256("bea@example.com")] };
    expect(await reads.known(shop.id, bea, 100)).toEqual({ events: 2, visitors: 1 });
    const step = await started.relay.store.forget(shop.id, bea, 0, 1_000, nowMs);
    expect(step).toMatchObject({ events: 2 });
    expect(await reads.known(shop.id, bea, 100)).toEqual({ events: 0, visitors: 0 });
    expect(await idsOf({ visitor: BEA })).toEqual([]);
  });

  test("a search goes past many that do not fit", async () => {
    nowMs += MINUTE;
    const events = Array.from(
      { length: 260 },
      (_one, n): ShopEvent => ({
        shop: shop.id,
        name: "Viewed Product",
        id: `c${n}`,
        half: half({ visitor: "cc".repeat(32) }),
      }),
    );
    await started.relay.ingest(shop, { events, acks: [] });
    // More than one look: what fits lies behind 260 others.
    expect(await idsOf({ visitor: ADA })).toEqual([`order.${shop.key}.7001`, "a1"]);
    expect(await idsOf({ visitor: "cc".repeat(32) }, 500)).toHaveLength(260);
  });

  test("every event of a period is counted once, under its name and in the step in which it came", async () => {
    const sinceMs = nowMs + 1;
    for (let n = 0; n < 30; n++) {
      nowMs += 17 * MINUTE;
      const name = n % 2 ? `Kind ${n % 15}` : "Viewed Product";
      await tell(name, n % 3 ? {} : { consent: { marketing: "denied", by: "call", at: nowMs } }, `k${n}`);
    }
    const overview = await reads.overview(shop.id, { sinceMs, untilMs: nowMs + 1 });
    const { rows } = await reads.log({ shop: shop.id, sinceMs }, 100);
    const stepOf = (ms: number): number => ms - (ms % overview.stepMs);
    const told = rows.map(({ name, receivedMs }) => `${name} at ${stepOf(receivedMs)}`);
    const became = rows.flatMap(({ receivedMs, deliveries }) =>
      deliveries.map(({ outcome = "waiting" }) => `${outcome} at ${stepOf(receivedMs)}`),
    );
    const each = (counted: typeof overview.events): string[] =>
      counted.flatMap(({ name, atMs, count }) => Array.from({ length: count }, () => `${name} at ${atMs}`));
    expect(told).toHaveLength(30);
    expect(each(overview.events).sort()).toEqual(told.sort());
    expect(each(overview.outcomes).sort()).toEqual(became.sort());
    expect(new Set(overview.outcomes.map(({ name }) => name))).toEqual(new Set(["waiting", "no consent", "unmapped"]));
    // What came before the period is not in it, though it came within the same step.
    expect(overview.events.some(({ atMs }) => atMs < sinceMs)).toBe(true);
  });
});
