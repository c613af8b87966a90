/** How fast what has gathered while Pinterest was away goes, what one bad event costs, and how soon an event goes when all is well. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { createRelay, type Relay } from "pinrelay";
import { z } from "zod";
import { startPostgres } from "../postgres.ts";
import { ACCOUNT } from "../start.ts";
import { median, rangeOf } from "./figures.ts";
import { BENCH_ORIGIN } from "./load.ts";
import { poison } from "./poison.ts";
import { answeringAfter } from "./processes.ts";
import { reach } from "./reach.ts";
import type { Options, Row } from "./row.ts";
import { toldBy } from "./told.ts";

const ANSWER_MS = 100;
/** Nothing goes but by `flush`. */
const NEVER_MS = 2_000_000_000;
/** How a backlog comes in: so many requests at a time, with so many events each. */
const AT_ONCE = 50;
const EVENTS = 20;
/** A relay that has just started does not yet have its code compiled, nor knows how many calls Pinterest takes. */
const WARM_EVENTS = 4_000;

const counted = z.object({ events: z.number(), calls: z.number() });

export async function drain(options: Options): Promise<Row[]> {
  return [...(await backlog(options)), ...(await poison(options)), ...(await reach(options))];
}

async function backlog({ quick }: Options): Promise<Row[]> {
  const events = quick ? 30_000 : 60_000;
  const rounds = quick ? 1 : 3;
  const folder = mkdtempSync(join(tmpdir(), "pinrelay-drain-"));
  const postgres = await startPostgres({ fsync: "on", full_page_writes: "on" });
  const ends: (() => Promise<unknown>)[] = [() => postgres.close()];
  try {
    const relays = { SQLite: join(folder, "relay.db"), PostgreSQL: await postgres.freshDatabase() };
    const found: { name: string; relay: Relay; sent: () => Promise<number>; rates: number[] }[] = [];
    for (const [name, database] of Object.entries(relays)) {
      const there = await answeringAfter(ANSWER_MS);
      ends.unshift(() => there.close());
      const relay = await relayTo(`${there.url}/v5`, database);
      ends.unshift(() => relay.close({ graceMs: 1_000 }));
      const sent = async () => counted.parse(await (await fetch(there.url)).json()).events;
      found.push({ name, relay, sent, rates: [] });
    }
    for (let round = 0; round <= rounds; round += 1)
      for (const { relay, sent, rates } of found) {
        const count = round === 0 ? WARM_EVENTS : events;
        await gather(relay, count);
        const before = performance.now();
        await relay.flush();
        const tookMs = performance.now() - before;
        if (round > 0) rates.push((count * 1_000) / tookMs);
        const due = WARM_EVENTS + events * round;
        const came = await sent();
        if (came !== due) throw new Error(`${came} of ${due} events came to Pinterest`);
      }
    return found.map(({ name, rates }) => ({
      table: `A backlog of ${events.toLocaleString("en")} events, each call answered after ${ANSWER_MS} ms`,
      what: name,
      unit: "events/s",
      value: median(rates),
      range: rangeOf(rates),
      bar: "drain",
    }));
  } finally {
    for (const end of ends) await end().catch(() => {});
    rmSync(folder, { recursive: true, force: true });
  }
}

const relayTo = (pinterestApiUrl: string, database: string): Promise<Relay> =>
  createRelay({
    config: {
      database,
      secretKey: "a secret for measuring alone, of decent length",
      port: 0,
      pinterestApiUrl,
      seed: { origins: [BENCH_ORIGIN], account: ACCOUNT },
    },
    times: { flushMs: NEVER_MS, pollMs: NEVER_MS },
    log: pino({ level: "silent" }),
  });

async function gather({ ingest, directory, now }: Relay, events: number): Promise<void> {
  const [shop] = directory.shops();
  if (!shop) throw new Error("the relay has no shop");
  for (let told = 0; told < events; told += AT_ONCE * EVENTS)
    await Promise.all(Array.from({ length: AT_ONCE }, () => ingest(shop, toldBy(shop.id, EVENTS, now()))));
}
