/**
 * Cart adds whose end this page may not live to see: kept in this tab's sessionStorage, for its next page to find out.
 * Where that is denied or full nothing is kept, and nothing breaks.
 */
import { attempt } from "../guard.ts";
import type { Thing } from "../thing.ts";

const KEY = "_pinrelay.pending";
const KEPT = 20;
const KEPT_MS = 600_000;

/** What is to be told if the shop took it, and when and where the shopper asked for it. */
export interface Pending {
  said: Thing;
  time: number;
  address: string;
}

/** All that wait, the oldest first. */
export const pendings = (now: number): Pending[] =>
  attempt(() => {
    const all: Pending[] = JSON.parse(sessionStorage[KEY]);
    return all.filter(({ time }) => now - time < KEPT_MS).slice(-KEPT);
  }) ?? [];

export const note = (pending: Pending): void => keep([...pendings(pending.time), pending]);

/** Forgets one: it has been told, or never came about. */
export const settled = ({ time }: Pending): void => keep(pendings(time).filter((other) => other.time !== time));

const keep = (all: readonly Pending[]): void => {
  attempt(() => {
    sessionStorage[KEY] = JSON.stringify(all);
  });
};
