/** When a delivery that did not get through is tried again. */

const FIRST_MS = 1_000;
const LONGEST_MS = 3_600_000;

/**
 * Full jitter between one second and an hour, doubling by attempt (1 is the first). Pinterest's own Retry-After wins, but
 * for one that asks to be called again at once.
 */
export const retryDelayMs = (attempt: number, chance: number, retryAfterMs?: number): number =>
  retryAfterMs !== undefined
    ? Math.max(FIRST_MS, retryAfterMs)
    : FIRST_MS + Math.floor(chance * Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 20)));
