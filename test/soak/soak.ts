/** Load at 70 % of what a relay can take, for minutes: what is accepted is delivered, and nothing grows that should not. */
import { setTimeout as pause } from "node:timers/promises";
import { BENCH_ORIGIN } from "../bench/load.ts";
import { type OwnRelay, startOwnRelay } from "../own-process/start.ts";
import { type Pinterest, startPinterest } from "../pinterest/stand-in.ts";
import { until } from "../until.ts";
import { shoppers } from "./load.ts";
import { openFiles, rssBytes, type Sample } from "./measure.ts";

export interface SoakOptions {
  /** The relay's DATABASE_URL: a path, or postgres://… */
  database: string;
  databaseBytes(): Promise<number>;
  measureSeconds: number;
  soakSeconds: number;
  /** Events are purged so long after they were received. */
  keepSeconds: number;
  sampleMs: number;
}

export interface Soaked {
  maxPerSecond: number;
  ratePerSecond: number;
  accepted: number;
  refused: number;
  /** Distinct events that reached Pinterest. */
  delivered: number;
  /** Arrivals beyond the first. */
  resent: number;
  samples: Sample[];
}

const SHARE = 0.7;

export async function soak(options: SoakOptions): Promise<Soaked> {
  const pinterest = await startPinterest();
  const relay = await startOwnRelay({
    options: {
      settings: { consent: "always" },
      config: {
        database: options.database,
        secretKey: "a secret of decent length, made up for tests",
        port: 0,
        logLevel: "warn",
        pinterestApiUrl: pinterest.apiUrl,
        seed: {
          origins: [BENCH_ORIGIN],
          account: { adAccountId: pinterest.adAccountId, tagId: pinterest.tagId, token: pinterest.token },
        },
      },
    },
    keepMs: options.keepSeconds * 1_000,
  });
  try {
    return await load(relay, pinterest, options);
  } finally {
    await relay.close();
    await pinterest.close();
  }
}

async function load(relay: OwnRelay, pinterest: Pinterest, options: SoakOptions): Promise<Soaked> {
  const [outstanding, early] = [new Set<string>(), new Set<string>()];
  const count = { accepted: 0, refused: 0, delivered: 0, resent: 0 };
  const heard = (id: string, status: number): void => {
    if (status !== 202) {
      count.refused += 1;
      return;
    }
    count.accepted += 1;
    // Pinterest may have it before its answer is here.
    if (!early.delete(id)) outstanding.add(id);
  };
  /** Counts what has come to Pinterest, and has the stand-in forget it: it would be what grows. */
  const collect = (): void => {
    const arrived = pinterest.server.map(({ event_id }) => event_id);
    if (pinterest.calls.every(({ status }) => status !== "open")) pinterest.reset();
    else return;
    for (const id of arrived) {
      if (outstanding.delete(id)) count.delivered += 1;
      else if (early.has(id)) count.resent += 1;
      else {
        early.add(id);
        count.delivered += 1;
      }
    }
  };

  const shop = shoppers(relay.url, relay.key, heard);
  const samples: Sample[] = [];
  let isOver = false;
  const watch = async (): Promise<void> => {
    for (let next = performance.now(); !isOver; next += options.sampleMs) {
      const [databaseBytes, purged] = await Promise.all([options.databaseBytes(), relay.purged()]);
      samples.push({
        atMs: performance.now(),
        rssBytes: rssBytes(relay.pid),
        files: openFiles(relay.pid),
        databaseBytes,
        held: count.accepted - purged,
      });
      while (!isOver && performance.now() < next + options.sampleMs) {
        collect();
        await pause(200);
      }
    }
  };

  const maxPerSecond = await shop.asFastAsCan(options.measureSeconds);
  await until(async () => {
    collect();
    return (await relay.waiting()) === 0;
  }, 120_000);
  const watching = watch();
  const ratePerSecond = maxPerSecond * SHARE;
  await shop.steadily(ratePerSecond, options.soakSeconds);
  isOver = true;
  await watching;
  await until(() => {
    collect();
    return outstanding.size === 0;
  }, 120_000);
  return { maxPerSecond, ratePerSecond, ...count, samples };
}
