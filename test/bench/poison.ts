/** How many calls it takes to find one event that Pinterest cannot bear in a batch of a thousand, wherever it stands. */
import { pino } from "pino";
import { createRelay } from "pinrelay";
import { startPinterest } from "../pinterest/stand-in.ts";
import { BENCH_ORIGIN } from "./load.ts";
import type { Options, Row } from "./row.ts";
import { toldBy } from "./told.ts";

const BATCH = 1_000;
const NEVER_MS = 2_000_000_000;
const PLACES = { quick: [0, 617], long: [0, 1, 250, 499, 500, 617, 749, BATCH - 1] };

export async function poison({ quick }: Options): Promise<Row[]> {
  const calls: number[] = [];
  for (const place of quick ? PLACES.quick : PLACES.long) calls.push(await callsFor(place));
  return [
    {
      table: "One event that spoils a batch of 1,000",
      what: `the most calls, of ${calls.length} places in the batch`,
      unit: "calls",
      value: Math.max(...calls),
      range: [Math.min(...calls), Math.max(...calls)],
      bar: "poison",
    },
  ];
}

async function callsFor(place: number): Promise<number> {
  const pinterest = await startPinterest();
  const { adAccountId, tagId, token, apiUrl } = pinterest;
  const relay = await createRelay({
    config: {
      database: ":memory:",
      port: 0,
      pinterestApiUrl: apiUrl,
      seed: { origins: [BENCH_ORIGIN], account: { adAccountId, tagId, token } },
    },
    times: { flushMs: NEVER_MS, pollMs: NEVER_MS },
    log: pino({ level: "silent" }),
  });
  try {
    const [shop] = relay.directory.shops();
    if (!shop) throw new Error("the relay has no shop");
    const told = toldBy(shop.id, BATCH);
    const eventId = told.events?.[place]?.id ?? "";
    pinterest.fail({ kind: "poison", eventId });
    await relay.ingest(shop, told);
    await relay.flush();
    if (pinterest.server.length !== BATCH - 1)
      throw new Error(`${pinterest.server.length} of ${BATCH - 1} good events came`);
    return pinterest.calls.length;
  } finally {
    await relay.close({ graceMs: 1_000 });
    await pinterest.close();
  }
}
