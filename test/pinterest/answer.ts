/** What goes back over the line, and how faults make it or spoil it. Pure. */
import type { Fault } from "./faults.ts";
import { ERRORS, type Judgement, type Statuses } from "./judge-call.ts";
import type { Rule } from "./rules.ts";

export interface Answer {
  status: number;
  type: "json" | "html";
  body: string;
  /** What it says to people; nothing where all is well. */
  words?: string;
  retryAfter?: string;
}

/** Longer than any answer of Pinterest's. */
export const HUGE_BYTES = 10_000_000;

/** The answer of a fault that leaves nothing to judge; undefined for one that only spoils. */
export function answerInstead(fault: Fault, nowMs: number): Answer | "dropped" | undefined {
  switch (fault.kind) {
    case "429":
      return { ...json(429, ERRORS[429]), ...retryAfter(fault, nowMs) };
    case "503":
      return { ...json(503, ERRORS[503]), ...retryAfter(fault, nowMs) };
    case "500":
      return json(500, ERRORS[500]);
    case "400":
      return json(400, ERRORS[400]);
    case "401":
      return json(401, ERRORS[401]);
    case "403":
      return json(403, ERRORS[403]);
    case "422 without details":
      return json(422, ERRORS[422]);
    case "html":
      return {
        status: fault.status ?? 502,
        type: "html",
        body: GATEWAY,
        words: "An HTML page of a gateway on the way.",
      };
    case "drop before":
      return "dropped";
    case "poison":
      return json(400, ERRORS[400]);
    default:
      return undefined;
  }
}

/** The rule that a fault adds to the judging of one call. */
export function ruleOf(fault: Fault): Rule | undefined {
  if (fault.kind === "fail events") {
    const pattern = new RegExp(fault.idPattern);
    return ({ event_id }) => pattern.test(event_id) && ON_DEMAND;
  }
  if (fault.kind !== "422") return undefined;
  let isOdd = false;
  return () => {
    isOdd = !isOdd;
    return isOdd && ON_DEMAND;
  };
}

/** What Pinterest judged, as it arrives after these faults. */
export function answerAfter({ status, body }: Judgement, faults: readonly Fault[]): Answer | "dropped" {
  const kinds = faults.map(({ kind }) => kind);
  if (kinds.includes("drop after")) return "dropped";
  const asked = faults.find((fault) => fault.kind === "fail events")?.status;
  const judged = "details" in body && body.details && asked === 200 ? json(200, body.details) : json(status, body);
  if (kinds.includes("truncated")) return { ...judged, body: judged.body.slice(0, judged.body.length / 2) };
  if (!("events" in body)) return judged;
  if (kinds.includes("wrong count")) return json(status, { ...body, events: body.events.slice(1) });
  return kinds.includes("huge") ? json(status, padded(body)) : judged;
}

const ON_DEMAND = "refused on demand";

const GATEWAY = `<!doctype html>
<html lang="en"><title>502 Bad Gateway</title><h1>Bad Gateway</h1><p>The upstream server did not answer.</p></html>
`;

const json = (status: number, body: Judgement["body"]): Answer => ({
  status,
  type: "json",
  body: JSON.stringify(body),
  ...("message" in body ? { words: body.message } : {}),
});

const retryAfter = (
  { retryAfterSeconds, retryAfterDateInSeconds }: { retryAfterSeconds?: number; retryAfterDateInSeconds?: number },
  nowMs: number,
): { retryAfter?: string } => {
  if (retryAfterSeconds !== undefined) return { retryAfter: String(retryAfterSeconds) };
  if (retryAfterDateInSeconds === undefined) return {};
  return { retryAfter: new Date(nowMs + retryAfterDateInSeconds * 1000).toUTCString() };
};

const padded = (body: Statuses): Statuses => ({
  ...body,
  events: body.events.map((event, at) => (at === 0 ? { ...event, warning_message: "x".repeat(HUGE_BYTES) } : event)),
});
