/** The soak in a few seconds: that its harness counts right. What it measures takes minutes: `npm run test:soak`. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { freshDatabase } from "./postgres.ts";
import { slopePerMinute } from "./soak/measure.ts";
import { soak } from "./soak/soak.ts";

/** It waits twice for what is not delivered yet, two minutes at most. */
const LIMIT_MS = 300_000;
const folder = mkdtempSync(join(tmpdir(), "pinrelay-soak-"));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ["SQLite", async () => join(folder, "relay.db")],
  ["PostgreSQL", freshDatabase],
] as const)(
  "under load on %s all that is accepted is delivered, and its retention purges along",
  async (_, database) => {
    const found = await soak({
      database: await database(),
      databaseBytes: async () => 0,
      measureSeconds: 0.5,
      soakSeconds: 3,
      keepSeconds: 1,
      sampleMs: 250,
    });
    expect(found.accepted).toBeGreaterThan(20);
    expect(found).toMatchObject({ refused: 0, delivered: found.accepted, resent: 0 });
    const last = found.samples.at(-1);
    expect(last?.held).toBeLessThan(found.accepted);
    for (const { rssBytes, files } of found.samples) {
      expect(rssBytes).toBeGreaterThan(20_000_000);
      expect(files).toBeGreaterThan(10);
    }
  },
  LIMIT_MS,
);

test("a slope is by how much something grows a minute", () => {
  const grown = [0, 1, 2, 3].map((n) => ({
    atMs: n * 30_000,
    rssBytes: 5 + n * 2,
    files: 0,
    databaseBytes: 0,
    held: 0,
  }));
  expect(slopePerMinute(grown, ({ rssBytes }) => rssBytes)).toBeCloseTo(4);
});
