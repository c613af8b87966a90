/** Sums up what was measured. */

/** The number below which such a share of all lies, nearest rank; NaN of none. */
export const percentile = (numbers: readonly number[], share: number): number =>
  [...numbers].sort((a, b) => a - b)[Math.round((numbers.length - 1) * share)] ?? Number.NaN;

export const median = (numbers: readonly number[]): number => percentile(numbers, 0.5);
export const p90 = (numbers: readonly number[]): number => percentile(numbers, 0.9);

/** The least and the most of all rounds. */
export const rangeOf = (numbers: readonly number[]): readonly [number, number] => [
  Math.min(...numbers),
  Math.max(...numbers),
];

/** Round by round, since rounds that took turns had the same machine. */
export const quotients = (numbers: readonly number[], by: readonly number[]): number[] =>
  numbers.map((number, round) => number / (by[round] ?? Number.NaN));
