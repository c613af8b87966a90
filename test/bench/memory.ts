/** What memory a relay takes that delivers along under 70 % of all it can take, and whether that grows. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileBytes, slopePerMinute } from "../soak/measure.ts";
import { soak } from "../soak/soak.ts";
import { median } from "./figures.ts";
import type { Options, Row } from "./row.ts";

const MB = 1_000_000;
/** In less, when a collection happens to come decides what seems to grow. */
const TELLING_MINUTES = 10;

/** BENCH_MINUTES: for how long in the long form. */
export async function memory({ quick }: Options): Promise<Row[]> {
  const minutes = quick ? 0.15 : Number(process.env.BENCH_MINUTES ?? TELLING_MINUTES);
  const soakSeconds = minutes * 60;
  const folder = mkdtempSync(join(tmpdir(), "pinrelay-memory-"));
  const database = join(folder, "relay.db");
  try {
    const { samples, ratePerSecond } = await soak({
      database,
      databaseBytes: async () => fileBytes(database),
      measureSeconds: quick ? 2 : 10,
      soakSeconds,
      keepSeconds: Math.min(120, soakSeconds / 4),
      sampleMs: quick ? 500 : 2_000,
    });
    const rss = samples.map(({ rssBytes }) => rssBytes / MB);
    const table = `A relay on SQLite, ${Math.round(ratePerSecond).toLocaleString("en")} events/s for ${minutes} min`;
    const cell = { table, unit: "MB of RSS" };
    const late = samples.slice(samples.length >> 1);
    const grows: Row = { table, what: "grows in the second half", unit: "MB/min", value: null, bar: "memory growth" };
    return [
      { ...cell, what: "at first", value: rss[0] ?? null },
      { ...cell, what: "median", value: median(rss) },
      { ...cell, what: "at last", value: rss.at(-1) ?? null },
      { ...cell, what: "the most", value: Math.max(...rss), bar: "memory" },
      minutes < TELLING_MINUTES
        ? { ...grows, note: `only ${TELLING_MINUTES} minutes tell` }
        : { ...grows, value: slopePerMinute(late, ({ rssBytes }) => rssBytes / MB) },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
