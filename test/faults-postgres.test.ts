/** PostgreSQL goes away, comes back, and cuts connections in the middle of what they do: nothing answered for is lost, or told twice. */
import pg from "pg";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { USER_AGENT, VISITOR } from "./beacons.ts";
import { teller } from "./faults/teller.ts";
import { isLong } from "./long.ts";
import { type Pinterest, startPinterest } from "./pinterest/stand-in.ts";
import { type Postgres, startPostgres } from "./postgres.ts";
import { SHOP_ORIGIN, type Started, startRelay } from "./start.ts";
import { until } from "./until.ts";

/** So long the server is away. */
const GONE_MS = isLong ? 20_000 : 2_000;

/** Where the answer to a claim was lost, what it claimed is due again once the lease has ended: a relay's own has two minutes. */
const LEASE_MS = 10_000;
const ARRIVES_MS = LEASE_MS + 60_000;

let server: Postgres;
let pinterest: Pinterest;
let started: Started;
let lines: string[];

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.close());
beforeEach(async () => {
  lines = [];
  pinterest = await startPinterest();
  started = await startRelay({
    log: pino({ level: "debug" }, { write: (line: string) => void lines.push(line) }),
    chance: () => 0,
    leaseMs: LEASE_MS,
    settings: { consent: "always" },
    config: {
      database: await server.freshDatabase(),
      secretKey: "a secret of decent length, made up for tests",
      pinterestApiUrl: pinterest.apiUrl,
      seed: {
        origins: [SHOP_ORIGIN],
        account: { adAccountId: pinterest.adAccountId, tagId: pinterest.tagId, token: pinterest.token },
      },
    },
  });
});
afterEach(async () => {
  await started.relay.close();
  await pinterest.close();
});

const isReady = async (): Promise<boolean> => (await fetch(`${started.url}/readyz`)).status === 200;
const expectNobodyNamed = (): void => {
  const log = lines.join("\n");
  for (const told of [VISITOR.id, VISITOR.clickId, USER_AGENT, pinterest.token, server.url, "made up for tests"])
    expect(log).not.toContain(told);
};

/** Shoppers who tell one thing after the other until it is over; whatever happens, they are answered with 202 or 503. */
const whileTelling = async (shop: ReturnType<typeof teller>, happen: () => Promise<void>): Promise<void> => {
  let isOver = false;
  const shopper = async (): Promise<void> => {
    while (!isOver) await shop.tell();
  };
  const shoppers = Array.from({ length: 8 }, shopper);
  await Promise.race([happen(), Promise.all(shoppers)]).finally(() => {
    isOver = true;
  });
  await Promise.all(shoppers);
};

test("connections that are cut again and again under load lose nothing that was answered for", async () => {
  const killer = new pg.Client({ connectionString: server.url });
  await killer.connect();
  const shop = teller(() => started);
  let cut = 0;
  await whileTelling(shop, async () => {
    // As few as four rounds may cut forty, and on a slow machine keep no more than one event each.
    while (cut < (isLong ? 500 : 40) || shop.kept.size <= 20) {
      const { rowCount } = await killer.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname like 'pinrelay%' and pid <> pg_backend_pid()",
      );
      cut += rowCount ?? 0;
      const before = shop.kept.size;
      await until(() => shop.kept.size > before);
    }
  });
  await killer.end();
  await until(isReady);
  expect(await shop.tell()).toBe(202);
  await shop.expectArrived(pinterest, ARRIVES_MS);
  expect(shop.kept.size).toBeGreaterThan(20);
  expectNobodyNamed();
}, 300_000);

test("a server that is restarted as if its power was cut, under load, loses nothing that was answered for", async () => {
  const shop = teller(() => started);
  await whileTelling(shop, async () => {
    for (let times = 0; times < (isLong ? 10 : 2); times += 1) {
      const before = shop.kept.size;
      await until(() => shop.kept.size > before + 20);
      await server.stop("immediate");
      await server.start();
      await until(isReady);
    }
  });
  expect(await shop.tell()).toBe(202);
  await shop.expectArrived(pinterest, ARRIVES_MS);
  expectNobodyNamed();
}, 300_000);

test("a server that is gone for a while is waited for: 503 until it is back, and the relay goes on by itself", async () => {
  const shop = teller(() => started);
  await shop.tellUntil(202);
  await server.stop("immediate");
  const goneMs = Date.now();
  await until(async () => {
    expect(await shop.tell()).toBe(503);
    expect(await isReady()).toBe(false);
    return Date.now() - goneMs > GONE_MS;
  });
  expect((await fetch(`${started.url}/livez`)).status).toBe(200);
  expect((await fetch(`${started.url}/tag.js`)).status).toBe(200);
  await until(() => lines.some((line) => line.includes('"level":50')));
  await server.start();
  await until(isReady);
  expect(await shop.tell()).toBe(202);
  await shop.expectArrived(pinterest, ARRIVES_MS);
  expectNobodyNamed();
}, 300_000);
