/** Keeps delivering: a round for each destination shortly after something came in, and whenever something falls due. */
import { afterClaim, type Circuit, closed, type Sent } from "./core/circuit.ts";
import type { Destination } from "./core/settings.ts";
import { claimDue, type Delivering, sendClaim } from "./deliver.ts";
import { BATCH_EVENTS, TEST_BATCH_EVENTS } from "./pinterest/client.ts";

export interface DeliveryLoop {
  /** Looks for what is due from now on; until then only when it is told to. */
  start(): void;
  /** Something new is due: deliver within `flushMs`. */
  wake(): void;
  /** Delivers everything that is due now. */
  flush(): Promise<void>;
  /** The clock went back by so much: what rests does so for no longer than it would have. */
  setClockBack(byMs: number): void;
  /** When it last began a round, looked for more within one or heard from Pinterest, ms since 1970 by the machine's clock. */
  beganMs(): number;
  /** Until when nothing is sent to an ad account that takes nothing, ms since 1970; 0 where it takes something. */
  restsUntilMs(adAccountId: string): number;
  /**
   * Starts no further round, or a last one where there is time to drain; ends the calls that are under way `graceMs` later.
   * Resolves once nothing of this relay's is claimed any more.
   */
  stop(graceMs: number, drains: boolean): Promise<void>;
}

export interface LoopTimes {
  /** How long events gather before they are sent. */
  flushMs: number;
  /** How often retries and released claims are looked for. */
  pollMs: number;
}

export function deliveryLoop(
  destinations: () => readonly Destination[],
  delivering: Delivering,
  { flushMs, pollMs }: LoopTimes,
  failed: (error: unknown) => void,
): DeliveryLoop {
  /** One round of each destination at a time: where calls are slow no other waits for them. */
  const rounds = new Map<number, Promise<void>>();
  /** Of life, of each round that runs; ms since 1970. */
  const signs = new Map<number, number>();
  /** Tells a round that waits for its calls that there may be more to claim. */
  const pokes = new Map<number, () => void>();
  let timer: NodeJS.Timeout | undefined;
  let wakeAt = Number.POSITIVE_INFINITY;
  let lookedMs = Date.now();
  let stopped = false;
  let mayClaim = true;
  const ending = new AbortController();

  const hearing: Delivering = {
    ...delivering,
    heard: (to, reading) => {
      // A claim whose calls are cut in halves takes longer than any one of them.
      if (signs.has(to.id)) signs.set(to.id, Date.now());
      delivering.heard(to, reading);
    },
  };

  /** By ad account, since that is whom Pinterest counts the calls of. */
  const circuits = new Map<string, Circuit>();

  const drain = async (id: number): Promise<void> => {
    const calls = new Set<Promise<void>>();
    try {
      for (;;) {
        // Looked up anew each round: it may have been paused, or mended, meanwhile.
        const to = destinations().find((destination) => destination.id === id);
        signs.set(id, Date.now());
        if (!mayClaim || !to || !flows(to)) return;
        const most = to.state === "test" ? TEST_BATCH_EVENTS : BATCH_EVENTS;
        const circuit = circuits.get(to.adAccountId) ?? closed(most);
        if (delivering.now() < circuit.restUntilMs) return;
        if (calls.size >= circuit.calls) {
          await Promise.race(calls);
          continue;
        }
        const poked = new Promise<void>((resolve) => pokes.set(id, resolve));
        const claim = await claimDue(to, Math.min(most, circuit.events), delivering);
        if (claim.claimed.length > 0) {
          const call = sendClaim(to, claim, hearing, ending.signal)
            .then((sent) => note(to.adAccountId, most, sent))
            .catch(failed)
            .finally(() => calls.delete(call));
          calls.add(call);
        }
        if (claim.more) continue;
        // What the calls under way hand back at once may be due again, and something may have come in.
        if (calls.size === 0) return;
        await Promise.race([...calls, poked]);
      }
    } finally {
      await Promise.all(calls);
    }
  };

  const note = (account: string, most: number, sent: Sent): void => {
    const { now, chance } = delivering;
    circuits.set(account, afterClaim(circuits.get(account) ?? closed(most), sent, most, now(), chance()));
  };

  const round = (id: number): Promise<void> => {
    const running = rounds.get(id);
    if (running) {
      pokes.get(id)?.();
      return running;
    }
    const begun = drain(id)
      .catch(failed)
      .finally(() => {
        for (const of of [rounds, signs, pokes]) of.delete(id);
      });
    rounds.set(id, begun);
    return begun;
  };

  const flush = async (): Promise<void> => {
    lookedMs = Date.now();
    await Promise.all(destinations().map(({ id }) => round(id)));
  };

  const schedule = (ms: number): void => {
    const at = Date.now() + ms;
    if (stopped || (timer && wakeAt <= at)) return;
    clearTimeout(timer);
    wakeAt = at;
    timer = setTimeout(() => {
      timer = undefined;
      wakeAt = Number.POSITIVE_INFINITY;
      void flush();
      schedule(pollMs);
    }, ms);
  };

  const flushAll = async (): Promise<void> => {
    await Promise.all(rounds.values());
    await flush();
  };

  return {
    start: () => {
      lookedMs = Date.now();
      schedule(pollMs);
    },
    setClockBack: (byMs) => {
      for (const [account, circuit] of circuits)
        circuits.set(account, { ...circuit, restUntilMs: circuit.restUntilMs - byMs });
    },
    wake: () => schedule(flushMs),
    flush: flushAll,
    beganMs: () => Math.min(lookedMs, ...signs.values()),
    restsUntilMs: (adAccountId) => circuits.get(adAccountId)?.restUntilMs ?? 0,
    async stop(graceMs, drains) {
      stopped = true;
      mayClaim = drains;
      clearTimeout(timer);
      const end = setTimeout(() => {
        mayClaim = false;
        ending.abort();
      }, graceMs);
      await (drains ? flushAll() : Promise.all(rounds.values()));
      clearTimeout(end);
      // Where the store is gone, the claims come back with the end of their lease.
      await delivering.store.release(delivering.worker, delivering.now()).catch(failed);
    },
  };
}

/** Whether what is due there is worked on at all. Without a call no token can be refused. */
export const flows = ({ paused, state }: Destination): boolean =>
  state === "shadow" || (paused === undefined && (state === "live" || state === "test"));
