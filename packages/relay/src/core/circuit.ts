/**
 * When an ad account that takes nothing is asked again: seldom, and with little, until it takes something. Then with more
 * from call to call, so that a batch which Pinterest cannot bear is soon a small one and holds nobody else up.
 */

export interface Circuit {
  /** Calls in a row that ended with nobody's fault. */
  failures: number;
  /** No call before. */
  restUntilMs: number;
  /** Events that a call may hold. */
  events: number;
  /** Calls that may be under way at once. */
  calls: number;
}

/** How the sending of a claim ended. */
export interface Sent {
  heard: "answer" | "nothing" | "not asked";
  /** When Pinterest asked to be called again, where it took nothing and said so. */
  retryAfterMs?: number;
  /** No call may go before, ms since 1970: the account's budget is spent. */
  restUntilMs?: number;
  /** How small a batch was by then in which something is bad. */
  events?: number;
}

export const closed = (events: number): Circuit => ({ failures: 0, restUntilMs: 0, events, calls: 1 });

/** Events of the call that asks whether Pinterest is there again. */
export const PROBE_EVENTS = 10;
const FIRST_MS = 1_000;
/** So that a recovery is noticed within the minute. */
const LONGEST_MS = 60_000;
const GROWTH = 4;
const MOST_CALLS = 4;

/** Whatever a claim's calls brought. The next one goes on with the size at which a search for what is bad was stopped. */
export const afterClaim = (circuit: Circuit, sent: Sent, most: number, nowMs: number, chance: number): Circuit => {
  const next =
    sent.heard === "nothing"
      ? afterFailure(circuit, nowMs, chance, sent.retryAfterMs)
      : sent.heard === "answer"
        ? afterAnswer(circuit, most, nowMs)
        : circuit;
  return {
    ...next,
    restUntilMs: Math.max(next.restUntilMs, sent.restUntilMs ?? 0),
    events: Math.max(1, Math.min(next.events, sent.events ?? most)),
  };
};

/** Pinterest answered, whatever it said of the events. To a call from before a rest that goes on it says nothing of that. */
export const afterAnswer = (circuit: Circuit, most: number, nowMs: number): Circuit =>
  circuit.restUntilMs > nowMs
    ? circuit
    : {
        failures: 0,
        restUntilMs: 0,
        events: Math.min(most, circuit.events * GROWTH),
        calls: circuit.events < most ? 1 : Math.min(MOST_CALLS, circuit.calls + 1),
      };

/** Nothing was heard, or nothing that helps. Pinterest's own Retry-After wins over our pause. */
export const afterFailure = (
  { failures }: Circuit,
  nowMs: number,
  chance: number,
  retryAfterMs: number | undefined,
): Circuit => {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 20));
  const restMs =
    retryAfterMs === undefined ? FIRST_MS + Math.floor(chance * longest) : Math.max(FIRST_MS, retryAfterMs);
  return { failures: failures + 1, restUntilMs: nowMs + restMs, events: PROBE_EVENTS, calls: 1 };
};
