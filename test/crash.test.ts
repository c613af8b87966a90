/** What was answered with 2xx is there after the worst, and goes to Pinterest: the process killed without a word, again and again. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { closeDatabase, openDatabase } from "#relay/store/sqlite-database";
import { drawsFrom, seedOf } from "./crash/draws.ts";
import { summaryOf } from "./crash/findings.ts";
import { killAgainAndAgain } from "./crash/killing.ts";
import { killWhileOpening } from "./crash/opening.ts";
import { fresh, STORES } from "./crash/stores.ts";

/** All kills of the long form (`npm run test:crash`), or as many as `npm test` has time for. */
const isLong = process.env.TEST_LENGTH === "long";
const KILLS = isLong ? 200 : 6;
const OPENINGS = isLong ? 30 : 1;
/** Many processes on a machine that may be busy with other tests. */
const LIMIT_MS = isLong ? 30 * 60_000 : 180_000;

describe.each(STORES)("on %s", (name, make) => {
  test(
    "a relay that is killed at random moments under load loses nothing that it answered for, and sends nothing anew that it knows as sent",
    () =>
      fresh(make, async (store) => {
        const seed = seedOf(process.env.CRASH_SEED);
        const { figures, wrong } = await killAgainAndAgain(store, { seed, kills: KILLS, shoppers: isLong ? 12 : 8 });
        const summary = summaryOf(name, seed, figures);
        process.stdout.write(`${summary}\n`);
        expect(wrong.slice(0, 20), summary).toEqual([]);
        // Else there was nothing to lose.
        expect(figures.serving, summary).toBeGreaterThanOrEqual(Math.floor(KILLS / 4));
      }),
    LIMIT_MS,
  );

  test(
    "a relay that is killed while it opens an empty store leaves one that the next relay opens",
    async () => {
      const seed = seedOf(process.env.CRASH_SEED);
      const draws = drawsFrom(seed);
      for (let opening = 0; opening < OPENINGS; opening += 1)
        expect(await fresh(make, (store) => killWhileOpening(store, draws)), `seed ${seed}`).toEqual([]);
    },
    LIMIT_MS,
  );
});

// A killed process leaves what it wrote to the machine; what the machine itself loses, only this keeps.
test("a commit is on the disk before it counts, not in some cache", async () => {
  const folder = mkdtempSync(join(tmpdir(), "pinrelay-disk-"));
  const database = await openDatabase(join(folder, "relay.db"));
  expect(database.prepare("pragma synchronous").get()).toEqual({ synchronous: 2 });
  expect(database.prepare("pragma journal_mode").get()).toEqual({ journal_mode: "wal" });
  closeDatabase(database);
  rmSync(folder, { recursive: true });
});
