/** How long who tells an event waits for its answer, at a rate that does not wait for answers. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median, percentile, rangeOf } from "./figures.ts";
import { beaconText } from "./load.ts";
import { asFastAsCan, atRate, type Load } from "./plain-client.ts";
import { type Served, serve } from "./processes.ts";
import type { Options, Row } from "./row.ts";

const CONNECTIONS = 64;
const RATE = 4_000;
/** Where the rate is this close to all that a machine can do, what waits grows without end. */
const CLOSE = 0.9;
const SHARE = 0.6;

// biome-ignore format: a table
const PERCENTILES = [
  ["p50",   0.5],
  ["p99",   0.99],
  ["p99.9", 0.999],
] as const;

export async function latency({ quick }: Options): Promise<Row[]> {
  const rounds = 3;
  const seconds = quick ? 1 : 10;
  const folder = mkdtempSync(join(tmpdir(), "pinrelay-latency-"));
  const server = await serve("relay", { database: join(folder, "relay.db") }).catch((error: unknown) => {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  });
  try {
    const most = await maximum(server, quick ? 1 : 4);
    const isTooMuch = most < RATE / CLOSE;
    const rates = isTooMuch ? [RATE, Math.floor(most * SHARE)] : [RATE];
    const found = new Map<number, number[][]>(rates.map((rate) => [rate, []]));
    for (let round = 0; round < rounds; round += 1)
      for (const rate of rates) found.get(rate)?.push(await atRate(load(server, seconds, rate * seconds), rate));
    return [
      { table: "What this machine can do", what: "as fast as it can", unit: "requests/s", value: most },
      ...rates.flatMap((rate) => rowsOf(rate, found.get(rate) ?? [], isTooMuch ? most : undefined)),
    ];
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const load = ({ url, key }: Served, seconds: number, count: number): Load => {
  const more = () => beaconText(key, 1);
  return { url, connections: CONNECTIONS, seconds, bodies: Array.from({ length: count }, more), more };
};

async function maximum(server: Served, seconds: number): Promise<number> {
  const warmed = await asFastAsCan(load(server, seconds, RATE));
  const { answers, seconds: took } = await asFastAsCan(load(server, seconds, warmed.answers));
  return answers / took;
}

/** `most`: what the machine can do, where that is too little for the rate of the bar. */
function rowsOf(rate: number, rounds: readonly number[][], most: number | undefined): Row[] {
  const isBar = rate === RATE;
  const table = "From when a request was due until its answer";
  const what = `${rate.toLocaleString("en")} requests/s${isBar ? "" : `, ${SHARE * 100} % of the most`}`;
  const note =
    isBar && most !== undefined
      ? `this machine does ${Math.round(most).toLocaleString("en")} requests/s at most; the rate of the bar is ${Math.round((RATE / most) * 100)} % of that`
      : undefined;
  return PERCENTILES.map(([name, share]) => {
    const each = rounds.map((tookMs) => percentile(tookMs, share));
    return {
      table,
      what,
      unit: `ms, ${name}`,
      value: median(each),
      range: rangeOf(each),
      ...(isBar && name === "p99" ? { bar: "accept p99" as const } : {}),
      ...(note ? { note } : {}),
    };
  });
}
