/** Metrics tell what became of everything, to whom they are for; /readyz tells the truth, and cheaply. */
import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isFromHere } from "#relay/http/metrics";
import { createMetrics, METRICS } from "#relay/metrics";
import { queueReader } from "#relay/metrics/standing";
import { READY_LIMITS, readinessOf } from "#relay/readiness";
import { closeDatabase, openDatabase } from "#relay/store/sqlite-database";
import { StoreUnavailable } from "#relay/store/store";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { type Pinterest, startPinterest } from "./pinterest/stand-in.ts";
import { type Postgres, startPostgres } from "./postgres.ts";
import { rawRequest } from "./raw-http.ts";
import { call, placedOrder } from "./server-api.ts";
import { SHOP_ORIGIN, type Started, startRelay } from "./start.ts";
import { until } from "./until.ts";

const SECRET = "wc-secret-of-the-shop";
const KEY = "9f2c4be1d07a4c55b1a6e3f80c9d2e71";
let pinterest: Pinterest;
let started: Started;

const seeded = (pinterest: Pinterest) => ({
  pinterestApiUrl: pinterest.apiUrl,
  seed: {
    origins: [SHOP_ORIGIN],
    secrets: { woocommerce: [SECRET], api: [KEY] },
    account: { adAccountId: pinterest.adAccountId, tagId: pinterest.tagId, token: pinterest.token },
  },
});

/** Values by name and labels, as Prometheus reads them. */
const scrape = async (url = started.url, headers: Record<string, string> = {}): Promise<Map<string, number>> => {
  const response = await fetch(`${url}/metrics`, { headers });
  expect(response.status).toBe(200);
  const lines = (await response.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const [, name = "", value = ""] = /^(\S+?(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
      return [name, Number(value)];
    }),
  );
};

describe("metrics", () => {
  beforeEach(async () => {
    pinterest = await startPinterest();
    started = await startRelay({ chance: () => 0, config: seeded(pinterest) });
  });
  afterEach(async () => {
    await started.relay.close();
    await pinterest.close();
  });
  const tell = (events: object[], more: object = {}) => collect(started, { ...beacon(started.key, events), ...more });

  test("tell what came in by whom and what became of it, how it ended and what Pinterest said", async () => {
    const shop = started.key;
    const one = viewedProduct();
    await tell([one, viewedProduct(), viewedProduct({ name: "$page_load", tag: "page" })]);
    await tell([one, { ...viewedProduct(), properties: { currency: "€" } }], {
      acks: [{ id: one.id, name: one.name, state: "fired" }],
    });
    await until(async () => (await scrape()).get('pinrelay_outcomes_total{destination="1",outcome="sent"}') === 2);
    await call(started, [placedOrder("1001"), { event_name: "" }]);
    await call(started, placedOrder("1001"));
    const order = JSON.stringify({ nonsense: true });
    const signature = createHmac("sha256", SECRET).update(order).digest("base64");
    await fetch(`${started.url}/webhooks/woocommerce`, {
      method: "POST",
      body: order,
      headers: { "x-wc-webhook-signature": signature, "x-wc-webhook-topic": "order.created" },
    });

    const told = await scrape();
    const events = (source: string, became: string) =>
      told.get(`pinrelay_events_total{shop="${shop}",source="${source}",became="${became}"}`);
    expect(events("browser", "new")).toBe(3);
    expect(events("browser", "duplicate")).toBe(1);
    expect(events("browser", "refused")).toBe(1);
    expect(events("server", "new")).toBe(1);
    expect(events("server", "refused")).toBe(1);
    expect(events("server", "merged")).toBe(1);
    expect(events("woocommerce", "refused")).toBe(1);
    expect(told.get('pinrelay_outcomes_total{destination="1",outcome="browser only"}')).toBe(1);
    expect(told.get(`pinrelay_tag_acknowledgements_total{shop="${shop}",state="fired"}`)).toBe(1);
    expect(told.get('pinrelay_pinterest_responses_total{status="200"}')).toBeGreaterThan(0);
    expect(told.get('pinrelay_pinterest_call_seconds_count{result="statuses"}')).toBeGreaterThan(0);
    expect(told.get('pinrelay_delivery_seconds_count{destination="1"}')).toBe(2);
    expect(told.get("pinrelay_commit_seconds_count")).toBeGreaterThanOrEqual(4);
    expect(told.get('pinrelay_http_requests_total{door="collect",status="2xx"}')).toBe(2);
    expect(told.get('pinrelay_http_requests_total{door="woocommerce",status="4xx"}')).toBe(1);
    expect(told.get('pinrelay_http_requests_total{door="api",status="2xx"}')).toBe(2);
    expect(told.get('pinrelay_destination_paused{destination="1"}')).toBe(0);
    expect(told.get("pinrelay_ready")).toBe(1);
    expect(told.get("process_resident_memory_bytes")).toBeGreaterThan(1e7);
    if (process.platform === "linux") expect(told.get("process_open_fds")).toBeGreaterThan(3);
  });

  test("tell what waits, that Pinterest takes nothing, what goes again and what is paused", async () => {
    pinterest.fail({ kind: "503", times: 2 });
    await tell([viewedProduct()]);
    await until(async () => (await scrape()).get('pinrelay_pinterest_resting{destination="1"}') === 1);
    await until(async () => (await scrape()).get('pinrelay_outcomes_total{destination="1",outcome="sent"}') === 1);
    const mended = await scrape();
    expect(mended.get('pinrelay_resends_total{destination="1"}')).toBeGreaterThanOrEqual(1);
    expect(mended.get('pinrelay_pinterest_responses_total{status="503"}')).toBe(2);
    pinterest.fail({ kind: "401" });
    await tell([viewedProduct()]);
    await until(async () => (await scrape()).get('pinrelay_destination_paused{destination="1"}') === 1);
    await until(async () => (await scrape()).get('pinrelay_alerts{alert="destination paused"}') === 1);
    await until(async () => (await scrape()).get('pinrelay_queue_deliveries{destination="1"}') === 1);
  });

  test("have no label of what anybody told, however many names are made up", async () => {
    const before = (await scrape()).size;
    await tell(Array.from({ length: 50 }, (_, n) => viewedProduct({ name: `Made up ${n}`, tag: "" })));
    for (let n = 0; n < 50; n += 1)
      await fetch(`${started.url}/made/up/${n}.${n}`, { method: n % 2 ? "GET" : "DELETE" });
    const after = await scrape();
    expect([...after.keys()].join("\n")).not.toMatch(/made/i);
    expect(after.size - before).toBeLessThan(40);
  });
});

describe("who may read the metrics", () => {
  afterEach(() => started.relay.close());
  const statusOf = async (headers: Record<string, string>, version = "1.1") => {
    const { port } = new URL(started.url);
    const lines = Object.entries({ Host: `127.0.0.1:${port}`, ...headers }).map(([name, value]) => `${name}: ${value}`);
    const answer = await rawRequest(
      Number(port),
      `GET /metrics HTTP/${version}\r\n${lines.join("\r\n")}\r\nConnection: close\r\n\r\n`,
    );
    return Number(/^HTTP\/1\.\d (\d+)/.exec(answer)?.[1]);
  };

  test("without a token: this machine, through no proxy and under no other name; to others there is no such page", async () => {
    started = await startRelay();
    expect(await statusOf({})).toBe(200);
    for (const headers of [
      { "X-Forwarded-For": "203.0.113.7" },
      { "X-Forwarded-For": "127.0.0.1" },
      { Via: "1.1 proxy" },
      { Forwarded: "for=127.0.0.1" },
      { "CF-Connecting-IP": "127.0.0.1" },
      { Host: "relay.fennelandoak.example" },
      { Host: "rebound.example:8080" },
    ])
      expect(await statusOf(headers as Record<string, string>), JSON.stringify(headers)).toBe(404);
    expect(await statusOf({}, "1.0")).toBe(404);
    expect(isFromHere("203.0.113.7", { host: "127.0.0.1" }, "1.1")).toBe(false);
    expect(isFromHere("::ffff:127.0.0.1", { host: "127.0.0.1" }, "1.1")).toBe(true);
  });

  test("with a token: who brings it, and nobody else, this machine neither", async () => {
    const metricsToken = "metrics-token-5b1d0c";
    started = await startRelay({ config: { metricsToken, seed: { origins: [] } } });
    expect(await statusOf({})).toBe(401);
    expect(await statusOf({ Authorization: "Bearer another-token-5b1d0c" })).toBe(401);
    expect(await statusOf({ Authorization: `Bearer ${metricsToken}`, Via: "1.1 proxy" })).toBe(200);
  });
});

test("docs/monitoring.md has every metric with its type, labels and words, and no other", () => {
  const text = readFileSync(new URL("../docs/monitoring.md", import.meta.url), "utf8");
  const section = text.split(/^## /m).find((part) => part.startsWith("Metrics")) ?? "";
  const rows = section
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.replaceAll("`", "").trim()),
    );
  expect(rows).toEqual(
    Object.values(METRICS).map(([name, type, labels, help]) => [name, type, labels.join(", "), help]),
  );
});

test("the alert rules of docs/monitoring.md ask for metrics and outcomes that there are", () => {
  const text = readFileSync(new URL("../docs/monitoring.md", import.meta.url), "utf8");
  const names = new Set<string>(Object.values(METRICS).map(([name]) => name));
  const asked = [...text.matchAll(/\b(?:pinrelay|process|nodejs)_[a-z0-9_]+/g)].map(([name]) =>
    name.replace(/_(bucket|count|sum)$/, ""),
  );
  expect(asked.length).toBeGreaterThan(40);
  expect(asked.filter((name) => !names.has(name))).toEqual([]);
});

test("scrapes that hurry ask the store once, and one that hangs holds no scrape up", async () => {
  let asked = 0;
  const queue = queueReader(
    {
      queue: () => {
        asked += 1;
        return new Promise(() => {});
      },
    },
    Date.now,
  );
  const before = performance.now();
  expect(await Promise.all(Array.from({ length: 100 }, queue))).toEqual(Array(100).fill(undefined));
  expect(performance.now() - before).toBeLessThan(10_000);
  expect(asked).toBe(1);
});

test("a store that is slow to count is asked seldom, one that is quick or fails is asked again soon", async () => {
  const asked = { slow: 0, quick: 0, failing: 0 };
  const taking = (which: keyof typeof asked, ms: number) =>
    queueReader(
      {
        queue: async () => {
          asked[which] += 1;
          // On a busy machine any timer would make it a slow one.
          if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
          if (which === "failing") throw new StoreUnavailable("down");
          return [];
        },
      },
      Date.now,
      20,
    );
  // The slow one is not asked again for a hundred times as long: longer than the others are waited for.
  const readers = [taking("slow", 300), taking("quick", 0), taking("failing", 60)];
  await until(async () => {
    await Promise.all(readers.map((read) => read()));
    return asked.quick >= 3 && asked.failing >= 3;
  });
  expect(asked.slow).toBe(1);
});

test("two relays in one process have metrics of their own", async () => {
  const [one, two] = [createMetrics(), createMetrics()];
  one.counter("overloads").inc(3);
  expect(await one.text()).toContain("pinrelay_overloads_total 3");
  expect(await two.text()).toContain("pinrelay_overloads_total 0");
});

const ready = async ({ url }: Pick<Started, "url">) => {
  const response = await fetch(`${url}/readyz`);
  return { status: response.status, text: await response.text() };
};

describe("/readyz", () => {
  test("says what keeps the relay from its work, and that it is over", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pinrelay-ready-"));
    const file = join(folder, "relay.db");
    started = await startRelay({ config: { database: file } });
    expect(await ready(started)).toEqual({ status: 200, text: "ok\n" });
    const other = await openDatabase(file);
    other.exec("begin immediate");
    await until(async () => (await ready(started)).status === 503);
    expect((await ready(started)).text).toBe("the store cannot write\n");
    expect((await fetch(`${started.url}/livez`)).status).toBe(200);
    other.exec("rollback");
    closeDatabase(other);
    await until(async () => (await ready(started)).status === 200);
    await started.relay.close();
    rmSync(folder, { recursive: true });
  });

  test("says so while the relay stops, and still takes what comes", async () => {
    started = await startRelay();
    const closing = started.relay.close({ noticeMs: 1_500 });
    expect(await ready(started)).toEqual({ status: 503, text: "the relay is stopping\n" });
    expect((await collect(started, beacon(started.key, [viewedProduct()]))).status).toBe(202);
    await closing;
    await expect(fetch(`${started.url}/readyz`)).rejects.toThrow();
  });

  test("asks the store once a second, however many ask", async () => {
    let checks = 0;
    const check = async () => {
      checks += 1;
    };
    const readiness = readinessOf({
      store: { check },
      deliveryMs: Date.now,
      commitAgeMs: () => 0,
      isStopping: () => false,
    });
    const end = performance.now() + 500;
    let answers = 0;
    while (performance.now() < end) answers += (await readiness()).length + 1;
    expect(answers).toBeGreaterThan(50);
    expect(checks).toBe(1);
  });

  // biome-ignore format: a table
  test.each([
    ["a store that hangs",      { check: () => new Promise<void>(() => {}) },                        0,      0,     "the store does not answer"],
    ["a store that refuses",    { check: () => Promise.reject(new StoreUnavailable("jane@…")) },     0,      0,     "the store cannot write"],
    ["delivery that is stuck",  { check: async () => {} },                                           61_000, 0,     "delivery has stood still for 61 s"],
    ["commits that are behind", { check: async () => {} },                                           0,      6_000, "commits are behind by 6 s"],
  ])("is not well with %s, and says it within seconds", async (_, store, idleMs, waitMs, words) => {
    const readiness = readinessOf(
      { store, deliveryMs: () => Date.now() - idleMs, commitAgeMs: () => waitMs, isStopping: () => false },
      { ...READY_LIMITS, answerMs: 300 },
    );
    const before = performance.now();
    expect(await readiness()).toEqual([words]);
    expect(performance.now() - before).toBeLessThan(3_000);
  });

  test("answers within seconds where PostgreSQL is gone, and again once it is back", async () => {
    const server: Postgres = await startPostgres();
    started = await startRelay({
      config: { database: await server.freshDatabase(), secretKey: "x".repeat(32), seed: { origins: [] } },
    });
    expect((await ready(started)).status).toBe(200);
    await server.stop("immediate");
    const before = performance.now();
    await until(async () => (await ready(started)).status === 503);
    expect(performance.now() - before).toBeLessThan(8_000);
    await server.start();
    await until(async () => (await ready(started)).status === 200);
    await started.relay.close();
    await server.close();
  });
});
