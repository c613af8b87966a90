/** How many calls a minute an ad account may have. Of each only the time is kept at which its budget is whole again. */

export const MINUTE = 60_000;
/** Calls that may go at once after a pause: no more than a second's. */
export const BURST_MS = 1_000;

/** The new time at which the budget is whole once a call was taken from it; or in how many ms there is one to take. */
export const nextCall = (fullMs: number, perMinute: number, nowMs: number): { fullMs: number } | { waitMs: number } => {
  const callMs = MINUTE / perMinute;
  const burstMs = Math.max(BURST_MS, callMs);
  // No budget takes longer than that to be whole: somebody has set the clock back.
  const from = fullMs > nowMs && fullMs <= nowMs + burstMs + callMs ? fullMs : nowMs;
  const next = from + callMs;
  return next - nowMs > burstMs ? { waitMs: Math.ceil(next - nowMs - burstMs) } : { fullMs: next };
};
