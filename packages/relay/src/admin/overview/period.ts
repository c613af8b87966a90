/** The period that the overview is of, chosen by a link. */
import type { Period } from "../../store/reads.ts";

const DAY = 86_400_000;

/** Each with the step of its charts, by which it begins: the first bar is as wide as the others. */
// biome-ignore format: a table
export const PERIODS = [
  ["24h", "24 hours", DAY,      DAY / 24],
  ["7d",  "7 days",   7 * DAY,  DAY / 4],
  ["30d", "30 days",  30 * DAY, DAY],
] as const;

export interface Chosen {
  word: (typeof PERIODS)[number][0];
  title: string;
  period: Period;
}

export const periodOf = (asked: string | null, nowMs: number): Chosen => {
  const [word, title, lengthMs, stepMs] = PERIODS.find(([one]) => one === asked) ?? PERIODS[1];
  const sinceMs = nowMs - lengthMs;
  return { word, title, period: { sinceMs: sinceMs - (sinceMs % stepMs), untilMs: nowMs + 1 } };
};
