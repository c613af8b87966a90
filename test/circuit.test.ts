import fc from "fast-check";
import { expect, test } from "vitest";
import { afterAnswer, afterClaim, afterFailure, type Circuit, closed, PROBE_EVENTS } from "#relay/core/circuit";
import { runs } from "./long.ts";

const NOW = Date.UTC(2026, 10, 24, 10, 0, 0);
const MINUTE = 60_000;
/** When every rest is over. */
const LATER = NOW + 10 * MINUTE;
const failed = (times: number, chance = 1): Circuit =>
  Array.from({ length: times }).reduce<Circuit>((one) => afterFailure(one, NOW, chance, undefined), closed(1_000));

test("a call that brings nothing is followed by a rest, and that by one small call", () => {
  expect(afterFailure(closed(1_000), NOW, 0, undefined)).toEqual({
    failures: 1,
    restUntilMs: NOW + 1_000,
    events: PROBE_EVENTS,
    calls: 1,
  });
});

test("the rest grows with every failure, and is never much longer than a minute", () => {
  const rests = [1, 2, 3, 4, 5, 6, 7, 30, 400].map((times) => failed(times).restUntilMs - NOW);
  expect(rests).toEqual([2_000, 3_000, 5_000, 9_000, 17_000, 33_000, 61_000, 61_000, 61_000]);
  expect(failed(30, 0).restUntilMs - NOW).toBe(1_000);
});

test("Pinterest's own word of when to come again wins, but for one that says at once", () => {
  const after = (ms: number) => afterFailure(failed(5), NOW, 1, ms).restUntilMs - NOW;
  expect([after(120_000), after(10 * MINUTE), after(0)]).toEqual([120_000, 10 * MINUTE, 1_000]);
});

test("after an answer it goes on, with more from call to call until all goes at once", () => {
  let circuit = failed(9);
  const grown: [number, number][] = [];
  for (let times = 0; times < 8; times += 1) {
    circuit = afterAnswer(circuit, 1_000, LATER);
    grown.push([circuit.events, circuit.calls]);
  }
  expect(grown).toEqual([
    [40, 1],
    [160, 1],
    [640, 1],
    [1_000, 1],
    [1_000, 2],
    [1_000, 3],
    [1_000, 4],
    [1_000, 4],
  ]);
  expect(circuit).toMatchObject({ failures: 0, restUntilMs: 0 });
});

test("an answer to a call from before a rest does not end the rest", () => {
  const resting = afterFailure(closed(1_000), NOW, 0, MINUTE);
  expect(afterAnswer(resting, 1_000, NOW + MINUTE - 1)).toEqual(resting);
  expect(afterAnswer(resting, 1_000, NOW + MINUTE)).toMatchObject({ failures: 0, restUntilMs: 0, events: 40 });
});

test("a search for a bad event that was stopped goes on with the size it had come to", () => {
  const stopped = { heard: "not asked", restUntilMs: NOW + 1_000, events: 125 } as const;
  const next = afterClaim(closed(1_000), stopped, 1_000, NOW, 0);
  expect(next).toEqual({ failures: 0, restUntilMs: NOW + 1_000, events: 125, calls: 1 });
  expect(afterClaim(next, { heard: "answer" }, 1_000, NOW + 1_000, 0).events).toBe(500);
});

test("whatever happens, it never rests for more than a minute and a second by itself, and always tries something", () => {
  const happening = fc.oneof(fc.constant("answer" as const), fc.double({ min: 0, max: 1, noNaN: true }));
  fc.assert(
    fc.property(fc.array(happening), fc.constantFrom(20, 1_000), (all, most) => {
      const end = all.reduce<Circuit>(
        (circuit, one) =>
          one === "answer" ? afterAnswer(circuit, most, LATER) : afterFailure(circuit, NOW, one, undefined),
        closed(most),
      );
      expect(end.restUntilMs).toBeLessThanOrEqual(NOW + MINUTE + 1_000);
      expect(end.events).toBeGreaterThan(0);
      expect(end.events).toBeLessThanOrEqual(Math.max(most, PROBE_EVENTS));
      expect(end.calls).toBeGreaterThan(0);
    }),
    { numRuns: runs(200) },
  );
});
