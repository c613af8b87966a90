/** How the queue stands, looked up when somebody asks for the numbers; not more often than every ten seconds. */
import type { Destination } from "../core/settings.ts";
import type { Store } from "../store/store.ts";
import type { Metrics } from "./metrics.ts";

const FRESH_MS = 10_000;

/** Writes the queue's gauges. Where the store does not answer they are left out, rather than told wrongly. */
export function queueGauges(
  { waiting, oldest, paused }: Metrics,
  store: Pick<Store, "queue">,
  destinations: () => readonly Destination[],
  now: () => number,
): () => Promise<void> {
  let lookedMs = Number.NEGATIVE_INFINITY;
  return async () => {
    const nowMs = now();
    if (Math.abs(nowMs - lookedMs) < FRESH_MS) return;
    for (const gauge of [waiting, oldest, paused]) gauge.reset();
    for (const { id: destination, paused: words } of destinations()) {
      paused.set({ destination }, words === undefined ? 0 : 1);
      waiting.set({ destination }, 0);
      oldest.set({ destination }, 0);
    }
    try {
      for (const { destination, waiting: count, oldestMs } of await store.queue(nowMs)) {
        waiting.set({ destination }, count);
        oldest.set({ destination }, oldestMs === undefined ? 0 : Math.max(0, nowMs - oldestMs) / 1_000);
      }
      lookedMs = nowMs;
    } catch {
      waiting.reset();
      oldest.reset();
    }
  };
}
