import { expect, test } from "vitest";
import { type Reading, readReply } from "#relay/pinterest/reply";

const NOW = Date.UTC(2026, 10, 24, 10, 0, 0);
const processed = { status: "processed", error_message: null, warning_message: null };
const failed = { status: "failed", error_message: "invalid timestamp, in the past" };
const body = (...events: object[]) => ({ num_events_received: events.length, num_events_processed: 1, events });
const statuses = (...events: object[]) => ({ kind: "statuses", events });
const kind = (kind: Reading["kind"]) => expect.objectContaining({ kind });

// biome-ignore format: a table
test.each<[string, number, unknown, string | undefined, unknown]>([
  ["all processed",                        200, body(processed, processed),                           undefined, statuses({ processed: true }, { processed: true })],
  ["one failed inside a 200",              200, body(processed, failed),                              undefined, statuses({ processed: true }, { processed: false, words: failed.error_message })],
  ["a warning is kept",                    200, body({ ...processed, warning_message: "w" }, processed), undefined, statuses({ processed: true, words: "w" }, { processed: true })],
  ["too few statuses",                     200, body(processed),                                      undefined, kind("again")],
  ["a 200 of HTML",                        200, "<html>",                                             undefined, kind("again")],
  ["a truncated 200",                      200, '{"events":[{"status":',                              undefined, kind("again")],
  ["an unknown status word",               200, body({ status: "maybe" }, processed),                 undefined, kind("again")],
  ["422 with details",                     422, { code: 953, message: "m", details: body(failed, processed) }, undefined, statuses({ processed: false, words: failed.error_message }, { processed: true })],
  ["422 without details",                  422, { code: 953, message: "m", details: {} },             undefined, { kind: "one is bad", isTheirs: true, words: "422, code 953: m" }],
  ["400",                                  400, { code: 4196, message: "The request was invalid." },  undefined, { kind: "one is bad", isTheirs: true, words: "400, code 4196: The request was invalid." }],
  ["413 of a gateway",                     413, "<html>",                                             undefined, { kind: "one is bad", isTheirs: false, words: "413" }],
  ["401",                                  401, { code: 2, message: "Authentication failed." },       undefined, { kind: "no access", words: "401, code 2: Authentication failed." }],
  ["403",                                  403, { code: 29, message: "no" },                          undefined, kind("no access")],
  ["429",                                  429, { code: 8, message: "slow" },                         undefined, { kind: "again", words: "429, code 8: slow" }],
  ["429 with seconds",                     429, { code: 8, message: "slow" },                         "30",      { kind: "again", words: "429, code 8: slow", retryAfterMs: 30_000 }],
  ["429 with a date",                      429, "",                                                   "Tue, 24 Nov 2026 10:01:00 GMT", { kind: "again", words: "429", retryAfterMs: 60_000 }],
  ["429 with a date gone by",              429, "",                                                   "Tue, 24 Nov 2026 09:01:00 GMT", { kind: "again", words: "429", retryAfterMs: 0 }],
  ["429 with rubbish",                     429, "",                                                   "soon",    { kind: "again", words: "429" }],
  ["429 with a year",                      429, "",                                                   "31536000", { kind: "again", words: "429", retryAfterMs: 86_400_000 }],
  ["503",                                  503, { code: 4197, message: "ramped down" },               undefined, kind("again")],
  ["500 of HTML",                          500, "<html>",                                             undefined, { kind: "again", words: "500" }],
  ["a redirect",                           302, "",                                                   undefined, kind("again")],
])("%s", (_, status, sent, retryAfter, reading) => {
  const text = typeof sent === "string" ? sent : JSON.stringify(sent);
  expect(readReply({ status, body: text, ...(retryAfter ? { retryAfter } : {}) }, 2, NOW)).toEqual(reading);
});

test.each([
  ["value jane@example.com is no hash", "value … is no hash"],
  ["em 48ddb93f0b30c475423fe177832912c5bcdce3cc72872f8051627967ef278e08 is unknown", "em … is unknown"],
  ["from 203.0.113.7, 2001:db8::7 or 2a02:908:1:2:3:4:5:6", "from …, … or …"],
  ["ph +1 (503) 555-0142 is no hash", "ph … is no hash"],
  [
    "event_time 1793500000 is in the future (ad account 549755885175, 10:00:01)",
    "event_time 1793500000 is in the future (ad account 549755885175, 10:00:01)",
  ],
])("of Pinterest's words %j is kept as %j", (message, words) => {
  const text = JSON.stringify({ code: 1, message });
  expect(readReply({ status: 400, body: text }, 1, NOW)).toEqual({
    kind: "one is bad",
    isTheirs: true,
    words: `400, code 1: ${words}`,
  });
});
