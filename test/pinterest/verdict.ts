/** How Pinterest counts one event, going by what both channels told of it. Pure. */
import { isServerOnly, PAGE } from "./event-names.ts";
import { browserHalf, differences, type Half, serverHalf } from "./halves.ts";
import type { BrowserHit, ServerEvent } from "./records.ts";
import { bytesOf, changes } from "./told-again.ts";

export type VerdictName = "counted once" | "browser only" | "one half missing" | "halves disagree" | "counted twice";

/** All that came under one event name and event ID. */
export interface Occurrence {
  apiName: string;
  eventId: string;
  browser: BrowserHit[];
  /** Processed, and recorded. */
  server: ServerEvent[];
  /** Arrivals in test mode, of which Pinterest records nothing. */
  tests: number;
}

export interface Verdict {
  /** The event's name in the API for Conversions; "page" for the Tag's base call, which has none there. */
  apiName: string;
  /** Empty where the browser told an event without one. */
  eventId: string;
  verdict: VerdictName;
  why: string;
  browser?: Half;
  server?: Half;
  /** Pinterest drops the Tag's own repetitions of an event ID. */
  browserArrivals: number;
  /** Processed arrivals, retries with the same bytes among them. Test mode does not count. */
  serverArrivals: number;
  /** Pinterest's warning_messages, once each; the events were processed all the same. */
  warnings?: string[];
}

/** What arrives later than this after it happened counts as offline, and nothing offline is deduplicated. */
const OFFLINE_MS = 3_600_000;

/** `sameId`: all that came under this event ID, this occurrence among them. */
export function verdictOf(one: Occurrence, sameId: readonly Occurrence[]): Verdict {
  const {
    apiName,
    eventId,
    browser: [hit],
    server: [event],
  } = one;
  const browser = hit && browserHalf(hit);
  const server = event && serverHalf(event);
  const warnings = [...new Set(one.server.flatMap(({ warning }) => warning ?? []))];
  const [verdict, why] = countedTwice(one, sameId) ?? halfMissing(one) ?? disagreement(browser, server) ?? ONCE;
  return {
    apiName,
    eventId,
    verdict,
    why,
    ...(browser ? { browser } : {}),
    ...(server ? { server } : {}),
    browserArrivals: one.browser.length,
    serverArrivals: one.server.length,
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

type Ruling = readonly [verdict: VerdictName, why: string];

const ONCE: Ruling = ["counted once", "both halves agree"];

const countedTwice = (one: Occurrence, sameId: readonly Occurrence[]): Ruling | undefined => {
  if (one.server.length > 1 && new Set(one.server.map(bytesOf)).size > 1) {
    return [
      "counted twice",
      `the server told it more than once, and not with the same bytes: ${changes(one.server).join(" · ")}`,
    ];
  }
  const late = one.server.filter(({ atMs, event_time }) => atMs - event_time * 1000 > OFFLINE_MS);
  const others = one.server.length - late.length + one.browser.length;
  if (late.length > 1 || (late.length === 1 && others > 0)) {
    return ["counted twice", "the server told it over an hour after it happened: offline, so not deduplicated"];
  }
  const stray = sameId.find((other) => other !== one && isOtherHalf(one, other));
  return stray && ["counted twice", `one event ID under two names that are no pair: also told as ${stray.apiName}`];
};

/** Whether two names under one event ID are a half each, where one event should have had both. */
const isOtherHalf = (a: Occurrence, b: Occurrence): boolean =>
  a.apiName !== PAGE &&
  b.apiName !== PAGE &&
  ((a.browser.length === 0 && b.server.length === 0) || (a.server.length === 0 && b.browser.length === 0));

const halfMissing = ({ apiName, eventId, browser, server, tests }: Occurrence): Ruling | undefined => {
  if (browser.length > 0 && server.length > 0) return undefined;
  if (browser.length === 0) {
    return isServerOnly(apiName)
      ? ["counted once", "the Pinterest Tag has no such event"]
      : ["one half missing", "the browser half is missing"];
  }
  if (apiName === PAGE) return ["browser only", "the Pinterest Tag's base call"];
  if (eventId === "") return ["one half missing", "told by the browser without an event ID, so nothing can meet it"];
  return tests > 0
    ? ["one half missing", "the server half came in test mode only, of which nothing is recorded"]
    : ["one half missing", "the server half is missing"];
};

const disagreement = (browser: Half | undefined, server: Half | undefined): Ruling | undefined => {
  const found = browser && server ? differences(browser, server) : [];
  return found.length > 0 ? ["halves disagree", found.join(" · ")] : undefined;
};
