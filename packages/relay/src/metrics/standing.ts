/** How things stand at a scrape: queues and destinations. Asked of the store every few seconds at most, however often anybody scrapes. */
import type { Destination } from "../core/settings.ts";
import type { Metrics } from "../metrics.ts";
import type { QueueState, Store } from "../store/store.ts";

/** The queue by destination, a few seconds old where the store is quick to tell; undefined where it does not tell in time. */
export type QueueReader = () => Promise<readonly QueueState[] | undefined>;

const QUEUE_FRESH_MS = 5_000;
/** SQLite counts a backlog of a million in 50 to 250 ms, and takes nothing in meanwhile: no more than a hundredth of the time. */
const OF_THE_TIME = 100;
const QUEUE_STALE_MS = 60_000;
/** A scrape is not to wait for a store that hangs. */
const WAIT_MS = 2_000;

/** Whoever asks while the store is being asked waits for the same answer. */
export function queueReader(store: Pick<Store, "queue">, now: () => number, leastMs = QUEUE_FRESH_MS): QueueReader {
  let asked = Number.NEGATIVE_INFINITY;
  let answer: Promise<readonly QueueState[] | undefined> = Promise.resolve(undefined);
  let isAsking = false;
  let freshMs = leastMs;
  return () => {
    const at = performance.now();
    if (!isAsking && at - asked >= freshMs) {
      asked = at;
      isAsking = true;
      freshMs = leastMs;
      answer = store
        .queue(now())
        .then((states) => {
          const tookMs = performance.now() - at;
          freshMs = Math.min(Math.max(leastMs, tookMs * OF_THE_TIME), QUEUE_STALE_MS);
          return states;
        })
        .catch(() => undefined)
        .finally(() => {
          isAsking = false;
        });
    }
    return withinTime(answer, WAIT_MS);
  };
}

const withinTime = <T>(answer: Promise<T>, ms: number): Promise<T | undefined> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
};

export interface Standing {
  queue: QueueReader;
  destinations(): readonly Destination[];
  /** Public key of a shop by its row. */
  keyOf(shop: number): string;
  /** Until when nothing is sent to an ad account that takes nothing; ms since 1970, 0 where it does. */
  restsUntilMs(adAccountId: string): number;
  now(): number;
}

export function measureStanding(metrics: Metrics, { queue, destinations, keyOf, restsUntilMs, now }: Standing): void {
  metrics.before(async () => {
    const states = await queue();
    metrics.gauge("storeUp").set(states ? 1 : 0);
    for (const gauge of ["queue", "queueAge", "paused", "resting", "destination"] as const)
      metrics.gauge(gauge).reset();
    const nowMs = now();
    for (const { id, shop, state, paused, adAccountId } of destinations()) {
      const destination = String(id);
      metrics.gauge("destination").set({ destination, shop: keyOf(shop), state }, 1);
      metrics.gauge("paused").set({ destination }, paused === undefined ? 0 : 1);
      metrics.gauge("resting").set({ destination }, restsUntilMs(adAccountId) > nowMs ? 1 : 0);
      // What is not known is not told: a 0 would be good news.
      if (!states) continue;
      const { waiting = 0, oldestMs = nowMs } = states.find((one) => one.destination === id) ?? {};
      metrics.gauge("queue").set({ destination }, waiting);
      metrics.gauge("queueAge").set({ destination }, Math.max(0, nowMs - oldestMs) / 1_000);
    }
  });
}
