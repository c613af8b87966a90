/** The clock jumps, an hour forward or back: nothing stands still for an hour, and nothing is told in two ways. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Logger, pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ShopSettings } from "#relay/core/settings";
import type { RelayOptions } from "#relay/relay";
import { beacon, collect, VISITOR, viewedProduct } from "./beacons.ts";
import { teller } from "./faults/teller.ts";
import { type Pinterest, startPinterest } from "./pinterest/stand-in.ts";
import { freshDatabase } from "./postgres.ts";
import { call, KEYED, placedOrder } from "./server-api.ts";
import { SHOP_ORIGIN, type Started, startRelay } from "./start.ts";
import { until } from "./until.ts";

const HOUR = 3_600_000;
const SECRET_KEY = "a secret of decent length, made up for tests";
const NEVER = { flushMs: 86_400_000, pollMs: 86_400_000 };

let folder: string;
let pinterest: Pinterest;
let started: Started;
let aheadMs: number;
/** So far ahead Pinterest's clock is: it refuses what is yet to happen, which is not what is shown here. */
let believedMs: number;
/** The relay's clock; shoppers' is right. */
const now = (): number => Date.now() + aheadMs;

beforeEach(async () => {
  aheadMs = 0;
  believedMs = 0;
  folder = mkdtempSync(join(tmpdir(), "pinrelay-clock-"));
  pinterest = await startPinterest({ now: () => Date.now() + Math.max(0, believedMs) });
});
afterEach(async () => {
  await started.relay.close();
  await pinterest.close();
  rmSync(folder, { recursive: true });
});

interface Start {
  /** Delivers by itself; else only when somebody asks. */
  delivers?: boolean;
  settings?: Partial<ShopSettings>;
  log?: Logger;
  database?: string;
  over?: RelayOptions["over"];
}
const start = async ({
  delivers = true,
  settings = {},
  log,
  database = join(folder, "relay.db"),
  over,
}: Start = {}) => {
  started = await startRelay({
    ...(log ? { log } : {}),
    ...(over ? { over } : {}),
    now,
    chance: () => 0,
    settings: { consent: "always", signedHoldSeconds: 2, ...settings },
    ...(delivers ? {} : { times: NEVER }),
    config: {
      database,
      secretKey: SECRET_KEY,
      pinterestApiUrl: pinterest.apiUrl,
      seed: {
        ...KEYED,
        origins: [SHOP_ORIGIN],
        account: { adAccountId: pinterest.adAccountId, tagId: pinterest.tagId, token: pinterest.token },
      },
    },
  });
};
const arrived = () => new Set(pinterest.server.map(({ event_id }) => event_id));

describe("after the clock went back an hour", () => {
  test.each([
    ["SQLite", async () => join(folder, "relay.db")],
    ["PostgreSQL", freshDatabase],
  ] as const)(
    "on %s what was about to go goes, what was to be tried again is, and an order's hold ends when it would have",
    async (_, database) => {
      const lines: string[] = [];
      const log = pino({ level: "warn" }, { write: (line: string) => void lines.push(line) });
      await start({ log, database: await database() });
      const shop = teller(() => started);
      pinterest.fail({ kind: "503", times: 1 });
      await shop.tell();
      await until(() => pinterest.calls.length === 1);
      const order = await call(started, placedOrder("1042"));
      await shop.tell();
      aheadMs = -HOUR;
      await shop.tell();
      await shop.expectArrived(pinterest);
      await until(() => arrived().has(order.results[0]?.event_id ?? ""));
      expect(lines.filter((line) => line.includes("the clock was set back"))).toHaveLength(1);
    },
  );

  test("a rest that Pinterest asked for ends when it would have", async () => {
    const lines: string[] = [];
    await start({ log: pino({ level: "warn" }, { write: (line: string) => void lines.push(line) }) });
    const shop = teller(() => started);
    pinterest.fail({ kind: "429", retryAfterSeconds: 3, times: 1 });
    await shop.tell();
    await until(() => lines.some((line) => line.includes("they wait")));
    await until(async () => (await started.relay.store.queue(now())).some(({ waiting }) => waiting === 1));
    aheadMs = -HOUR;
    await shop.expectArrived(pinterest);
  });

  test("what a relay that is gone had claimed is sent, with the same bytes, and what it had not too", async () => {
    aheadMs = HOUR;
    await start({ delivers: false });
    const shop = teller(() => started);
    await shop.tell();
    const [destination] = await started.relay.store.destinations();
    const payload = JSON.stringify({ event_id: [...shop.kept][0] });
    const request = { destination: destination?.id ?? 0, worker: "gone", limit: 10, nowMs: now(), leaseMs: 120_000 };
    expect(await started.relay.store.claim(request, () => ({ payload }))).toHaveLength(1);
    await shop.tell();
    await started.relay.close();
    aheadMs = 0;
    await start();
    const [, other = ""] = shop.kept;
    await until(() => arrived().has(other));
    // The lease itself is honoured, and no more than that.
    expect(pinterest.calls.filter(({ body }) => body.includes(payload))).toEqual([]);
    aheadMs = 121_000;
    await until(() => pinterest.calls.some(({ body }) => body.includes(payload)));
  });

  test("a denial holds against a consent that was given before", async () => {
    await start({ delivers: false });
    const grant = { marketing: "granted", by: "call", at: Date.now() } as const;
    const settings = { consent: "require" } as const;
    const [shop] = await started.relay.store.shops();
    if (shop) await started.relay.store.saveShop({ ...shop, settings: { ...shop.settings, ...settings } });
    await started.relay.directory.refresh();
    await collect(started, beacon(started.key, [viewedProduct()], { consent: grant }));
    aheadMs = -HOUR;
    await collect(started, beacon(started.key, [], { consent: { ...grant, marketing: "denied" } }));
    aheadMs = 0;
    await started.relay.flush();
    const [row] = await started.relay.store.recent(1);
    expect(row?.deliveries).toMatchObject([{ outcome: "withdrawn" }]);
    expect(pinterest.calls).toEqual([]);
  });

  test("nobody is limited for longer, and cookies last as long as ever", async () => {
    await start();
    const flood = async () => {
      const visitor = { ...VISITOR, id: "f".repeat(64) };
      const events = Array.from({ length: 50 }, () => viewedProduct());
      return collect(started, beacon(started.key, events, { visitor }));
    };
    await until(async () => (await flood()).status === 429);
    aheadMs = -HOUR;
    expect((await flood()).status).toBe(202);
  });
});

describe("after the clock went forward an hour", () => {
  test("a live claim of another worker looks abandoned, and is sent with the same bytes", async () => {
    let letGo = (): void => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    await start({
      delivers: false,
      // Else what happened an hour ago and the Pinterest Tag may have told would not be sent.
      settings: { unknownCountsAsFired: false },
      // What Pinterest answers is not noted until the other has sent the same, however long that one takes to start.
      over: (store) => ({ ...store, settle: (...told) => held.then(() => store.settle(...told)) }),
    });
    const shop = teller(() => started);
    for (let told = 0; told < 5; told += 1) await shop.tell();
    const first = started.relay.flush();
    await until(() => pinterest.calls.length === 1);
    aheadMs = HOUR;
    const other = await startRelay({
      now,
      config: { database: join(folder, "relay.db"), secretKey: SECRET_KEY, pinterestApiUrl: pinterest.apiUrl },
    });
    await other.relay.flush();
    letGo();
    await first;
    await other.relay.close();
    await shop.expectArrived(pinterest);
    expect(pinterest.calls).toHaveLength(2);
    expect(pinterest.calls[1]?.body).toBe(pinterest.calls[0]?.body);
    expect((await started.relay.store.recent(5)).flatMap(({ deliveries }) => deliveries)).toMatchObject(
      Array.from({ length: 5 }, () => ({ outcome: "sent" })),
    );
  });

  test("what is told then arrives at once, and after it went back again too", async () => {
    await start();
    const shop = teller(() => started);
    for (const ahead of [0, HOUR, 0, -HOUR, 0]) {
      [aheadMs, believedMs] = [ahead, ahead];
      expect(await shop.tell()).toBe(202);
      await shop.expectArrived(pinterest);
    }
  });
});
