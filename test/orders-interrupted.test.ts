/** Orders while something comes between: a crash, a restart, a clock that jumps, a denial or a deletion in flight, an old database. */
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createRelay, type Relay } from "#relay/relay";
import { closeDatabase, openDatabase } from "#relay/store/sqlite-database";
import { byBrowser, byWebhook, type OrderNames, sha256, VISITOR_ID } from "./order-halves.ts";
import { type Pinterest, startPinterest } from "./pinterest/stand-in.ts";
import { ACCOUNT, SHOP_ORIGIN } from "./start.ts";

const NOW = Date.UTC(2026, 10, 24, 10, 0, 0);
const MIN = 60_000;
const ORDER: OrderNames = { id: "6278078300337", number: "1001", token: "hWN2bT4kq9ZrXy7Lw3Jd5vGs" };
let nowMs = NOW;
let pinterest: Pinterest;
let folder: string;
let relay: Relay;
const open = async (file = "r.db") =>
  createRelay({
    now: () => nowMs,
    chance: () => 0,
    log: pino({ level: "silent" }),
    times: { flushMs: 864e5, pollMs: 864e5 },
    config: {
      database: join(folder, file),
      port: 0,
      pinterestApiUrl: pinterest.apiUrl,
      seed: {
        origins: [SHOP_ORIGIN],
        secrets: { shopify: ["s-e-c-r-e-t-s"] },
        account: { ...ACCOUNT, adAccountId: pinterest.adAccountId, token: pinterest.token },
      },
    },
  });
const shop = () => {
  const [sole] = relay.directory.shops();
  if (!sole) throw new Error("no shop");
  return sole;
};
/** What a page tells of an order whose visitor denies. */
const denial = () => {
  const event = of(byBrowser, { consent: { marketing: "denied", by: "call", at: nowMs } });
  const { visitor: _, tagName: __, ...half } = event.half;
  return { ...event, half: { ...half, matchKeys: {} } };
};
const of = (make: typeof byBrowser, change = {}) => make({ shop: shop(), order: ORDER, atMs: nowMs, change });
const rows = () => relay.store.recent(10);
beforeEach(async () => {
  nowMs = NOW;
  folder = mkdtempSync(join(tmpdir(), "rev1-"));
  pinterest = await startPinterest({ now: () => nowMs });
  relay = await open();
});
afterEach(async () => {
  await relay.close();
  await pinterest.close();
});

test("a person who is forgotten while their order is on its way: the ledger knows that it was sent, and of nobody", async () => {
  await relay.ingest(shop(), { events: [of(byWebhook), of(byBrowser)] });
  const claimed = await relay.store.claim({ destination: 1, worker: "w", limit: 9, nowMs, leaseMs: 1000 }, () => ({
    payload: '{"user_data":{"em":["x"]}}',
  }));
  expect(claimed).toHaveLength(1);
  await relay.store.forget(shop().id, { visitors: [VISITOR_ID], hashes: [], aliases: [] }, 0, 100, nowMs);
  await relay.store.settle("w", [{ delivery: claimed[0]?.delivery ?? 0, outcome: "sent" }], nowMs);
  expect((await rows())[0]?.deliveries[0]?.outcome).toBe("sent");
  expect((await rows())[0]?.deliveries[0]?.payload).not.toContain("em");
});
test("a relay that is started again after a call that broke sends it again, and it counts once", async () => {
  await relay.ingest(shop(), { events: [of(byWebhook), of(byBrowser)] });
  pinterest.fail({ kind: "drop before" });
  await relay.flush();
  await relay.close();
  relay = await open();
  nowMs += 3 * MIN;
  await relay.flush();
  nowMs += 10 * MIN;
  await relay.flush();
  expect(pinterest.server).toHaveLength(1);
});
test("a claim that was abandoned is due again with the same bytes, whatever came meanwhile", async () => {
  await relay.ingest(shop(), { events: [of(byWebhook)] });
  nowMs += 3 * MIN;
  let bytes = "";
  await relay.store.claim({ destination: 1, worker: "dead", limit: 9, nowMs, leaseMs: 120_000 }, (due) => {
    bytes = JSON.stringify({ n: due.halves.length });
    return { payload: bytes };
  });
  expect(await relay.ingest(shop(), { events: [of(byBrowser)] })).toEqual(["late half"]);
  nowMs += 3 * MIN;
  const again = await relay.store.claim({ destination: 1, worker: "w2", limit: 9, nowMs, leaseMs: 120_000 }, (due) => ({
    payload: due.payload ?? "none",
  }));
  expect(again[0]?.payload).toBe(bytes);
});
test("an order that is cancelled between a try and the next one is withdrawn", async () => {
  await relay.ingest(shop(), { events: [of(byWebhook), of(byBrowser)] });
  pinterest.fail({ kind: "503" });
  await relay.flush();
  await relay.ingest(shop(), {
    events: [of(byWebhook, { order: { asOfMs: nowMs + 1, state: "cancelled", channels: ["web"] } })],
  });
  nowMs += 10 * MIN;
  await relay.flush();
  expect((await rows())[0]).toMatchObject({ isCancelled: true, deliveries: [{ outcome: "withdrawn" }] });
});
test("a denial between a try and the next one ends it", async () => {
  await relay.ingest(shop(), { events: [of(byWebhook), of(byBrowser)] });
  pinterest.fail({ kind: "503" });
  await relay.flush();
  await relay.ingest(shop(), { events: [denial()] });
  nowMs += 10 * MIN;
  await relay.flush();
  expect(pinterest.server).toHaveLength(0);
});
test("a hold goes on over a restart", async () => {
  await relay.ingest(shop(), { events: [of(byWebhook)] });
  await relay.close();
  relay = await open();
  nowMs += 2 * MIN;
  await relay.flush();
  expect(pinterest.server).toHaveLength(0);
  await relay.ingest(shop(), { events: [of(byBrowser)] });
  await relay.flush();
  expect(pinterest.server).toHaveLength(1);
});
test("an order is sent once, though the clock is set back and forth", async () => {
  await relay.ingest(shop(), { events: [of(byWebhook)] });
  nowMs -= 60 * MIN;
  await relay.flush();
  await relay.ingest(shop(), { events: [of(byBrowser)] });
  await relay.flush();
  nowMs += 60 * MIN;
  await relay.flush();
  nowMs += 10 * MIN;
  await relay.flush();
  expect(pinterest.server).toHaveLength(1);
});
test("a denial is the later word, though the clock ran ahead before it", async () => {
  const day = 864e5;
  nowMs += day;
  const { orderIds: _, ...view } = of(byBrowser).half;
  await relay.ingest(shop(), {
    events: [{ shop: shop().id, name: "Viewed Product", id: "v-1", half: { ...view, tagName: "pagevisit" } }],
  });
  nowMs -= day;
  await relay.ingest(shop(), { events: [of(byWebhook, { visitor: VISITOR_ID })] });
  await relay.ingest(shop(), {
    decision: { visitor: VISITOR_ID, consent: { marketing: "denied", by: "call", at: nowMs }, atMs: nowMs },
  });
  nowMs += 3 * MIN;
  await relay.flush();
  expect(pinterest.server.filter((e) => e.event_name === "checkout")).toHaveLength(0);
});
test("a destination that is added while an order waits is told it too, and one in shadow computes it", async () => {
  const shadow = await relay.store.addDestination({
    shop: 1,
    name: "s",
    adAccountId: pinterest.adAccountId,
    tagId: "1",
    token: pinterest.token,
    state: "shadow",
    drivesBrowser: false,
  });
  await relay.directory.refresh();
  await relay.ingest(shop(), { events: [of(byWebhook)] });
  const later = await relay.store.addDestination({
    shop: 1,
    name: "l",
    adAccountId: pinterest.adAccountId,
    tagId: "1",
    token: pinterest.token,
    state: "live",
    drivesBrowser: false,
  });
  await relay.directory.refresh();
  await relay.ingest(shop(), { events: [of(byBrowser)] });
  await relay.flush();
  const [row] = await rows();
  expect(row?.deliveries.map(({ destination, outcome }) => [destination, outcome])).toEqual([
    [1, "sent"],
    [shadow.id, "shadow"],
    [later.id, "sent"],
  ]);
  // Two destinations are told, and each once.
  expect(pinterest.server.filter((e) => e.event_name === "checkout")).toHaveLength(2);
});
test("an order that waited for a paused destination until it was late is not sent where the Tag told it", async () => {
  const [d] = relay.directory.destinations();
  if (!d) throw new Error("no destination");
  await relay.store.saveDestination({ ...d, paused: "x" });
  await relay.directory.refresh();
  await relay.ingest(shop(), { events: [of(byWebhook), of(byBrowser)] });
  nowMs += 90 * MIN;
  await relay.flush();
  const { paused: _, ...flowing } = d;
  await relay.store.saveDestination(flowing);
  await relay.directory.refresh();
  await relay.flush();
  expect((await rows())[0]?.deliveries[0]?.outcome).toBe("late");
});
test("an order that nobody could be matched by is sent once its browser half has come", async () => {
  await relay.ingest(shop(), { events: [of(byWebhook, { matchKeys: {}, network: {} })] });
  nowMs += 3 * MIN;
  await relay.flush();
  expect((await rows())[0]?.deliveries[0]?.outcome).toBe("unmatched");
  await relay.ingest(shop(), { events: [of(byBrowser)] });
  await relay.flush();
  expect((await rows())[0]?.deliveries[0]?.outcome).toBe("sent");
});
test("orders of an older database: one that was sent is not sent again, one that waits joins its webhook", async () => {
  const file = join(folder, "old.db");
  const old = await openDatabase(file);
  for (const f of ["0001_ledger.sql", "0002_other_tags.sql"])
    old.exec(readFileSync(new URL(`../packages/relay/migrations/sqlite/${f}`, import.meta.url), "utf8"));
  const half = (id: string) =>
    JSON.stringify({
      browser: {
        source: "browser",
        timeMs: NOW,
        receivedMs: NOW,
        tagName: "checkout",
        rev: "0",
        clickId: "dj0yOLD",
        visitor: VISITOR_ID,
        matchKeys: { em: [sha256("ada@fennelandoak.example")] },
        properties: { id, currency: "USD", total_price: 40 },
        consent: { marketing: "granted", by: "call", at: NOW },
      },
    });
  old.exec(`pragma user_version = 2;
    insert into shop values (1, 'k3x9', '[]', '{}', 1);
    insert into event_name values (1, 'Placed Order');
    insert into event values (11, 1, 1, 'order.k3x9.1001', ${NOW}, ${NOW}, '${half("1001")}', null, 0, 0);
    insert into event values (12, 1, 1, 'order.k3x9.1002', ${NOW}, ${NOW}, '${half("1002")}', null, 0, 0);
    insert into delivery (event, destination, due_ms, attempts, outcome, settled_ms) values (11, 1, null, 1, 'sent', ${NOW});
    insert into delivery (event, destination, due_ms) values (12, 1, ${NOW + 1000});`);
  closeDatabase(old);
  await relay.close();
  relay = await open("old.db");
  const names = (n: string, id: string) => [`order.k3x9.${id}`, `order.k3x9.${n}`];
  expect(
    await relay.ingest(shop(), {
      events: [{ ...of(byWebhook, { orderIds: names("1001", "501") }), id: "order.k3x9.501" }],
    }),
  ).toEqual(["late half"]);
  expect(
    await relay.ingest(shop(), {
      events: [
        {
          ...of(byWebhook, {
            orderIds: names("1002", "502"),
            order: { asOfMs: nowMs, madeMs: nowMs - 1000, state: "paid", channels: ["web"] },
          }),
          id: "order.k3x9.502",
        },
      ],
    }),
  ).toEqual(["merged"]);
  nowMs += 3 * MIN;
  await relay.flush();
  expect(pinterest.server).toMatchObject([{ event_id: "order.k3x9.1002", user_data: { click_id: "dj0yOLD" } }]);
});
test("an order that waits for a webhook is sent, though the webhook's secret is taken away", async () => {
  await relay.ingest(shop(), { events: [of(byBrowser)] });
  await relay.store.saveShop({ ...shop(), secrets: { api: [], shopify: [], woocommerce: [] } });
  await relay.directory.refresh();
  nowMs += 30 * MIN;
  await relay.flush();
  expect(pinterest.server).toHaveLength(1);
});
test("where only browsers tell orders, a denial before the order was told does not suppress it", async () => {
  await relay.store.saveShop({ ...shop(), secrets: { api: [], shopify: [], woocommerce: [] } });
  await relay.directory.refresh();
  await relay.ingest(shop(), { events: [denial()] });
  nowMs += MIN;
  await relay.flush();
  await relay.ingest(shop(), { events: [of(byBrowser)] });
  await relay.flush();
  expect(pinterest.server).toHaveLength(1);
});
