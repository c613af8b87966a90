/** A relay in a process of its own, for tests that measure it, starve it or take its files away. Options come as JSON. */
import { pino } from "pino";
import { createRelay } from "pinrelay";
import { every } from "#relay/every";
import { keepHeapSmall } from "#relay/heap";
import { routesOf } from "./routes.ts";

// As `pinrelay serve` does.
keepHeapSmall();
const { options, keepMs } = JSON.parse(process.env.RELAY_OPTIONS ?? "{}");
const relay = await createRelay({
  log: pino({ base: null }, pino.destination({ sync: true })),
  times: { flushMs: 20, pollMs: 100 },
  ...options,
});
/** A retention of seconds, which no setting allows: in steps, as the relay itself purges. */
let purged = 0;
const purge = async (): Promise<void> => {
  for (;;) {
    const gone = await relay.store.purgeEvents(Date.now() - keepMs, 1_000);
    purged += gone;
    if (gone < 1_000) break;
  }
};
const purging = keepMs === undefined ? undefined : every(500, purge, console.error);

const ANSWERS: Record<string, () => unknown> = {
  heap: () => {
    globalThis.gc?.();
    globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  },
  routes: () => routesOf(relay.app),
  waiting: async () => (await relay.store.queue(Date.now())).reduce((sum, { waiting }) => sum + waiting, 0),
  purged: () => purged,
  close: async () => {
    await purging?.stop();
    await relay.close();
  },
};
process.on("message", async ({ id, question }: { id: number; question: string }) => {
  process.send?.({ id, answer: await ANSWERS[question]?.() });
  if (question === "close") process.disconnect();
});
// Whoever started it is gone: so is this.
process.on("disconnect", () => process.exit());
process.send?.({ url: await relay.listen(), key: relay.directory.shops()[0]?.key });
