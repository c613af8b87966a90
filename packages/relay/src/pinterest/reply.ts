/** Reads Pinterest's answer to one call: what it says of each event, or what is to be done with all of them. */
import { z } from "zod";
import { discreet } from "../core/discreet.ts";

export type Reading =
  | { kind: "statuses"; events: readonly EventStatus[] }
  /** Some event is at fault, and Pinterest does not say which: the whole call counts for nothing. */
  | { kind: "one is bad"; words: string /** In Pinterest's own words; else a gateway's. */; isTheirs: boolean }
  /** The token or the ad account, not the events: nothing goes until somebody mends it. */
  | { kind: "no access"; words: string }
  /** Nobody's fault: the same bytes again, later. */
  | { kind: "again"; words: string; retryAfterMs?: number };

export interface EventStatus {
  processed: boolean;
  /** Pinterest's error or warning. */
  words?: string;
}

export interface Reply {
  status: number;
  /** Body as text; empty where there was none or too much of it. */
  body: string;
  retryAfter?: string;
}

const statuses = z.object({
  events: z.array(
    z.object({
      status: z.enum(["processed", "failed"]),
      error_message: z.string().nullish(),
      warning_message: z.string().nullish(),
    }),
  ),
});
const fault = z.object({ code: z.number(), message: z.string() });
const detailed = z.object({ details: statuses });

/** `sent` is how many events the call held; `nowMs` is for a Retry-After that names a date. */
export function readReply(reply: Reply, sent: number, nowMs: number): Reading {
  const body = parsed(reply.body);
  const words = wordsOf(reply, body);
  const isTheirs = fault.safeParse(body).success;
  switch (reply.status) {
    case 200:
      return statusesOf(body, sent) ?? { kind: "again", words: "200 whose body could not be read" };
    case 422:
      return statusesOf(detailed.safeParse(body).data?.details, sent) ?? { kind: "one is bad", words, isTheirs };
    // Nobody says so, but a gateway may: then half of it may pass.
    case 413:
    case 400:
      return { kind: "one is bad", words, isTheirs };
    case 401:
    case 403:
      return { kind: "no access", words };
    // In Pinterest's own words it says that there is no such ad account; anybody else's may be of a gateway's moment.
    case 404:
      return isTheirs ? { kind: "no access", words } : { kind: "again", words };
    default:
      return { kind: "again", words, ...retryAfter(reply.retryAfter, nowMs) };
  }
}

const statusesOf = (body: unknown, sent: number): Reading | undefined => {
  const events = statuses.safeParse(body).data?.events;
  if (events?.length !== sent) return undefined;
  return { kind: "statuses", events: events.map(statusOf) };
};

const statusOf = (event: z.output<typeof statuses>["events"][number]): EventStatus => {
  const words = event.error_message ?? event.warning_message;
  return { processed: event.status === "processed", ...(words ? { words: discreet(words) } : {}) };
};

const wordsOf = ({ status }: Reply, body: unknown): string => {
  const known = fault.safeParse(body).data;
  return known ? `${status}, code ${known.code}: ${discreet(known.message)}` : `${status}`;
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Both forms of RFC 9110: seconds, or a date. A day at most, whatever it says. */
const retryAfter = (header: string | undefined, nowMs: number): { retryAfterMs?: number } => {
  if (header === undefined) return {};
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isFinite(ms) ? { retryAfterMs: Math.min(Math.max(ms, 0), 86_400_000) } : {};
};
