import { expect, test } from "vitest";
import type { ApiCall } from "./records.ts";
import { refusalsOf } from "./refusals.ts";
import { NOW } from "./samples.ts";

const answered = (change: Partial<ApiCall> = {}): ApiCall => ({
  atMs: NOW,
  status: 200,
  body: '{"data":[]}',
  test: false,
  ...change,
});
const failed = { apiName: "checkout", eventId: "order.k3x9.5001001", words: "refused on demand" };

test("calls that went well, or are not answered yet, are no refusals", () => {
  expect(refusalsOf([answered(), answered({ status: "open" })])).toEqual([]);
});

test("the last few are told, newest first", () => {
  const calls = [400, 401, 403, 429, 500, 503].map((status) => answered({ status }));
  expect(refusalsOf([answered(), ...calls, answered()]).map(({ status }) => status)).toEqual([503, 500, 429, 403, 401]);
});

test("a call answered with 200 is told if events of it failed; of many, a few", () => {
  const [refusal] = refusalsOf([answered({ failed: Array(9).fill(failed) })]);
  expect(refusal).toEqual({ atMs: NOW, status: 200, words: "", failed: [failed, failed, failed], failedCount: 9 });
});
