/**
 * Notices that the clock was set back. Due times, holds and leases are times of day: what was to go in a minute would wait
 * for an hour and a minute, and a claim of a relay that is gone as long.
 */
import type { Logger } from "pino";
import type { DeliveryLoop } from "./delivery-loop.ts";
import type { SharedClock } from "./shared-clock.ts";
import type { Store } from "./store/store.ts";

/** Clocks are corrected by less all the time. */
const NOTICED_MS = 60_000;
/** A write each time: so what was noted is this old at most when a relay starts and has only that to go by. */
const NOTED_MS = 10_000;

/**
 * A chore, to be done every second or so. Several relays on one store each notice it; what waits there is moved once. A clock
 * that they share is asked anew before each note.
 */
export async function clockWatch(
  store: Pick<Store, "seeTime">,
  loop: Pick<DeliveryLoop, "setClockBack">,
  { now, refresh = async () => {} }: Pick<SharedClock, "now"> & Partial<SharedClock>,
  log: Logger,
): Promise<() => Promise<void>> {
  let lastMs = now();
  let notedMs = lastMs;
  const see = async (nowMs: number): Promise<void> => {
    notedMs = nowMs;
    const backMs = await store.seeTime(nowMs, lastMs, NOTICED_MS);
    if (backMs > 0)
      log.warn(
        { seconds: Math.round(backMs / 1_000) },
        "the clock was set back; what waits goes as if it never had been",
      );
  };
  await see(lastMs);
  return async () => {
    const isDue = now() - notedMs >= NOTED_MS;
    if (isDue) {
      notedMs = now();
      // Noted without asking, a time from before the clock was set back would have the others see it go back once more.
      await refresh();
    }
    const nowMs = now();
    const backMs = lastMs - nowMs;
    if (backMs > NOTICED_MS) loop.setClockBack(backMs);
    if (backMs > NOTICED_MS || isDue) await see(nowMs);
    lastMs = nowMs;
  };
}
