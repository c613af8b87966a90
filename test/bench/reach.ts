/** How soon an event that nothing holds back is at Pinterest, from when its beacon was answered. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { createRelay } from "pinrelay";
import { startPinterest } from "../pinterest/stand-in.ts";
import { shoppers } from "../soak/load.ts";
import { until } from "../until.ts";
import { percentile } from "./figures.ts";
import { BENCH_ORIGIN } from "./load.ts";
import type { Options, Row } from "./row.ts";

const PER_SECOND = 50;
const ANSWER_MS = 100;

// biome-ignore format: a table
const PERCENTILES = [
  ["p50", 0.5],
  ["p99", 0.99],
  ["max", 1],
] as const;

export async function reach({ quick }: Options): Promise<Row[]> {
  const seconds = quick ? 4 : 60;
  const folder = mkdtempSync(join(tmpdir(), "pinrelay-reach-"));
  const pinterest = await startPinterest();
  const { adAccountId, tagId, token, apiUrl } = pinterest;
  const relay = await createRelay({
    config: {
      database: join(folder, "relay.db"),
      port: 0,
      pinterestApiUrl: apiUrl,
      seed: { origins: [BENCH_ORIGIN], account: { adAccountId, tagId, token } },
    },
    log: pino({ level: "silent" }),
  });
  try {
    pinterest.fail({ kind: "latency", ms: ANSWER_MS });
    const acceptedMs = new Map<string, number>();
    let refused = 0;
    const heard = (id: string, status: number): void => {
      if (status === 202) acceptedMs.set(id, Date.now());
      else refused += 1;
    };
    const url = await relay.listen();
    await shoppers(url, relay.directory.shops()[0]?.key ?? "", heard).steadily(PER_SECOND, seconds);
    if (refused > 0) throw new Error(`${refused} beacons were refused`);
    await until(() => pinterest.server.length >= acceptedMs.size);
    // It may be there before its answer is.
    const tookMs = pinterest.server.map(({ event_id, atMs }) => Math.max(0, atMs - (acceptedMs.get(event_id) ?? atMs)));
    return PERCENTILES.map(([name, share]) => ({
      table: `From the answer until it is at Pinterest, ${PER_SECOND} beacons/s for ${seconds} s`,
      what: "an event that is not held",
      unit: `ms, ${name}`,
      value: percentile(tookMs, share),
      ...(name === "p99" ? { bar: "reach" as const } : {}),
    }));
  } finally {
    await relay.close({ graceMs: 1_000 });
    await pinterest.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
