/** What Pinterest turned away of late, as the page tells it. Pure. */
import type { ApiCall, FailedEvent } from "./records.ts";

export interface Refusal {
  atMs: number;
  status: ApiCall["status"];
  /** Pinterest's own, or what came in their place. */
  words: string;
  /** The first few of the events that failed one by one. */
  failed: FailedEvent[];
  failedCount: number;
}

/** So many calls are told of, and so many events of each. */
const CALLS = 5;
const EVENTS = 3;

/** Newest first: calls that were not answered with 200, and those whose events did not all pass. */
export const refusalsOf = (calls: readonly ApiCall[]): Refusal[] => {
  const found: Refusal[] = [];
  for (let at = calls.length - 1; at >= 0 && found.length < CALLS; at -= 1) {
    const call = calls[at];
    if (call && (isRefused(call) || call.failed)) found.push(refusalOf(call));
  }
  return found;
};

/** Answered with anything but 200, or not at all. */
export const isRefused = ({ status }: ApiCall): boolean => status !== 200 && status !== "open";

const refusalOf = ({ atMs, status, words = "", failed = [] }: ApiCall): Refusal => ({
  atMs,
  status,
  words,
  failed: failed.slice(0, EVENTS),
  failedCount: failed.length,
});
