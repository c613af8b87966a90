/** Chance that is the same in every run, so that a made-up week is too. */
export interface Chance {
  /** From 0 to below 1. */
  next(): number;
  /** Whether what happens so often (0 to 1) happens now. */
  is(often: number): boolean;
  /** A whole number from `least` to `most`. */
  within(least: number, most: number): number;
  one<T>(of: readonly T[]): T;
  hex(digits: number): string;
}

/** Mulberry32: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const within = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    within,
    is: (often) => next() < often,
    one: (of) => {
      const found = of[within(0, of.length - 1)];
      if (found === undefined) throw new Error("nothing to choose from");
      return found;
    },
    hex: (digits) => Array.from({ length: digits }, () => within(0, 15).toString(16)).join(""),
  };
}
