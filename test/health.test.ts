import { createServer, type Server } from "node:http";
import { afterEach, expect, test } from "vitest";
import { nextAlerts } from "#relay/core/alerts";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { type Pinterest, startPinterest } from "./pinterest/stand-in.ts";
import { SHOP_ORIGIN, type Started, startRelay } from "./start.ts";
import { until } from "./until.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const relayAt = async (pinterest: Pinterest, options: Parameters<typeof startRelay>[0] = {}): Promise<Started> => {
  const { adAccountId, tagId, token, apiUrl } = pinterest;
  const seed = { origins: [SHOP_ORIGIN], account: { adAccountId, tagId, token } };
  const started = await startRelay({ ...options, config: { pinterestApiUrl: apiUrl, seed, ...options.config } });
  ends.push(() => started.relay.close());
  return started;
};
const standIn = async (): Promise<Pinterest> => {
  const pinterest = await startPinterest();
  ends.push(pinterest.close);
  return pinterest;
};

/** A receiver of alerts that remembers them. */
const receiver = async (statuses: number[] = []): Promise<{ url: string; alerts: Record<string, unknown>[] }> => {
  const alerts: Record<string, unknown>[] = [];
  const server: Server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const status = statuses.shift() ?? 200;
    if (status === 200) alerts.push(JSON.parse(body));
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  ends.push(() => new Promise((resolve) => void server.close(resolve)));
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}/hook`, alerts };
};

test("a relay is ready while its store can write, and says which part is not", async () => {
  const started = await relayAt(await standIn());
  const ready = async () => {
    const response = await fetch(`${started.url}/readyz`);
    return [response.status, await response.text()];
  };
  expect(await ready()).toEqual([200, "ok\n"]);
  await started.relay.store.close();
  // An answer is good for a second.
  await until(async () => (await ready())[0] === 503);
  expect(await ready()).toEqual([503, "the store cannot write\n"]);
  expect((await fetch(`${started.url}/livez`)).status).toBe(200);
});

test("who asks a thousand times whether it is ready has the disk written once", async () => {
  const started = await relayAt(await standIn());
  const before = Date.now();
  const answers = await Promise.all(Array.from({ length: 200 }, () => fetch(`${started.url}/readyz`)));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  const text = await (await fetch(`${started.url}/metrics`)).text();
  expect(text).toMatch(/pinrelay_requests_total\{door="\/readyz",status="2xx"\} 200/);
  expect(Date.now() - before).toBeLessThan(10_000);
});

test("alerts are told once, once a day while it goes on, and once when it is over", () => {
  const paused = { key: "paused 1", text: "paused" };
  const day = 24 * 3_600_000;
  const first = nextAlerts(new Map(), [paused], 0);
  expect(first.firing).toEqual([{ ...paused, sinceMs: 0, saidMs: 0 }]);
  const second = nextAlerts(first.open, [paused], day - 1);
  expect([second.firing, second.resolved]).toEqual([[], []]);
  const third = nextAlerts(second.open, [paused], day);
  expect(third.firing).toEqual([{ ...paused, sinceMs: 0, saidMs: day }]);
  const last = nextAlerts(third.open, [], day + 1);
  expect([last.firing, last.resolved]).toEqual([[], [{ ...paused, sinceMs: 0, saidMs: day }]]);
  expect(last.open.size).toBe(0);
});

test("a destination that Pinterest refuses is an alert, which is over once its token is renewed", async () => {
  const pinterest = await standIn();
  const { url, alerts } = await receiver([500]);
  const started = await relayAt(pinterest, { alertMs: 50, config: { alertWebhookUrl: url } });
  pinterest.fail({ kind: "401" });
  await collect(started, beacon(started.key, [viewedProduct()]));
  await until(() => alerts.length === 1);
  expect(alerts).toEqual([
    {
      alert: "paused",
      state: "firing",
      destination: 1,
      dedup_key: "pinrelay paused 1",
      since: expect.stringMatching(/^\d{4}-/),
      text: expect.stringMatching(/is paused: Pinterest answered 401.*destination\.token/),
    },
  ]);
  expect(JSON.stringify(alerts)).not.toContain(pinterest.token);
  const [destination] = await started.relay.store.destinations();
  if (!destination) throw new Error("no destination");
  const { paused: _, ...flowing } = destination;
  await started.relay.store.saveDestination(flowing);
  await started.relay.directory.refresh();
  await until(() => alerts.length === 2);
  expect(alerts[1]).toMatchObject({ state: "resolved", dedup_key: "pinrelay paused 1" });
});

test("events that wait for too long are an alert, and those held back for their other half are none", async () => {
  const pinterest = await standIn();
  const { url, alerts } = await receiver();
  let clock = Date.now();
  const config = { alertWebhookUrl: url, alertQueueMinutes: 30 };
  const started = await relayAt(pinterest, { alertMs: 50, now: () => clock, config });
  pinterest.fail({ kind: "503", times: 1_000 });
  await collect(started, beacon(started.key, [viewedProduct()], { sentAt: clock }));
  await until(() => pinterest.calls.length > 0);
  clock += 31 * 60_000;
  await until(() => alerts.length === 1);
  expect(alerts[0]).toMatchObject({ alert: "queue", state: "firing", destination: 1 });
  expect(alerts[0]?.text).toMatch(/events wait for 31 minutes by now, 1 in all/);
  pinterest.mend();
  await until(async () => {
    clock += 60_000;
    await started.relay.flush();
    return alerts.length === 2;
  });
  expect(alerts[1]).toMatchObject({ state: "resolved", dedup_key: "pinrelay queue 1" });
});
