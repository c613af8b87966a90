/**
 * Notices that the machine's clock was set back. Due times, holds and leases are times of day: what was to go in a minute
 * would wait for an hour and a minute, and a claim of a relay that is gone as long.
 */
import type { Logger } from "pino";
import type { DeliveryLoop } from "./delivery-loop.ts";
import type { Store } from "./store/store.ts";

/** Clocks are corrected by less all the time, and relays that share a store differ by less. */
const NOTICED_MS = 60_000;

/** A chore, to be done every second or so. What a relay noted before this one started tells of the clock as well. */
export async function clockWatch(
  store: Store,
  loop: Pick<DeliveryLoop, "setClockBack">,
  now: () => number,
  log: Logger,
): Promise<() => Promise<void>> {
  let lastMs = (await store.recent(1))[0]?.receivedMs ?? now();
  return async () => {
    const nowMs = now();
    const backMs = lastMs - nowMs;
    if (backMs > NOTICED_MS) {
      await store.setClockBack(backMs, nowMs);
      loop.setClockBack(backMs);
      log.warn(
        { seconds: Math.round(backMs / 1_000) },
        "the clock was set back; what waits goes as if it never had been",
      );
    }
    lastMs = nowMs;
  };
}
