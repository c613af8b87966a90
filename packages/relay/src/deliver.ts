/** One round out: claim what is due, send it, settle what Pinterest said. */
import type { Outcome } from "./core/outcome.ts";
import { retryDelayMs } from "./core/schedule.ts";
import type { Destination } from "./core/settings.ts";
import { inBatches } from "./pinterest/batches.ts";
import { type Account, BATCH_EVENTS, type PinterestClient, TEST_BATCH_EVENTS } from "./pinterest/client.ts";
import type { EventStatus } from "./pinterest/reply.ts";
import type { Claimed, Due, Judgement, Settled, Store } from "./store/store.ts";

export interface Delivering {
  store: Store;
  client: PinterestClient;
  /** What is to be done with a due delivery: see `judge.ts`. */
  judge(due: Due, nowMs: number): Judgement;
  /** Called when Pinterest refuses the token; the destination stands still from then on. */
  pause(destination: Destination, words: string): Promise<void>;
  now(): number;
  chance(): number;
  /** Names this process in its claims. */
  worker: string;
  leaseMs: number;
}

/**
 * Delivers one claim's worth of a destination's due events and resolves with how many were claimed:
 * fewer than a full claim means that nothing more is due.
 */
export async function deliverRound(to: Destination, delivering: Delivering): Promise<number> {
  const { store, judge, now, worker, leaseMs } = delivering;
  const test = to.state === "test";
  const nowMs = now();
  const claimed = await store.claim(
    { destination: to.id, worker, limit: test ? TEST_BATCH_EVENTS : BATCH_EVENTS, nowMs, leaseMs },
    (due) => judge(due, nowMs),
  );
  const account = { adAccountId: to.adAccountId, token: to.token, test };
  for (const batch of inBatches(claimed)) await sendBatch(to, account, batch, delivering);
  return claimed.length;
}

/** Sends one batch; where Pinterest says only that something in it is bad, each half on its own, down to the one. */
async function sendBatch(to: Destination, account: Account, batch: readonly Claimed[], d: Delivering): Promise<void> {
  const reading = await d.client.send(
    account,
    batch.map((claimed) => claimed.payload),
  );
  switch (reading.kind) {
    case "statuses":
      return d.store.settle(d.worker, settledBy(batch, reading.events), d.now());
    case "one is bad": {
      const [only, ...more] = batch;
      if (only && more.length === 0) {
        const rejected: Settled = { delivery: only.delivery, outcome: "rejected", words: reading.words };
        return d.store.settle(d.worker, [rejected], d.now());
      }
      const middle = Math.ceil(batch.length / 2);
      await sendBatch(to, account, batch.slice(0, middle), d);
      return sendBatch(to, account, batch.slice(middle), d);
    }
    case "no access":
      await d.pause(to, reading.words);
      return postponeAll(batch, reading.words, d, 0);
    case "again":
      return postponeAll(batch, reading.words, d, reading.retryAfterMs);
  }
}

const settledBy = (batch: readonly Claimed[], statuses: readonly EventStatus[]): Settled[] =>
  batch.flatMap(({ delivery }, index) => {
    const status = statuses[index];
    if (!status) return [];
    const outcome: Outcome = status.processed ? "sent" : "rejected";
    return [{ delivery, outcome, ...(status.words ? { words: status.words } : {}) }];
  });

/** One delay for the whole batch, so that it stays a batch. */
const postponeAll = (batch: readonly Claimed[], words: string, d: Delivering, delayMs?: number): Promise<void> => {
  const attempt = Math.max(...batch.map(({ attempts }) => attempts));
  const dueMs = d.now() + retryDelayMs(attempt, d.chance(), delayMs);
  return d.store.postpone(
    d.worker,
    batch.map(({ delivery }) => ({ delivery, dueMs, words })),
  );
};
