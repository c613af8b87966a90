/** One claim's way out: judged, cut into calls, sent, and settled by what Pinterest said. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Sent } from "./core/circuit.ts";
import type { Outcome } from "./core/outcome.ts";
import { retryDelayMs } from "./core/schedule.ts";
import type { Destination } from "./core/settings.ts";
import { wasInShadow } from "./core/shadow.ts";
import { inBatches } from "./pinterest/batches.ts";
import { type Account, CALL_MS, type PinterestClient } from "./pinterest/client.ts";
import type { EventStatus, Reading } from "./pinterest/reply.ts";
import { type Claimed, type Due, type Judgement, type Settled, type Store, StoreUnavailable } from "./store/store.ts";

export interface Delivering {
  store: Store;
  client: PinterestClient;
  /** What is to be done with a due delivery: see `judge.ts`. */
  judge(due: Due, to: Destination, nowMs: number): Judgement;
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

/** Why the rest of a claim is not sent now, and when it may be. */
interface Stop {
  words: string;
  dueMs: number;
  sent: Sent;
  /** No call ever held what is handed back for it. */
  untried?: true;
}

/** Claims up to `limit` due events of a destination. */
export async function claimDue(to: Destination, limit: number, delivering: Delivering): Promise<Claim> {
  const { store, judge, now, worker, leaseMs } = delivering;
  const nowMs = now();
  let looked = 0;
  const claimed = await store.claim({ destination: to.id, worker, limit, nowMs, leaseMs }, (due) => {
    looked += 1;
    const judgement = judge(due, to, nowMs);
    const isOfShadow = "payload" in judgement && to.state !== "shadow" && wasInShadow(due.halves, to);
    return isOfShadow ? { outcome: "shadow", words: "it was told while its destination was in shadow" } : judgement;
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
  const sending = { to, account, leaseEndMs, d: delivering, signal };
  if (to.state === "shadow") {
    // Frozen like what is sent: what comes later is late there too, and nothing of it goes out after the shadow.
    await settle(
      sending,
      claimed.map(({ delivery }) => ({ delivery, outcome: "shadow" })),
    );
    return { heard: "answer" };
  }
  let stop: Stop | undefined;
  for (const batch of inBatches(claimed)) {
    if (stop) await postponeAll(batch, { ...stop, untried: true }, delivering);
    else stop = await sendBatch(sending, batch);
  }
  return stop?.sent ?? { heard: "answer" };
}

/** What is the same for all calls of a claim. */
interface Sending {
  to: Destination;
  account: Account;
  leaseEndMs: number;
  d: Delivering;
  signal: AbortSignal;
}

/**
 * Sends one batch; where Pinterest says only that something in it is bad, each half on its own, down to the one.
 * `isHalf`: it was part of a call already. Resolves with why no other batch should follow, if so.
 */
async function sendBatch(sending: Sending, batch: readonly Claimed[], isHalf = false): Promise<Stop | undefined> {
  const { to, account, leaseEndMs, d, signal } = sending;
  const mayNot = await whyNotNow(sending);
  if (mayNot) {
    await postponeAll(batch, isHalf ? mayNot : { ...mayNot, untried: true }, d);
    // Where the search stopped it goes on: from the whole again it might never come to an end.
    return isHalf ? { ...mayNot, sent: { ...mayNot.sent, events: batch.length } } : mayNot;
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
      await settle(sending, settledBy(batch, reading.events));
      return undefined;
    case "one is bad": {
      const [only, ...more] = batch;
      if (only && more.length === 0) {
        // Of a gateway's word nobody knows what it means: the event is tried again, and the account asked with little.
        if (!reading.isTheirs) return takesNothing(sending, batch, reading);
        await settle(sending, [{ delivery: only.delivery, outcome: "rejected", words: reading.words }]);
        return undefined;
      }
      const middle = Math.ceil(batch.length / 2);
      const stop = await sendBatch(sending, batch.slice(0, middle), true);
      const rest = batch.slice(middle);
      if (!stop) return sendBatch(sending, rest, true);
      await postponeAll(rest, stop, d);
      return stop;
    }
    case "no access": {
      await d.pause(to, reading.words);
      const stop: Stop = { words: reading.words, dueMs: d.now(), sent: { heard: "answer" } };
      await postponeAll(batch, stop, d);
      return stop;
    }
    case "again":
      return takesNothing(sending, batch, reading);
  }
}

/** Each is tried again at its own time; what was not sent is not to wait for that, else it would be behind it every time. */
async function takesNothing({ d }: Sending, batch: readonly Claimed[], refusal: Refusal): Promise<Stop> {
  const { words, retryAfterMs } = refusal;
  await postponeEach(batch, refusal, d);
  return retryAfterMs === undefined
    ? { words, dueMs: d.now(), sent: { heard: "nothing" } }
    : { words, dueMs: d.now() + retryDelayMs(0, 0, retryAfterMs), sent: { heard: "nothing", retryAfterMs } };
}

interface Refusal {
  words: string;
  retryAfterMs?: number;
}

/** Between tries to note what Pinterest said, while the claim lasts. */
const SETTLE_PAUSES_MS = [100, 300, 1_000, 3_000, 9_000];

/** Notes outcomes. A store that fails for a moment is asked again: else all of it would be sent anew. */
async function settle({ d, leaseEndMs }: Sending, settled: readonly Settled[]): Promise<void> {
  for (const pauseMs of SETTLE_PAUSES_MS) {
    try {
      return await d.store.settle(d.worker, settled, d.now());
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || d.now() + pauseMs >= leaseEndMs) throw error;
      await sleep(pauseMs);
    }
  }
  return d.store.settle(d.worker, settled, d.now());
}

/** A call must end before its lease does, within the account's budget, and not after the relay was told to stop. */
async function whyNotNow({
  account: { adAccountId, test },
  leaseEndMs,
  d: { store, now, callsPerMinute },
  signal,
}: Sending): Promise<Stop | undefined> {
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

const postponeAll = (batch: readonly Claimed[], { words, dueMs, untried }: Stop, d: Delivering): Promise<void> =>
  d.store.postpone(
    d.worker,
    batch.map(({ delivery }) => ({ delivery, dueMs, words, ...(untried ? { untried } : { atMs: d.now() }) })),
  );

/** Each by its own tries and luck: an event that Pinterest cannot bear is soon among others, or alone. */
const postponeEach = (batch: readonly Claimed[], { words, retryAfterMs }: Refusal, d: Delivering): Promise<void> => {
  const nowMs = d.now();
  const postponed = batch.map(({ delivery, attempts }) => {
    const dueMs = nowMs + retryDelayMs(attempts, d.chance(), retryAfterMs);
    return { delivery, dueMs, words, atMs: nowMs };
  });
  return d.store.postpone(d.worker, postponed);
};

const settledBy = (batch: readonly Claimed[], statuses: readonly EventStatus[]): Settled[] =>
  batch.flatMap(({ delivery, payload }, index) => {
    const status = statuses[index];
    if (!status) return [];
    const outcome: Outcome = status.processed ? "sent" : "rejected";
    return [{ delivery, outcome, payload, ...(status.words ? { words: status.words } : {}) }];
  });
