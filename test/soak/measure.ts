/** What a process and its database take up, and whether that grows. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";

export interface Sample {
  atMs: number;
  rssBytes: number;
  /** Open file descriptors. */
  files: number;
  databaseBytes: number;
  /** Events the ledger holds by count of what was accepted and purged. */
  held: number;
}

/** Linux keeps both in /proc. */
export const rssBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1_024;
export const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

/** A SQLite database with its log. */
export const fileBytes = (path: string): number =>
  readdirSync(dirname(path))
    .filter((name) => name.startsWith(basename(path)))
    .reduce((sum, name) => sum + statSync(join(dirname(path), name)).size, 0);

/** By how much `of` grows a minute, by least squares. */
export const slopePerMinute = (samples: readonly Sample[], of: (sample: Sample) => number): number => {
  const minutes = samples.map(({ atMs }) => atMs / 60_000);
  const [x, y] = [mean(minutes), mean(samples.map(of))];
  const up = samples.reduce((sum, sample, n) => sum + ((minutes[n] ?? 0) - x) * (of(sample) - y), 0);
  return up / minutes.reduce((sum, minute) => sum + (minute - x) ** 2, 0);
};

export const mean = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
