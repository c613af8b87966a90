/** Which verdicts a reader is given, and how many there are of each. Pure. */
import type { Verdict, VerdictName } from "./verdict.ts";

export interface Wanted {
  /** So many of the newest; all if not told. */
  last?: number;
  /** Only those with this verdict. */
  only?: string;
}

/** All is as it should be: these may drop out of the list, the others never. */
const FINE: readonly VerdictName[] = ["counted once", "browser only"];

/** The newest, and of older ones those with something amiss: what goes wrong must not be pushed off the page. */
export const listed = (verdicts: readonly Verdict[], { last = Number.POSITIVE_INFINITY, only }: Wanted): Verdict[] => {
  const wanted = only ? verdicts.filter(({ verdict }) => verdict === only) : verdicts;
  return wanted.filter(({ verdict }, at) => at >= wanted.length - last || !FINE.includes(verdict));
};

export const totalsOf = (verdicts: readonly Verdict[]): Record<VerdictName, number> => {
  const totals: Record<VerdictName, number> = {
    "counted once": 0,
    "browser only": 0,
    "one half missing": 0,
    "halves disagree": 0,
    "counted twice": 0,
  };
  for (const { verdict } of verdicts) totals[verdict] += 1;
  return totals;
};
