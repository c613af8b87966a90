/** `node test/dist/bench/watched.js`: what counting and bounding cost an event on its way in. Both forms take turns. */
import { pino } from "pino";
import { createRelay } from "pinrelay";
import { ingestInto, type Told } from "#relay/ingest";
import { createMetrics } from "#relay/metrics";
import { measuredStore } from "#relay/metrics/store";
import { ROOM, roomFor } from "#relay/room";
import type { Store } from "#relay/store/store";
import { median } from "./figures.ts";
import { BENCH_ORIGIN, eventId } from "./load.ts";

const ROUNDS = 15;
const REQUESTS = 4_000;
const AT_ONCE = 64;

let bare: Store | undefined;
const relay = await createRelay({
  config: { database: ":memory:", port: 0, seed: { origins: [BENCH_ORIGIN] } },
  log: pino({ level: "silent" }),
  over: (store) => {
    bare = store;
    return store;
  },
});
const [shop] = relay.directory.shops();
if (!shop || !bare) throw new Error("no shop");

const told = (): Told => {
  const nowMs = Date.now();
  const properties = { product_id: "1001", price: 24, currency: "USD" };
  const consent = { marketing: "granted", by: "call", at: nowMs } as const;
  const half = { source: "browser", timeMs: nowMs, receivedMs: nowMs, matchKeys: {}, properties, consent } as const;
  return { events: [{ shop: shop.id, name: "Viewed Product", id: eventId(nowMs), half }], bytes: 600 };
};
const plain = ingestInto(bare, relay.directory.destinations, () => {});
const watched = roomFor(ROOM, () => {}).over(
  ingestInto(
    measuredStore(bare, createMetrics(), () => shop.key),
    relay.directory.destinations,
    () => {},
  ),
);

/** Microseconds of a request, of which so many are under way at once. */
const run = async (ingest: typeof plain): Promise<number> => {
  const all = Array.from({ length: REQUESTS }, told);
  const before = performance.now();
  for (let at = 0; at < REQUESTS; at += AT_ONCE)
    await Promise.all(all.slice(at, at + AT_ONCE).map((one) => ingest(shop, one)));
  return ((performance.now() - before) * 1_000) / REQUESTS;
};

const times: { plain: number[]; watched: number[] } = { plain: [], watched: [] };
for (let round = 0; round <= ROUNDS; round += 1)
  for (const [name, ingest] of [
    ["plain", plain],
    ["watched", watched],
  ] as const) {
    const us = await run(ingest);
    if (round > 0) times[name].push(us);
  }
const [without, with_] = [median(times.plain), median(times.watched)];
console.log(
  `accept in process, one event a request, µs: ${without.toFixed(1)} plain, ${with_.toFixed(1)} counted and bounded (×${(with_ / without).toFixed(3)})`,
);
await relay.close();
