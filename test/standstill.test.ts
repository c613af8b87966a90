/** Whether delivery lives is told by what it does, not by what it is asked to do; and how much it has done by whose it was. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Delivering } from "#relay/deliver";
import { type DeliveryLoop, deliveryLoop } from "#relay/delivery-loop";
import { createMetrics } from "#relay/metrics";
import { measuredStore } from "#relay/metrics/store";
import { pinterestClient } from "#relay/pinterest/client";
import { READY_LIMITS, readinessOf } from "#relay/readiness";
import type { Store } from "#relay/store/store";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { type Started, startRelay } from "./start.ts";
import { until } from "./until.ts";

/** Something is bad, in words as Pinterest has them. */
const BAD = JSON.stringify({ code: 4196, message: "bad" });
const NEVER = { flushMs: 100_000_000, pollMs: 100_000_000 };
let started: Started;
let pinterest: Server;
let loop: DeliveryLoop | undefined;
let calls = 0;

beforeEach(async () => {
  calls = 0;
  loop = undefined;
  // Its store is what is needed; it does not deliver by itself.
  started = await startRelay({ times: NEVER });
  pinterest = createServer((request, response) => {
    calls += 1;
    request.resume();
    setTimeout(() => response.writeHead(400).end(BAD), 150);
  });
  pinterest.listen(0, "127.0.0.1");
  await once(pinterest, "listening");
});
afterEach(async () => {
  await started.relay.close();
  pinterest.closeAllConnections();
  pinterest.close();
});

const delivering = (store: Store): Delivering => ({
  store,
  client: pinterestClient(`http://127.0.0.1:${(pinterest.address() as AddressInfo).port}/v5`),
  judge: () => ({ payload: "{}" }),
  pause: async () => {},
  heard: () => {},
  now: Date.now,
  chance: () => 0,
  worker: "one",
  leaseMs: 120_000,
  callsPerMinute: 100_000,
});

const begin = (store: Store, deliveryMs = 1_000) => {
  const { destinations } = started.relay.directory;
  const begun = deliveryLoop(destinations, delivering(store), { flushMs: 10, pollMs: 20 }, () => {});
  begun.start();
  loop = begun;
  const readiness = readinessOf(
    { store, deliveryMs: begun.beganMs, commitAgeMs: () => 0, isStopping: () => false },
    { ...READY_LIMITS, deliveryMs },
  );
  return { begun, readiness };
};

test("a round that hangs is seen, however much comes in meanwhile", async () => {
  let release: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { begun, readiness } = begin({ ...started.relay.store, claim: () => gate.then(() => []) });
  expect(await readiness()).toEqual([]);
  await until(async () => {
    begun.wake();
    return (await readiness()).join() !== "";
  }, 8_000);
  expect((await readiness()).join()).toMatch(/^delivery has stood still for \d+ s$/);
  release();
  await until(async () => (await readiness()).length === 0);
  await loop?.stop(1_000, false);
});

test("a claim whose calls are cut in halves for long is no standstill", async () => {
  await collect(
    started,
    beacon(
      started.key,
      Array.from({ length: 16 }, () => viewedProduct()),
    ),
  );
  // Less than all calls take, and far more than one of them takes on a busy machine.
  const { readiness } = begin(started.relay.store, 4_000);
  const lacks: string[] = [];
  // Each of sixteen is found by itself, in 31 calls of 150 ms.
  await until(async () => {
    lacks.push(...(await readiness()));
    return (await started.relay.store.queue(Date.now())).length === 0;
  });
  expect(calls).toBe(31);
  expect(lacks).toEqual([]);
  await loop?.stop(1_000, false);
});

test("what another relay settled after our claim had ended is counted by that one alone", async () => {
  await collect(started, beacon(started.key, [viewedProduct(), viewedProduct()]));
  const { store } = started.relay;
  const [ours, theirs] = [createMetrics(), createMetrics()];
  const [one, other] = [ours, theirs].map((metrics) => measuredStore(store, metrics, () => "k3x9"));
  if (!one || !other) throw new Error("two relays");
  const claim = (by: Store, worker: string, nowMs: number) =>
    by.claim({ destination: 1, worker, limit: 10, nowMs, leaseMs: 1_000 }, () => ({ payload: "{}" }));
  const nowMs = Date.now() + 1_000;
  const first = await claim(one, "one", nowMs);
  const again = await claim(other, "other", nowMs + 2_000);
  expect([first.length, again.length]).toEqual([2, 2]);
  const sent = again.map(({ delivery }) => ({ delivery, outcome: "sent" as const }));
  await other.settle("other", sent, nowMs + 2_100);
  expect(await claim(one, "one", nowMs + 2_200)).toEqual([]);
  await one.settle("one", sent, nowMs + 2_300);
  expect(await theirs.text()).toContain('pinrelay_outcomes_total{destination="1",outcome="sent"} 2');
  expect(await ours.text()).not.toMatch(/pinrelay_outcomes_total\{.*outcome="sent"/);
});
