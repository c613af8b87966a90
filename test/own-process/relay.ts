/** A relay in a process of its own, for tests that measure it, starve it or take its files away. Options come as JSON. */
import { pino } from "pino";
import { createRelay } from "pinrelay";
import { routesOf } from "./routes.ts";

const { options } = JSON.parse(process.env.RELAY_OPTIONS ?? "{}");
const relay = await createRelay({
  log: pino({ base: null }, pino.destination({ sync: true })),
  times: { flushMs: 20, pollMs: 100 },
  ...options,
});
const ANSWERS: Record<string, () => unknown> = {
  heap: () => {
    globalThis.gc?.();
    globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  },
  routes: () => routesOf(relay.app),
  waiting: async () => (await relay.store.queue(Date.now())).reduce((sum, { waiting }) => sum + waiting, 0),
  close: () => relay.close(),
};
process.on("message", async ({ id, question }: { id: number; question: string }) => {
  process.send?.({ id, answer: await ANSWERS[question]?.() });
  if (question === "close") process.disconnect();
});
process.send?.({ url: await relay.listen(), key: relay.directory.shops()[0]?.key });
