/** One round out: claim what is due, send it, settle what Pinterest said. */
import type { Outcome } from "./core/outcome.ts";
import { retryDelayMs } from "./core/schedule.ts";
import type { Destination } from "./core/settings.ts";
import { inBatches } from "./pinterest/batches.ts";
import { type Account, BATCH_EVENTS, type PinterestClient, TEST_BATCH_EVENTS } from "./pinterest/client.ts";
import type { EventStatus, Reading } from "./pinterest/reply.ts";
import type { Claimed, Due, Judgement, Settled, Store } from "./store/store.ts";

export interface Delivering {
  store: Store;
  client: PinterestClient;
  /** What is to be done with a due delivery: see `judge.ts`. */
  judge(due: Due, nowMs: number): Judgement;
  /** Called when Pinterest refuses the token; the destination stands still from then on. */
  pause(destination: Destination, words: string): Promise<void>;
  /** Told how every call went: for the log. */
  heard(destination: Destination, reading: Reading): void;
  now(): number;
  chance(): number;
  /** Names this process in its claims. */
  worker: string;
  leaseMs: number;
}

/** How a round ended. */
export interface Round {
  /** Whether more may be due: the claim looked at as many as it may, and none of them has to wait. */
  more: boolean;
  /** Until when Pinterest asked to be left alone, ms since 1970. */
  restUntilMs?: number;
}

/** Why the rest of a claim is not sent now, and when it may be. */
interface Stop {
  words: string;
  dueMs: number;
  restUntilMs?: number;
}

/** Delivers one claim's worth of a destination's due events. */
export async function deliverRound(to: Destination, delivering: Delivering): Promise<Round> {
  const { store, judge, now, worker, leaseMs } = delivering;
  const test = to.state === "test";
  const limit = test ? TEST_BATCH_EVENTS : BATCH_EVENTS;
  const nowMs = now();
  let looked = 0;
  const claimed = await store.claim({ destination: to.id, worker, limit, nowMs, leaseMs }, (due) => {
    looked += 1;
    return judge(due, nowMs);
  });
  const account = { adAccountId: to.adAccountId, token: to.token, test };
  let stop: Stop | undefined;
  for (const batch of inBatches(claimed)) {
    if (stop) await postponeAll(batch, stop, delivering);
    else stop = await sendBatch(to, account, batch, delivering);
  }
  return {
    more: !stop && looked >= limit,
    ...(stop?.restUntilMs === undefined ? {} : { restUntilMs: stop.restUntilMs }),
  };
}

/**
 * Sends one batch; where Pinterest says only that something in it is bad, each half on its own, down to the one.
 * Resolves with why no other batch should follow, if so.
 */
async function sendBatch(
  to: Destination,
  account: Account,
  batch: readonly Claimed[],
  d: Delivering,
): Promise<Stop | undefined> {
  const reading = await d.client.send(
    account,
    batch.map((claimed) => claimed.payload),
  );
  d.heard(to, reading);
  switch (reading.kind) {
    case "statuses":
      await d.store.settle(d.worker, settledBy(batch, reading.events), d.now());
      return undefined;
    case "one is bad": {
      const [only, ...more] = batch;
      if (only && more.length === 0) {
        const rejected: Settled = { delivery: only.delivery, outcome: "rejected", words: reading.words };
        await d.store.settle(d.worker, [rejected], d.now());
        return undefined;
      }
      const middle = Math.ceil(batch.length / 2);
      const stop = await sendBatch(to, account, batch.slice(0, middle), d);
      const rest = batch.slice(middle);
      if (!stop) return sendBatch(to, account, rest, d);
      await postponeAll(rest, stop, d);
      return stop;
    }
    case "no access": {
      await d.pause(to, reading.words);
      const stop = { words: reading.words, dueMs: d.now() };
      await postponeAll(batch, stop, d);
      return stop;
    }
    case "again": {
      // The fewest: the fresh ones in a batch must not wait as long as what has failed for hours.
      const attempt = Math.min(...batch.map(({ attempts }) => attempts));
      const dueMs = d.now() + retryDelayMs(attempt, d.chance(), reading.retryAfterMs);
      await postponeAll(batch, { words: reading.words, dueMs }, d);
      // What was not sent is not to wait for what failed, else it would be behind it every time.
      return reading.retryAfterMs === undefined
        ? { words: reading.words, dueMs: d.now() + retryDelayMs(0, 0) }
        : { words: reading.words, dueMs, restUntilMs: dueMs };
    }
  }
}

/** One time for the whole batch, so that it stays a batch. */
const postponeAll = (batch: readonly Claimed[], { words, dueMs }: Stop, d: Delivering): Promise<void> =>
  d.store.postpone(
    d.worker,
    batch.map(({ delivery }) => ({ delivery, dueMs, words })),
  );

const settledBy = (batch: readonly Claimed[], statuses: readonly EventStatus[]): Settled[] =>
  batch.flatMap(({ delivery }, index) => {
    const status = statuses[index];
    if (!status) return [];
    const outcome: Outcome = status.processed ? "sent" : "rejected";
    return [{ delivery, outcome, ...(status.words ? { words: status.words } : {}) }];
  });
