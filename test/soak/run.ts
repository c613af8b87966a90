/**
 * `npm run test:soak -- [minutes] [sqlite|postgres]`: thirty minutes for each store if not told. Prints a table, and ends
 * with 1 where something grew or was lost.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { median } from "../bench/figures.ts";
import { startPostgres } from "../postgres.ts";
import { fileBytes, mean, slopePerMinute } from "./measure.ts";
import { type Soaked, soak } from "./soak.ts";

const [, , minutesTold = "30", only] = process.argv;
const minutes = Number(minutesTold);
const soakSeconds = minutes * 60;
/** Long enough that the ledger has its size before the second half begins, in which nothing may grow. */
const keepSeconds = Math.min(120, soakSeconds / 4);
const TIMES = { measureSeconds: 10, soakSeconds, keepSeconds, sampleMs: 2_000 };

const MB = 1_000_000;
/** By so much the memory in use may seem to grow in a minute: collections come when they come. */
const RSS_MB_PER_MINUTE = minutes >= 10 ? 0.5 : 4;

async function inSqlite(): Promise<Soaked> {
  const folder = mkdtempSync(join(tmpdir(), "pinrelay-soak-"));
  const database = join(folder, "relay.db");
  try {
    return await soak({ ...TIMES, database, databaseBytes: async () => fileBytes(database) });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function inPostgres(): Promise<Soaked> {
  const server = await startPostgres();
  const database = await server.freshDatabase();
  const client = new pg.Client({ connectionString: database });
  client.on("error", (error) => console.error("PostgreSQL's size could not be asked for:", error.message));
  await client.connect();
  const databaseBytes = async () => {
    const { rows } = await client.query("select pg_database_size(current_database())::float8 as bytes");
    return Number(rows[0]?.bytes);
  };
  try {
    return await soak({ ...TIMES, database, databaseBytes });
  } finally {
    await client.end();
    await server.close();
  }
}

/** What was measured beside what it may be; answers whether all of it is. */
function report(name: string, { samples, ...found }: Soaked): boolean {
  const late = samples.slice(samples.length >> 1);
  const files = late.map((sample) => sample.files);
  const rssMb = samples.map(({ rssBytes }) => rssBytes / MB);
  const perEvent = mean(late.map(({ databaseBytes, held }) => databaseBytes / held));
  const growth = slopePerMinute(late, ({ databaseBytes }) => databaseBytes / MB);
  const size = mean(late.map(({ databaseBytes }) => databaseBytes / MB));
  const slope = slopePerMinute(late, ({ rssBytes }) => rssBytes / MB);
  const isMuch = minutes >= 10 ? 0.02 : 0.2;
  // biome-ignore format: a table
  const rows: readonly (readonly [string, string, boolean])[] = [
    ["maximum, measured for 10 s",              `${Math.round(found.maxPerSecond)} events/s`,                     true],
    ["load",                                    `${Math.round(found.ratePerSecond)} events/s for ${minutes} min`,  true],
    ["accepted, all but those refused",         `${found.accepted}, refused ${found.refused}`,                    found.refused === 0],
    ["delivered = accepted",                    `${found.delivered}, sent again ${found.resent}`,                 found.delivered === found.accepted],
    ["RSS, first · median · last",              `${[rssMb[0], median(rssMb), rssMb.at(-1)].map((mb) => mb?.toFixed(0)).join(" · ")} MB`, Math.max(...rssMb) < 300],
    [`RSS grows at most ${RSS_MB_PER_MINUTE} MB a minute`, `${slope.toFixed(2)} MB/min in the second half`,      slope <= RSS_MB_PER_MINUTE],
    ["file descriptors, from · to",             `${Math.min(...files)} · ${Math.max(...files)}`,                  Math.max(...files) - Math.min(...files) <= 80],
    [`database holds the last ${keepSeconds} s`, `${size.toFixed(0)} MB, ${Math.round(perEvent)} bytes an event`, true],
    ["database is as large at the end",         `${growth.toFixed(1)} MB/min in the second half`,                 growth <= size * isMuch],
  ];
  console.log(`\n${name} (Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model})`);
  for (const [what, value, isGood] of rows) console.log(`${isGood ? "  " : "✗ "}${what.padEnd(44)} ${value}`);
  return rows.every(([, , isGood]) => isGood);
}

const results: boolean[] = [];
if (only !== "postgres") results.push(report("SQLite", await inSqlite()));
if (only !== "sqlite") results.push(report("PostgreSQL", await inPostgres()));
process.exitCode = results.every(Boolean) ? 0 : 1;
