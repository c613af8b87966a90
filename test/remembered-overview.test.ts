/** Figures that take long are shown as they were, and counted anew behind whoever looks; others are always counted. */
import { expect, test } from "vitest";
import { rememberingOverview } from "#relay/store/remembered-overview";
import { startRelay } from "./start.ts";
import { until } from "./until.ts";

const DAY = 86_400_000;

/** Reads of an empty ledger of which each count takes as long as `tookMs` says; the figure told is how often it was counted. */
async function slowReads(tookMs: () => number) {
  const { relay } = await startRelay();
  let nowMs = 0;
  let counted = 0;
  const reads = rememberingOverview(
    {
      ...relay.store.reads,
      async overview(shop, period) {
        const overview = await relay.store.reads.overview(shop, period);
        nowMs += tookMs();
        counted += 1;
        return { ...overview, duplicates: counted };
      },
    },
    () => nowMs,
  );
  const ask = async (days = 7) => (await reads.overview(1, { sinceMs: 0, untilMs: days * DAY })).duplicates;
  return { ask, counted: () => counted, pass: (ms: number) => (nowMs += ms), close: () => relay.close() };
}

test("what is counted at once is counted each time", async () => {
  const slow = await slowReads(() => 20);
  expect(await slow.ask()).toBe(1);
  expect(await slow.ask()).toBe(2);
  await slow.close();
});

test("what takes long is remembered for a minute, by the length of its period", async () => {
  const slow = await slowReads(() => 400);
  expect(await slow.ask()).toBe(1);
  slow.pass(50_000);
  expect(await slow.ask()).toBe(1);
  expect(await slow.ask(30)).toBe(2);
  await slow.close();
});

test("older figures are shown once more while they are counted anew, and very old ones are not", async () => {
  const slow = await slowReads(() => 400);
  await slow.ask();
  slow.pass(90_000);
  expect(await slow.ask()).toBe(1);
  await until(() => slow.counted() === 2);
  expect(await slow.ask()).toBe(2);
  slow.pass(2 * 3_600_000);
  expect(await slow.ask()).toBe(3);
  await slow.close();
});
