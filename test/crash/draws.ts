/** Chance that is the same for the same seed. */

export interface Draws {
  /** From 0 to 1. */
  next(): number;
  /** A whole number from 0, less than `limit`. */
  below(limit: number): number;
  /** Whether something of this chance happens. */
  hits(chance: number): boolean;
  /** So many hex digits. */
  hex(digits: number): string;
  /** In the form of a UUID. */
  uuid(): string;
}

export function drawsFrom(seed: number): Draws {
  let state = seed >>> 0;
  /** Mulberry32: one multiplication more than a linear generator, and its low bits are chance too. */
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  const hex = (digits: number): string => Array.from({ length: digits }, () => below(16).toString(16)).join("");
  return {
    next,
    below,
    hits: (chance) => next() < chance,
    hex,
    uuid: () => [8, 4, 4, 4, 12].map(hex).join("-"),
  };
}

/** The seed that `CRASH_SEED` names, to see a failure again; else another one each time. */
export const seedOf = (env: string | undefined): number => (env ? Number(env) : Date.now() % 2 ** 31);
