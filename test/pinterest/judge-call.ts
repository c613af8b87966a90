/** Judges one call to the API for Conversions as Pinterest does: who calls, what they send, each event. Pure. */
import type { ConversionEvent } from "./conversion-event.ts";
import { type Rule, type Status, statusOf } from "./rules.ts";
import { readCall } from "./schema.ts";

/** The account whose events are taken, and the token that may send them. */
export interface Account {
  adAccountId: string;
  token: string;
}

export interface Asked {
  authorization: string | undefined;
  contentType: string | undefined;
  adAccountId: string;
  /** The query's `test`, as it was written. */
  test: unknown;
  /** The parsed body; undefined where it is no JSON. */
  body: unknown;
}

/** Pinterest's answer to a call whose events were looked at. */
export interface Statuses {
  num_events_received: number;
  num_events_processed: number;
  events: Status[];
}

export interface PinterestError {
  code: number;
  message: string;
  details?: Statuses;
}

export interface Judgement {
  status: number;
  body: Statuses | PinterestError;
  processed: ConversionEvent[];
  /** What is said of each event that was looked at, in the order of the call. */
  judged: readonly (readonly [event: ConversionEvent, status: Status])[];
}

/** In test mode only this many events of a call are processed. */
export const TEST_EVENTS = 20;

// biome-ignore format: a table
export const ERRORS = {
  400: { code: 4196, message: "The request was invalid." },
  401: { code: 2,    message: "Authentication failed." },
  403: { code: 29,   message: "You are not permitted to access that resource." },
  422: { code: 953,  message: "Not all events were processed." },
  429: { code: 8,    message: "This request exceeded a rate limit." },
  500: { code: 0,    message: "Something went wrong on our side." },
  503: { code: 4197, message: "The endpoint has been ramped down and is currently not accepting any traffic." },
} as const satisfies Record<number, PinterestError>;

/** `also` are rules that hold for this call only: faults on demand. */
export function judgeCall(call: Asked, account: Account, nowMs: number, also: readonly Rule[] = []): Judgement {
  if (call.authorization !== `Bearer ${account.token}`) return refusal(401);
  if (!/^\d{1,18}$/.test(call.adAccountId)) return refusal(400, "ad_account_id must be up to 18 digits");
  if (call.adAccountId !== account.adAccountId) return refusal(403);
  if (!isTestFlag(call.test)) return refusal(400, "test must be true or false");
  if (!/^application\/json\s*(;|$)/i.test(call.contentType ?? "")) {
    return refusal(400, "the body must be of type application/json");
  }
  if (call.body === undefined) return refusal(400, "the body is not JSON");
  const read = readCall(call.body);
  if ("breach" in read) return refusal(400, read.breach);
  return judgeEvents(
    read.data,
    Math.floor(nowMs / 1000),
    call.test === "true" ? [...also, beyondTest(read.data)] : also,
  );
}

const judgeEvents = (events: ConversionEvent[], now: number, also: readonly Rule[]): Judgement => {
  const judged = events.map((event) => [event, statusOf(event, now, also)] as const);
  const statuses = judged.map(([, status]) => status);
  const processed = judged.filter(([, { status }]) => status === "processed").map(([event]) => event);
  const body = { num_events_received: events.length, num_events_processed: processed.length, events: statuses };
  return processed.length === events.length
    ? { status: 200, body, processed, judged }
    : { status: 422, body: { ...ERRORS[422], details: body }, processed, judged };
};

const isTestFlag = (test: unknown): boolean => test === undefined || test === "true" || test === "false";

const beyondTest = (events: readonly ConversionEvent[]): Rule => {
  const within = new Set(events.slice(0, TEST_EVENTS));
  return (event) => !within.has(event) && `test mode processes at most ${TEST_EVENTS} events of a request`;
};

const refusal = (status: 400 | 401 | 403, words?: string): Judgement => {
  const { code, message } = ERRORS[status];
  return { status, body: { code, message: words ? `${message} ${words}` : message }, processed: [], judged: [] };
};
