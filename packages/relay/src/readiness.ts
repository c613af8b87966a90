/** Whether this relay can do its work: keep what it is told, and send it on. */
import type { Readiness } from "./http/health.ts";
import type { Store } from "./store/store.ts";

export interface Signs {
  store: Pick<Store, "check">;
  /** When delivery last began a round or claimed, ms since 1970 by the machine's clock. */
  deliveryMs(): number;
  /** How long the oldest request has waited to become durable, ms. */
  commitAgeMs(): number;
  isStopping(): boolean;
}

export interface ReadyLimits {
  /** The store is asked once in so long, however often anybody asks us. */
  freshMs: number;
  /** The store answers within it, or counts as down. */
  answerMs: number;
  /** A call to Pinterest takes 30 s at most; no round is silent for longer. */
  deliveryMs: number;
  commitMs: number;
}

export const READY_LIMITS: ReadyLimits = { freshMs: 1_000, answerMs: 2_000, deliveryMs: 60_000, commitMs: 5_000 };

export function readinessOf({ store, deliveryMs, commitAgeMs, isStopping }: Signs, limits = READY_LIMITS): Readiness {
  const check = storeCheck(store, limits);
  return async () => {
    // Who is on the way out need not ask anybody.
    if (isStopping()) return ["the relay is stopping"];
    const lacks: string[] = [];
    const store = await check();
    if (store) lacks.push(store);
    const idleMs = Date.now() - deliveryMs();
    if (idleMs > limits.deliveryMs) lacks.push(`delivery has stood still for ${Math.round(idleMs / 1_000)} s`);
    const waitMs = commitAgeMs();
    if (waitMs > limits.commitMs) lacks.push(`commits are behind by ${Math.round(waitMs / 1_000)} s`);
    return lacks;
  };
}

/** One check at a time, and its answer for all who ask meanwhile and a moment after: a flood of questions writes nothing more. */
function storeCheck(
  store: Pick<Store, "check">,
  { freshMs, answerMs }: ReadyLimits,
): () => Promise<string | undefined> {
  let asked = Number.NEGATIVE_INFINITY;
  let isAsking = false;
  let answer: Promise<string | undefined> = Promise.resolve(undefined);
  return () => {
    const at = performance.now();
    if (!isAsking && at - asked >= freshMs) {
      asked = at;
      isAsking = true;
      answer = store
        .check()
        .then(
          () => undefined,
          () => "the store cannot write",
        )
        .finally(() => {
          isAsking = false;
        });
    }
    return answeredBy(answer, asked + answerMs);
  };
}

const answeredBy = (answer: Promise<string | undefined>, byMs: number): Promise<string | undefined> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, byMs - performance.now()), "the store does not answer");
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
};
