/** Long work on SQLite's many rows: what comes in meanwhile is taken in between, and the file does not grow without end. */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { purgeOld } from "#relay/expiry";
import { seedStore } from "#relay/seed";
import { sealWith } from "#relay/store/seal";
import { sqliteStore } from "#relay/store/sqlite";
import type { Admitted, Store } from "#relay/store/store";
import { ACCOUNT, startRelay } from "./start.ts";
import { until } from "./until.ts";

const NOW = Date.UTC(2026, 10, 24, 10, 0, 0);
const DAY = 86_400_000;
const ROWS = 600;
const folder = mkdtempSync(join(tmpdir(), "pinrelay-old-rows-"));
afterAll(() => rmSync(folder, { recursive: true }));
const seal = sealWith("a secret of decent length, made up for tests");

const admitted = (id: string, atMs = NOW, destination = 1): Admitted => ({
  shop: 1,
  name: "Placed Order",
  id,
  half: {
    source: "browser",
    timeMs: atMs,
    receivedMs: atMs,
    matchKeys: { em: ["ab".repeat(32)] },
    properties: { id, currency: "USD", total_price: 24 },
    consent: { marketing: "granted", by: "call", at: atMs },
    orderIds: [id],
  },
  admit: () => [{ destination, dueMs: atMs }],
});
const orders = (prefix: string, atMs?: number) =>
  Array.from({ length: ROWS }, (_, n) => admitted(`order.k3x9.${prefix}${n}`, atMs));
const request = { destination: 1, worker: "one", limit: 1_000, nowMs: NOW, leaseMs: DAY };
/** As long as judging a big order takes on a slow machine. */
const slowly = () => {
  for (const endMs = performance.now() + 0.2; performance.now() < endMs; );
  return { payload: "{}" };
};
const settleAll = async (store: Store, outcome: "sent" | "rejected") => {
  const claimed = await store.claim(request, () => ({ payload: "{}" }));
  const settled = claimed.map(({ delivery }) => ({ delivery, outcome }));
  await store.settle("one", settled, NOW);
  return settled;
};

describe("an event that comes in is kept before all is done, while many are", () => {
  let store: Store;
  beforeEach(async () => {
    store = await sqliteStore(":memory:", seal);
    await seedStore(store, { origins: [], account: ACCOUNT });
    await store.keep({ events: orders("a"), acks: [] });
  });
  afterEach(() => store.close());

  const nothing = { outcomes: ["rejected"], words: "nobody said this" } as const;

  test.each<[string, () => Promise<unknown>, () => Promise<unknown>]>([
    ["claimed", async () => {}, () => store.claim(request, slowly)],
    [
      "settled",
      () => store.claim(request, () => ({ payload: "{}" })),
      () =>
        store.settle(
          "one",
          Array.from({ length: ROWS }, (_, n) => ({ delivery: n + 1, outcome: "sent" as const })),
          NOW,
        ),
    ],
    ["expired", async () => {}, () => store.expire(1, NOW + 1, 1_000, NOW)],
    [
      "withdrawn, since their destination was removed",
      () => store.removeDestination(1),
      () => store.withdrawGone(1_000, NOW),
    ],
    ["looked through for expiry in vain", async () => {}, () => store.expire(1, NOW, 1_000, NOW)],
    ["listed", () => settleAll(store, "rejected"), () => store.deadLetters({ outcomes: ["rejected"] }, 1_000)],
    ["looked through in vain", () => settleAll(store, "rejected"), () => store.deadLetters(nothing, 9)],
    ["counted", () => settleAll(store, "rejected"), () => store.countDeadLetters(nothing)],
    ["replayed", () => settleAll(store, "rejected"), () => store.replay({ outcomes: ["rejected"] }, 1_000, NOW)],
    ["purged", () => settleAll(store, "sent"), () => store.purgeEvents(NOW + 1, 1_000)],
    ["looked through for a purge, and all of them wait", async () => {}, () => store.purgeEvents(NOW + 1, 1_000)],
    [
      "forgotten as names of orders",
      async () => {
        await settleAll(store, "sent");
        await store.purgeEvents(NOW + 1, 1_000);
      },
      () => store.purgeTombstones(NOW + 1, 1_000),
    ],
  ])("%s", async (_, before, work) => {
    await before();
    const done: string[] = [];
    const working = work().then(() => done.push("work"));
    await store
      .keep({ events: [admitted("order.k3x9.meanwhile", NOW + DAY, 2)], acks: [] })
      .then(() => done.push("kept"));
    await working;
    expect(done).toEqual(["kept", "work"]);
    expect((await store.recent(1)).map(({ id }) => id)).toEqual(["order.k3x9.meanwhile"]);
  });

  test("claimed, each of them once, the oldest first, as many as were asked for", async () => {
    await store.keep({ events: [admitted("order.k3x9.older", NOW - 5)], acks: [] });
    const first = await store.claim({ ...request, limit: 450 }, slowly);
    const rest = await store.claim(request, slowly);
    expect([first.length, rest.length, first[0]?.id]).toEqual([450, ROWS + 1 - 450, "order.k3x9.older"]);
    expect(new Set([...first, ...rest].map(({ id }) => id)).size).toBe(ROWS + 1);
  });

  test("acknowledged stay so, and what nobody told goes though it lies behind them", async () => {
    const ack = (id: string, atMs: number) => ({ shop: 1, name: "Placed Order", id, state: "fired" as const, atMs });
    const known = orders("a").map(({ id }) => ack(id, NOW - 9));
    const lost = [1, 2, 3].map((n) => ack(`order.k3x9.lost${n}`, NOW));
    await store.keep({ events: [], acks: [...known, ...lost] });
    expect([await store.purgeEvents(NOW + 1, 2), await store.purgeEvents(NOW + 1, 2)]).toEqual([2, 1]);
    expect((await store.recent(ROWS)).every((row) => row.ack === "fired")).toBe(true);
  });

  test("purged by a relay that is stopped ends with the step under way", async () => {
    await settleAll(store, "sent");
    let steps = 0;
    const counted = {
      ...store,
      purgeEvents: (beforeMs: number) => {
        steps += 1;
        return store.purgeEvents(beforeMs, 100).then((count) => count * 10);
      },
    };
    await purgeOld(counted, 90, NOW + 91 * DAY, () => steps === 2);
    expect((await store.recent(1_000)).length).toBe(ROWS - 200);
  });
});

test("what waits for a destination that stands still expires first, and is purged after that", async () => {
  const config = { database: join(folder, "still.db"), secretKey: "a secret of decent length, made up for tests" };
  const store = await sqliteStore(config.database, sealWith(config.secretKey));
  await seedStore(store, { origins: [], account: ACCOUNT });
  const [destination] = await store.destinations();
  if (destination) await store.saveDestination({ ...destination, paused: "401" });
  await store.keep({ events: [admitted("order.k3x9.old"), admitted("order.k3x9.new", NOW + 50 * DAY)], acks: [] });
  expect(await store.purgeEvents(NOW + 91 * DAY, 9)).toBe(0);
  await store.close();
  const { relay } = await startRelay({ config: { ...config, seed: { origins: [] } }, now: () => NOW + 91 * DAY });
  await until(async () => (await relay.store.recent(9)).length === 1);
  expect(await relay.store.recent(9)).toMatchObject([{ id: "order.k3x9.new", deliveries: [{ outcome: "expired" }] }]);
  expect(await relay.store.keep({ events: [admitted("order.k3x9.old")], acks: [] })).toEqual(["duplicate"]);
  await relay.close();
});

test("what waits for a destination that was removed is withdrawn by whatever relay comes next, and purged in its time", async () => {
  const config = { database: join(folder, "gone.db"), secretKey: "a secret of decent length, made up for tests" };
  const store = await sqliteStore(config.database, sealWith(config.secretKey));
  await seedStore(store, { origins: [], account: ACCOUNT });
  await store.removeDestination(1);
  await store.keep({ events: [admitted("order.k3x9.old"), admitted("order.k3x9.new", NOW + 50 * DAY)], acks: [] });
  await store.close();
  const { relay } = await startRelay({ config: { ...config, seed: { origins: [] } }, now: () => NOW + 91 * DAY });
  await until(async () => (await relay.store.recent(9)).length === 1);
  expect(await relay.store.recent(9)).toMatchObject([{ id: "order.k3x9.new", deliveries: [{ outcome: "withdrawn" }] }]);
  await relay.close();
});

test("the file stays as large as it is, however many days come and go", async () => {
  const file = join(folder, "days.db");
  const sizes: number[] = [];
  for (let day = 1; day <= 6; day += 1) {
    const store = await sqliteStore(file, seal);
    await store.keep({ events: orders(`${day}-`, NOW), acks: [] });
    await settleAll(store, "sent");
    await purgeOld(store, 90, NOW + 500 * DAY);
    expect(await store.recent(9)).toEqual([]);
    await store.close();
    sizes.push(statSync(file).size);
  }
  expect(sizes[5]).toBeLessThan((sizes[1] ?? 0) * 1.1);
});
