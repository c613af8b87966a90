/** Sums up what was measured. */

const at = (numbers: readonly number[], share: number): number =>
  [...numbers].sort((a, b) => a - b)[Math.round((numbers.length - 1) * share)] ?? Number.NaN;

export const median = (numbers: readonly number[]): number => at(numbers, 0.5);
export const p90 = (numbers: readonly number[]): number => at(numbers, 0.9);
