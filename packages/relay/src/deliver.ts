/** One claim's way out: judged, cut into calls, sent, and settled by what Pinterest said. */
import type { Outcome } from "./core/outcome.ts";
import { retryDelayMs } from "./core/schedule.ts";
import type { Destination } from "./core/settings.ts";
import { inBatches } from "./pinterest/batches.ts";
import { type Account, CALL_MS, type PinterestClient } from "./pinterest/client.ts";
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
  /** Calls that an ad account may have in a minute, whichever relay makes them. */
  callsPerMinute: number;
}

/** What a claim took. */
export interface Claim {
  claimed: readonly Claimed[];
  /** When it stops being ours, ms since 1970. */
  leaseEndMs: number;
  /** Whether more may be due: the claim looked at as many as it may. */
  more: boolean;
}

/** How the sending of a claim ended. `failed`: nobody's fault, and when Pinterest asked to be called again. */
export interface Sent {
  heard: "answer" | "nothing" | "not asked";
  failed?: { retryAfterMs?: number };
  /** No call may go before, ms since 1970: the account's budget is spent. */
  restUntilMs?: number;
}

/** Why the rest of a claim is not sent now, and when it may be. */
interface Stop {
  words: string;
  dueMs: number;
  sent: Sent;
}

/** Claims up to `limit` due events of a destination. */
export async function claimDue(to: Destination, limit: number, delivering: Delivering): Promise<Claim> {
  const { store, judge, now, worker, leaseMs } = delivering;
  const nowMs = now();
  let looked = 0;
  const claimed = await store.claim({ destination: to.id, worker, limit, nowMs, leaseMs }, (due) => {
    looked += 1;
    return judge(due, nowMs);
  });
  return { claimed, leaseEndMs: nowMs + leaseMs, more: looked >= limit };
}

/** Sends what was claimed. An aborted `signal` ends the call under way: what it held is tried again, as after any other. */
export async function sendClaim(
  to: Destination,
  { claimed, leaseEndMs }: Claim,
  delivering: Delivering,
  signal: AbortSignal,
): Promise<Sent> {
  const account = { adAccountId: to.adAccountId, token: to.token, test: to.state === "test" };
  let stop: Stop | undefined;
  for (const batch of inBatches(claimed)) {
    if (stop) await postponeAll(batch, stop, delivering);
    else stop = await sendBatch(to, account, batch, leaseEndMs, delivering, signal);
  }
  return stop?.sent ?? { heard: "answer" };
}

/**
 * Sends one batch; where Pinterest says only that something in it is bad, each half on its own, down to the one.
 * Resolves with why no other batch should follow, if so.
 */
async function sendBatch(
  to: Destination,
  account: Account,
  batch: readonly Claimed[],
  leaseEndMs: number,
  d: Delivering,
  signal: AbortSignal,
): Promise<Stop | undefined> {
  const mayNot = await whyNotNow(account, leaseEndMs, d, signal);
  if (mayNot) {
    await postponeAll(batch, mayNot, d);
    return mayNot;
  }
  const reading = await d.client.send(
    account,
    batch.map((claimed) => claimed.payload),
    // Within its claim, or another relay would send the same at the same time.
    { signal, limitMs: Math.min(CALL_MS, leaseEndMs - d.now()) },
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
      const stop = await sendBatch(to, account, batch.slice(0, middle), leaseEndMs, d, signal);
      const rest = batch.slice(middle);
      if (!stop) return sendBatch(to, account, rest, leaseEndMs, d, signal);
      await postponeAll(rest, stop, d);
      return stop;
    }
    case "no access": {
      await d.pause(to, reading.words);
      const stop: Stop = { words: reading.words, dueMs: d.now(), sent: { heard: "answer" } };
      await postponeAll(batch, stop, d);
      return stop;
    }
    case "again": {
      const { retryAfterMs } = reading;
      await postponeEach(batch, reading, d);
      // What was not sent is not to wait for what failed, else it would be behind it every time.
      const failed = retryAfterMs === undefined ? {} : { retryAfterMs };
      const dueMs = retryAfterMs === undefined ? d.now() : d.now() + retryDelayMs(0, 0, retryAfterMs);
      return { words: reading.words, dueMs, sent: { heard: "nothing", failed } };
    }
  }
}

/** A call must end before its lease does, within the account's budget, and not after the relay was told to stop. */
async function whyNotNow(
  { adAccountId, test }: Account,
  leaseEndMs: number,
  { store, now, callsPerMinute }: Delivering,
  signal: AbortSignal,
): Promise<Stop | undefined> {
  const notAsked = (words: string): Stop => ({ words, dueMs: now(), sent: { heard: "not asked" } });
  if (signal.aborted) return notAsked("the relay was stopped");
  // Frozen or slow: somebody else may hold these by now.
  if (now() >= leaseEndMs) return notAsked("its claim ran out");
  const perMinute = test ? Math.min(TEST_CALLS_PER_MINUTE, callsPerMinute) : callsPerMinute;
  const waitMs = await store.takeCall(test ? `test ${adAccountId}` : adAccountId, perMinute, now());
  if (waitMs === 0) return undefined;
  const restUntilMs = now() + waitMs;
  return { words: "the calls of this minute are spent", dueMs: restUntilMs, sent: { heard: "not asked", restUntilMs } };
}

/** Pinterest's documentation: ten a second in test mode. */
const TEST_CALLS_PER_MINUTE = 600;

const postponeAll = (batch: readonly Claimed[], { words, dueMs }: Stop, d: Delivering): Promise<void> =>
  d.store.postpone(
    d.worker,
    batch.map(({ delivery }) => ({ delivery, dueMs, words })),
  );

/** Each by its own tries and luck: an event that Pinterest cannot bear is soon among others, or alone. */
const postponeEach = (
  batch: readonly Claimed[],
  { words, retryAfterMs }: { words: string; retryAfterMs?: number },
  d: Delivering,
): Promise<void> => {
  const nowMs = d.now();
  const postponed = batch.map(({ delivery, attempts }) => {
    const dueMs = nowMs + retryDelayMs(attempts, d.chance(), retryAfterMs);
    return { delivery, dueMs, words };
  });
  return d.store.postpone(d.worker, postponed);
};

const settledBy = (batch: readonly Claimed[], statuses: readonly EventStatus[]): Settled[] =>
  batch.flatMap(({ delivery }, index) => {
    const status = statuses[index];
    if (!status) return [];
    const outcome: Outcome = status.processed ? "sent" : "rejected";
    return [{ delivery, outcome, ...(status.words ? { words: status.words } : {}) }];
  });
