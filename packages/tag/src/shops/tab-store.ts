/**
 * Cart adds whose end a page may not live to see: kept in this tab's sessionStorage, for its next page to find out.
 * Where that is forbidden or full, or consent is denied, nothing is kept, and nothing breaks.
 */
import { isDenied } from "../denial.ts";
import { attempt } from "../guard.ts";

const KEPT = 20;
const KEPT_MS = 600_000;

export interface TabStore<One> {
  /** All that are not too old, the oldest first. */
  all(): One[];
  /** Answers whether it could. */
  add(one: One): boolean | undefined;
  drop(isOver: (one: One) => boolean | undefined): void;
  /** Writes what `step` changes in each. */
  change(step: (one: One) => void): void;
}

/** What is kept under a key; `time` is when the shopper asked for it. */
export const tabStore = <One extends { time: number }>(key: string): TabStore<One> => {
  const all = (): One[] =>
    attempt(() => {
      const kept: One[] = JSON.parse(sessionStorage[key]);
      return kept.filter(({ time }) => Date.now() - time < KEPT_MS).slice(-KEPT);
    }) ?? [];
  const keep = (kept: readonly One[]) =>
    attempt(() => {
      if (isDenied() && kept[0]) return false;
      sessionStorage[key] = JSON.stringify(kept);
      return true;
    });
  return {
    all,
    add: (one) => keep([...all(), one]),
    drop: (isOver) => keep(all().filter((one) => !isOver(one))),
    change(step) {
      const kept = all();
      kept.forEach(step);
      keep(kept);
    },
  };
};
