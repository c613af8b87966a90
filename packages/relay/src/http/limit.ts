/** How fast each of many may go: a bucket of tokens a key, which fills again at a steady rate. */

export interface Rate {
  /** Tokens of a full bucket. */
  burst: number;
  perSecond: number;
}

export interface Limit {
  /** Takes tokens and answers 0; or takes none, and answers in how many ms there will be enough. */
  take(key: string, tokens: number, nowMs: number): number;
  /** In how many ms there will be a token; 0 where there is one. */
  waitMs(key: string, nowMs: number): number;
}

/** Keys of a generation, of which there are two: few enough to stay in a processor's cache. */
const KEYS = 5_000;

/**
 * Of each key only the time is kept at which its bucket will be full again (the generic cell rate algorithm), so nothing
 * has to be refilled. What was not seen for a generation is forgotten: it starts with a full bucket, as it mostly has.
 */
export function limit({ burst, perSecond }: Rate, keys = KEYS): Limit {
  const tokenMs = 1_000 / perSecond;
  const burstMs = burst * tokenMs;
  let young = new Map<string, number>();
  let old = new Map<string, number>();

  const fullMs = (key: string, nowMs: number): number => {
    const knownMs = young.get(key) ?? old.get(key) ?? 0;
    // No bucket takes longer to fill than that: somebody has set the clock back.
    return knownMs > nowMs && knownMs <= nowMs + burstMs ? knownMs : nowMs;
  };
  return {
    take(key, tokens, nowMs) {
      const nextFullMs = fullMs(key, nowMs) + tokens * tokenMs;
      const waitMs = nextFullMs - nowMs - burstMs;
      if (waitMs > 0) return waitMs;
      if (young.size >= keys && !young.has(key)) {
        old = young;
        young = new Map();
      }
      young.set(key, nextFullMs);
      return 0;
    },
    waitMs: (key, nowMs) => Math.max(0, fullMs(key, nowMs) + tokenMs - nowMs - burstMs),
  };
}
