/** What was answered with 2xx is there after the worst, and goes to Pinterest: the process killed without a word, again and again. */
import { afterEach, describe, expect, test } from "vitest";
import { seedOf } from "./crash/draws.ts";
import { summaryOf } from "./crash/findings.ts";
import { killAgainAndAgain } from "./crash/killing.ts";
import { STORES, type TriedStore } from "./crash/stores.ts";

/** All kills of the long form (`npm run test:crash`), or as many as `npm test` has time for. */
const isLong = process.env.TEST_LENGTH === "long";
const KILLS = isLong ? 200 : 8;
const LIMIT_MS = isLong ? 30 * 60_000 : 90_000;

let store: TriedStore | undefined;
afterEach(async () => {
  await store?.drop();
  store = undefined;
});

describe.each(STORES)("on %s", (name, make) => {
  test(
    "a relay that is killed at random moments under load loses nothing that it answered for, and sends nothing anew that it knows as sent",
    async () => {
      store = await make();
      const seed = seedOf(process.env.CRASH_SEED);
      const { figures, wrong } = await killAgainAndAgain(store, { seed, kills: KILLS, shoppers: isLong ? 12 : 8 });
      const summary = summaryOf(name, seed, figures);
      process.stdout.write(`${summary}\n`);
      expect(wrong.slice(0, 20), summary).toEqual([]);
      expect(figures.acknowledged, summary).toBeGreaterThan(KILLS * 20);
      expect(figures.starting, summary).toBeGreaterThan(0);
    },
    LIMIT_MS,
  );
});
