import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createMetrics } from "#relay/metrics/metrics";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { type Pinterest, startPinterest } from "./pinterest/stand-in.ts";
import { SHOP_ORIGIN, type Started, startRelay } from "./start.ts";
import { until } from "./until.ts";

let pinterest: Pinterest;
let started: Started;
beforeEach(async () => {
  pinterest = await startPinterest();
});
afterEach(async () => {
  await started.relay.close();
  await pinterest.close();
});

const start = async (config = {}): Promise<void> => {
  const { adAccountId, tagId, token, apiUrl } = pinterest;
  const seed = { origins: [SHOP_ORIGIN], account: { adAccountId, tagId, token } };
  started = await startRelay({ config: { pinterestApiUrl: apiUrl, seed, ...config } });
};
const ask = (headers: Record<string, string> = {}) => fetch(`${started.url}/metrics`, { headers });
const numbers = async (): Promise<Map<string, number>> => {
  const text = await (await ask()).text();
  const lines = text.split("\n").filter((line) => line.startsWith("pinrelay_"));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]));
};

test("what comes in, what becomes of it, what Pinterest says and what the Tag made of it are counted", async () => {
  await start();
  const [event, bad] = [viewedProduct(), viewedProduct()];
  pinterest.fail({ kind: "503" });
  pinterest.fail({ kind: "fail events", idPattern: bad.id, status: 422 });
  const ack = { id: event.id, name: event.name, state: "fired" };
  await collect(started, { ...beacon(started.key, [event, event, bad]), acks: [ack] });
  await collect(started, beacon(started.key, [viewedProduct({ name: "Opened Chat", tag: "" })]));
  const ended = (told: Map<string, number>, outcome: string) =>
    told.get(`pinrelay_deliveries_total{destination="1",outcome="${outcome}"}`) ?? 0;
  // Each of both has its own pause after the 503.
  await until(async () => {
    const now = await numbers();
    return ended(now, "rejected") + ended(now, "sent") === 2;
  });
  const told = await numbers();
  expect(Object.fromEntries(told)).toMatchObject({
    'pinrelay_events_total{source="browser",kept="new"}': 3,
    'pinrelay_events_total{source="browser",kept="duplicate"}': 1,
    'pinrelay_tag_acknowledgements_total{state="fired"}': 1,
    'pinrelay_deliveries_total{destination="1",outcome="sent"}': 1,
    'pinrelay_pinterest_calls_total{destination="1",status="503"}': 1,
    'pinrelay_pinterest_calls_total{destination="1",status="422"}': 1,
    'pinrelay_deliveries_total{destination="1",outcome="rejected"}': 1,
    'pinrelay_requests_total{door="/collect",status="2xx"}': 2,
    'pinrelay_destination_paused{destination="1"}': 0,
  });
  expect(told.get("pinrelay_commit_seconds_count")).toBe(2);
  expect(told.get('pinrelay_pinterest_call_seconds_count{destination="1"}')).toBeGreaterThanOrEqual(2);
});

test("what waits is counted, with the age of the oldest that could have gone", async () => {
  await start();
  const [destination] = await started.relay.store.destinations();
  if (destination) await started.relay.store.pauseDestination(destination, "401");
  await started.relay.directory.refresh();
  await collect(started, beacon(started.key, [viewedProduct(), viewedProduct()]));
  const told = await numbers();
  expect(told.get('pinrelay_queue_deliveries{destination="1"}')).toBe(2);
  expect(told.get('pinrelay_queue_oldest_seconds{destination="1"}')).toBeGreaterThan(0);
  expect(told.get('pinrelay_destination_paused{destination="1"}')).toBe(1);
});

test("what a page makes up is no label, and nobody's name is in the numbers", async () => {
  await start();
  const names = Array.from({ length: 30 }, (_, n) =>
    viewedProduct({ name: `Opened Chat ${n} ada@shop.example`, tag: "" }),
  );
  await collect(started, beacon(started.key, names));
  await fetch(`${started.url}/ada@shop.example`);
  const text = await (await ask()).text();
  expect(text).not.toMatch(/ada|Opened Chat|127\.0\.0\.1|Safari/);
  expect(text).toMatch(/pinrelay_requests_total\{door="other",status="4xx"\} 1/);
});

test("without a token only who asks from this machine, through no proxy, is told", async () => {
  await start();
  expect((await ask()).status).toBe(200);
  expect((await ask({ "x-forwarded-for": "203.0.113.7" })).status).toBe(404);
  await started.relay.close();
  await start({ trustProxy: 1 });
  expect((await ask({ "x-forwarded-for": "127.0.0.1" })).status).toBe(404);
});

test("with a token whoever brings it is told, and nobody else", async () => {
  await start({ metricsToken: "0123456789abcdef0123" });
  const statuses = await Promise.all(
    ["", "Bearer", "Bearer 0123456789abcdef012", "Basic 0123456789abcdef0123", "Bearer 0123456789abcdef0123"].map(
      async (authorization) => (await ask(authorization ? { authorization } : {})).status,
    ),
  );
  expect(statuses).toEqual([401, 401, 401, 401, 200]);
});

test("docs/monitoring.md lists every number of the relay's, with its labels and what it means", async () => {
  await start();
  const documented = [
    ...readFileSync("docs/monitoring.md", "utf8").matchAll(/^\| `(pinrelay_\w+)` \|([^|]*)\| (.*?) \|$/gm),
  ];
  const { registry } = createMetrics();
  const described = (await registry.getMetricsAsJSON()).filter(({ name }) => name.startsWith("pinrelay_"));
  expect(documented.map(([, name, , help]) => [name, help])).toEqual(described.map(({ name, help }) => [name, help]));
});
