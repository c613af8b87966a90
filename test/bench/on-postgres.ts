/** A relay on PostgreSQL against one on SQLite, and two relays that share a database; what is answered is on the disk. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "../postgres.ts";
import type { BarId } from "./bars.ts";
import { median, quotients, rangeOf } from "./figures.ts";
import { beaconText } from "./load.ts";
import { asFastAsCan } from "./plain-client.ts";
import { type Served, serve } from "./processes.ts";
import type { Options, Row } from "./row.ts";

/** Shared by the relays that are told at once. */
const CONNECTIONS = 64;
const BODIES_A_SECOND = 5_000;

// biome-ignore format: a table
const RATIOS: readonly { what: string; to: string; bar?: BarId }[] = [
  { what: "one relay on PostgreSQL",           to: "one relay on SQLite", bar: "PostgreSQL" },
  { what: "two relays on one PostgreSQL",      to: "one relay on PostgreSQL" },
];

export async function onPostgres({ quick }: Options): Promise<Row[]> {
  const rounds = quick ? 3 : 5;
  const seconds = quick ? 0.7 : 4;
  const warmSeconds = quick ? 1.5 : 5;
  const folder = mkdtempSync(join(tmpdir(), "pinrelay-on-postgres-"));
  const postgres = await startPostgres({ fsync: "on", full_page_writes: "on" });
  const started: Served[] = [];
  const start = async (database: string): Promise<Served> => {
    const server = await serve("relay", { database });
    started.push(server);
    return server;
  };
  try {
    const shared = await postgres.freshDatabase();
    const houses = new Map<string, Served[]>([
      ["one relay on SQLite", [await start(join(folder, "relay.db"))]],
      ["one relay on PostgreSQL", [await start(await postgres.freshDatabase())]],
      ["two relays on one PostgreSQL", [await start(shared), await start(shared)]],
    ]);
    const rates = new Map<string, number[]>([...houses.keys()].map((what) => [what, []]));
    for (let round = -1; round < rounds; round += 1)
      for (const [what, servers] of houses) {
        const rate = await measure(servers, round < 0 ? warmSeconds : seconds);
        if (round >= 0) rates.get(what)?.push(rate);
      }
    return rowsOf(rates);
  } finally {
    await Promise.all(started.map((server) => server.close()));
    await postgres.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Requests a second of all of them together. */
async function measure(servers: readonly Served[], seconds: number): Promise<number> {
  const connections = CONNECTIONS / servers.length;
  const loads = servers.map(({ url, key }) => {
    const more = () => beaconText(key, 1);
    const bodies = Array.from({ length: (BODIES_A_SECOND * seconds) / servers.length }, more);
    return { url, connections, seconds, bodies, more };
  });
  const found = await Promise.all(loads.map(asFastAsCan));
  return found.reduce((sum, { answers, seconds: took }) => sum + answers / took, 0);
}

function rowsOf(rates: ReadonlyMap<string, readonly number[]>): Row[] {
  const table = `One event a beacon, ${CONNECTIONS} connections, fsync on`;
  const ofOne = [...rates].map(
    ([what, each]): Row => ({ table, what, unit: "requests/s", value: median(each), range: rangeOf(each) }),
  );
  const compared = RATIOS.map(({ what, to, bar }): Row => {
    const [ours, theirs] = [rates.get(what) ?? [], rates.get(to) ?? []];
    const range = rangeOf(quotients(ours, theirs));
    return {
      table,
      what,
      unit: "×",
      ratioTo: to,
      value: median(ours) / median(theirs),
      range,
      ...(bar ? { bar } : {}),
    };
  });
  return [...ofOne, ...compared];
}
