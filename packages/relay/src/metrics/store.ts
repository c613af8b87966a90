/** The same store, of which it is counted what goes in and how it ends. Nothing on the line of an event knows of it. */
import type { Admission } from "../core/admit.ts";
import type { Outcome } from "../core/outcome.ts";
import type { Metrics } from "../metrics.ts";
import type { Admitted, Due, Store } from "../store/store.ts";

/** A delivery that this relay has claimed. */
interface UnderWay {
  destination: string;
  receivedMs: number;
  leaseEndMs: number;
}

/** `keyOf` names a shop by its row. */
export function measuredStore(store: Store, metrics: Metrics, keyOf: (shop: number) => string): Store {
  const commit = metrics.histogram("commit");
  const events = metrics.counter("events");
  const acks = metrics.counter("acks");
  const outcomes = metrics.counter("outcomes");
  const resends = metrics.counter("resends");
  const latency = metrics.histogram("delivery");
  const underWay = new Map<number, UnderWay>();

  /** What was settled by another relay, or could not be settled, is not to be remembered for ever: the first claimed come first. */
  const forgetOver = (nowMs: number): void => {
    for (const [delivery, { leaseEndMs }] of underWay) {
      if (leaseEndMs > nowMs) return;
      underWay.delete(delivery);
    }
  };

  const ended = (destination: number | string, outcome: Outcome, by = 1): void =>
    outcomes.inc({ destination: String(destination), outcome }, by);

  return {
    ...store,

    async keep(telling) {
      const { admitted, admissions } = overheard(telling.events);
      const end = commit.startTimer();
      const kept = await store.keep({ ...telling, events: admitted }).catch((error: unknown) => {
        metrics.counter("commitFailures").inc();
        throw error;
      });
      end();
      kept.forEach((became, index) => {
        const event = telling.events[index];
        if (event) events.inc({ shop: keyOf(event.shop), source: event.half.source, became });
        // One that is merged was counted when it was told first, or waits.
        if (became === "new")
          for (const { destination, outcome } of admissions[index] ?? []) if (outcome) ended(destination, outcome);
      });
      for (const { shop, state } of telling.acks) acks.inc({ shop: keyOf(shop), state });
      return kept;
    },

    async claim(request, judge) {
      forgetOver(request.nowMs);
      const destination = String(request.destination);
      // By name, since what was rolled back is judged again: why it is not sent, or when it was received.
      const judged = new Map<string, Outcome | number>();
      const claimed = await store.claim(request, (due) => {
        const judgement = judge(due);
        const receivedMs = Math.min(...due.halves.map((half) => half.receivedMs));
        judged.set(nameOf(due), "outcome" in judgement ? judgement.outcome : receivedMs);
        return judgement;
      });
      const closed = new Map<Outcome, number>();
      for (const one of judged.values()) if (typeof one === "string") addTo(closed, one);
      for (const [outcome, by] of closed) ended(destination, outcome, by);
      const leaseEndMs = request.nowMs + request.leaseMs;
      for (const one of claimed) {
        underWay.delete(one.delivery);
        const receivedMs = Number(judged.get(nameOf(one)) ?? Number.NaN);
        underWay.set(one.delivery, { destination, receivedMs, leaseEndMs });
        if (one.attempts > 1) resends.inc({ destination });
      }
      return claimed;
    },

    async settle(worker, settled, nowMs) {
      await store.settle(worker, settled, nowMs);
      const closed = new Map<string, Map<Outcome, number>>();
      for (const { delivery, outcome } of settled) {
        const claim = underWay.get(delivery);
        // The claim ended before, and whoever claimed it next counts how it went.
        if (!claim) continue;
        const { destination, receivedMs } = claim;
        underWay.delete(delivery);
        const of = closed.get(destination) ?? new Map<Outcome, number>();
        closed.set(destination, addTo(of, outcome));
        if (outcome === "sent" && Number.isFinite(receivedMs))
          latency.observe({ destination }, Math.max(0, nowMs - receivedMs) / 1_000);
      }
      for (const [destination, outcomes] of closed)
        for (const [outcome, by] of outcomes) ended(destination, outcome, by);
    },

    async postpone(worker, postponed) {
      for (const { delivery } of postponed) underWay.delete(delivery);
      await store.postpone(worker, postponed);
    },

    async expire(destination, beforeMs, limit, nowMs) {
      const count = await store.expire(destination, beforeMs, limit, nowMs);
      if (count > 0) ended(destination, "expired", count);
      return count;
    },
  };
}

const addTo = (counts: Map<Outcome, number>, outcome: Outcome): Map<Outcome, number> =>
  counts.set(outcome, (counts.get(outcome) ?? 0) + 1);

const nameOf = ({ name, id }: Pick<Due, "name" | "id">): string => `${name}\n${id}`;

/** The same events, whose admission is overheard: the last one of each is the one that counts. */
const overheard = (events: readonly Admitted[]): { admitted: Admitted[]; admissions: readonly Admission[][] } => {
  const admissions: Admission[][] = [];
  const admitted = events.map((event, index) => ({
    ...event,
    admit: (halves: Parameters<Admitted["admit"]>[0]) => {
      const admission = event.admit(halves);
      admissions[index] = admission;
      return admission;
    },
  }));
  return { admitted, admissions };
};
