/**
 * The time of day where the store is. Relays on several machines have clocks that differ by seconds, and leases, holds and
 * the budget of calls are times of day that they share.
 */

export interface SharedClock {
  now(): number;
  /** Asks again, since two clocks drift apart. */
  refresh(): Promise<void>;
}

const SAMPLES = 3;
/** What differs by less may be the way there and back. */
const NOTICED_MS = 20;

/** `read` tells the time there. Between two readings this process's own monotonic clock goes on. */
export async function sharedClock(read: () => Promise<number>): Promise<SharedClock> {
  /** The time there when this process's clock was at zero, from the quickest of a few answers. */
  const measured = async (): Promise<number> => {
    let best = { tookMs: Number.POSITIVE_INFINITY, zeroMs: 0 };
    for (let sample = 0; sample < SAMPLES; sample += 1) {
      const beforeMs = performance.now();
      const thereMs = await read();
      const tookMs = performance.now() - beforeMs;
      if (tookMs < best.tookMs) best = { tookMs, zeroMs: thereMs - beforeMs - tookMs / 2 };
    }
    return best.zeroMs;
  };
  let zeroMs = await measured();
  return {
    now: () => Math.round(zeroMs + performance.now()),
    async refresh() {
      const again = await measured();
      if (Math.abs(again - zeroMs) > NOTICED_MS) zeroMs = again;
    },
  };
}
