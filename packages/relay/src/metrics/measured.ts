/** The store and Pinterest's client, measured from outside: nothing on the line of an event knows of metrics. */
import type { Outcome } from "../core/outcome.ts";
import type { Destination } from "../core/settings.ts";
import type { Reading } from "../pinterest/reply.ts";
import { type Judgement, type Store, StoreUnavailable } from "../store/store.ts";
import type { Metrics } from "./metrics.ts";

/** The same store; what goes through it is counted. */
export function measuredStore(store: Store, { events, acknowledgements, refusals, commit, outcomes }: Metrics): Store {
  /** Whom deliveries that are claimed go to: a settlement does not say. As many as may be under way. */
  const destinations = new Map<number, number>();
  const ended = (destination: number | undefined, outcome: Outcome): void =>
    outcomes.inc({ destination: destination ?? 0, outcome });

  return {
    ...store,
    async keep(telling) {
      const end = commit.startTimer();
      try {
        const kept = await store.keep(telling);
        telling.events.forEach(({ half }, index) => {
          events.inc({ source: half.source, kept: kept[index] ?? "" });
        });
        for (const { state } of telling.acks) acknowledgements.inc({ state });
        return kept;
      } catch (error) {
        if (error instanceof StoreUnavailable) refusals.inc();
        throw error;
      } finally {
        end();
      }
    },
    async claim(request, judge) {
      const judged: Judgement[] = [];
      const claimed = await store.claim(request, (due) => {
        const judgement = judge(due);
        judged.push(judgement);
        return judgement;
      });
      for (const one of judged) if ("outcome" in one) ended(request.destination, one.outcome);
      for (const { delivery } of claimed) destinations.set(delivery, request.destination);
      return claimed;
    },
    async settle(worker, settled, nowMs) {
      await store.settle(worker, settled, nowMs);
      for (const { delivery, outcome } of settled) {
        ended(destinations.get(delivery), outcome);
        destinations.delete(delivery);
      }
    },
    async postpone(worker, postponed) {
      await store.postpone(worker, postponed);
      for (const { delivery } of postponed) destinations.delete(delivery);
    },
    async expire(destination, beforeMs, limit, nowMs) {
      const count = await store.expire(destination, beforeMs, limit, nowMs);
      if (count > 0) outcomes.inc({ destination, outcome: "expired" }, count);
      return count;
    },
  };
}

/** Counts how a call went: to be told with every one, and with how long it took. */
export const countCall = (
  { calls, call }: Metrics,
  { id: destination }: Destination,
  { status }: Reading,
  tookMs: number,
): void => {
  calls.inc({ destination, status: status ?? "none" });
  call.observe({ destination }, tookMs / 1_000);
};
