/** Counts by name and time as rows of a table: what the chart is drawn from, and what is read where there is none. */
import type { Counted, Period } from "../../store/reads.ts";

export interface Series {
  /** When each row begins, ms since 1970; without gaps. */
  stepsMs: number[];
  /** The first one is drawn at the bottom. */
  columns: Column[];
}

export interface Column {
  name: string;
  /** By row. */
  counts: number[];
  total: number;
}

/** What is left over where there are more names than a chart can tell apart. */
export const OTHERS = "others";

/** The names with the most first; `most` at most, and the others as one. */
export function seriesOf(counted: readonly Counted[], { sinceMs, untilMs }: Period, stepMs: number, most = 6): Series {
  const stepsMs: number[] = [];
  for (let atMs = sinceMs - (sinceMs % stepMs); atMs < untilMs; atMs += stepMs) stepsMs.push(atMs);
  const totals = totalsOf(counted);
  const ranked = [...totals.keys()].sort((a, b) => (totals.get(b) ?? 0) - (totals.get(a) ?? 0) || a.localeCompare(b));
  const shown = ranked.slice(0, ranked.length > most ? most - 1 : most);
  const names = ranked.length > most ? [...shown, OTHERS] : shown;
  const columns = names.map((name) => ({ name, counts: stepsMs.map(() => 0), total: 0 }));
  const columnOf = new Map(ranked.map((name, rank) => [name, columns[Math.min(rank, columns.length - 1)]]));
  for (const { atMs, name, count } of counted) {
    const column = columnOf.get(name);
    const row = Math.floor((atMs - (stepsMs[0] ?? 0)) / stepMs);
    if (!column || column.counts[row] === undefined) continue;
    column.counts[row] += count;
    column.total += count;
  }
  return { stepsMs, columns };
}

/** How many of each name there are in all. */
export const totalsOf = (counted: readonly Counted[]): Map<string, number> => {
  const totals = new Map<string, number>();
  for (const { name, count } of counted) totals.set(name, (totals.get(name) ?? 0) + count);
  return totals;
};
