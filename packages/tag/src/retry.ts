/** How long to rest after a try that failed: doubles from a second up to four minutes, on top of the Retry-After. Pure. */
export const retryMs = (tries: number, chance: number, retryAfterSeconds: number): number =>
  (retryAfterSeconds + 2 ** Math.min(tries, 8) * (0.5 + chance / 2)) * 1_000;
