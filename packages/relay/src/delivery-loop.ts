/** Keeps delivering: a round for each destination shortly after something came in, and whenever something falls due. */
import type { Destination } from "./core/settings.ts";
import { type Delivering, deliverRound } from "./deliver.ts";

export interface DeliveryLoop {
  /** Something new is due: deliver within `flushMs`. */
  wake(): void;
  /** Delivers everything that is due now. */
  flush(): Promise<void>;
  /** Starts no further round, and resolves once the running one has settled. */
  stop(): Promise<void>;
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
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let wakeAt = Number.POSITIVE_INFINITY;
  let stopped = false;

  /** By ad account, since that is whom Pinterest counts the calls of. */
  const restUntilMs = new Map<string, number>();

  const drain = async (id: number): Promise<void> => {
    for (;;) {
      // Looked up anew each round: it may have been paused, or mended, meanwhile.
      const to = destinations().find((destination) => destination.id === id);
      if (stopped || !to || !flows(to) || delivering.now() < (restUntilMs.get(to.adAccountId) ?? 0)) return;
      const round = await deliverRound(to, delivering);
      if (round.restUntilMs !== undefined) restUntilMs.set(to.adAccountId, round.restUntilMs);
      if (!round.more) return;
    }
  };

  const flush = (): Promise<void> => {
    running ??= Promise.all(destinations().map(({ id }) => drain(id).catch(failed)))
      .then(() => {})
      .finally(() => {
        running = undefined;
        schedule(pollMs);
      });
    return running;
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
    }, ms);
  };

  schedule(pollMs);
  return {
    wake: () => schedule(flushMs),
    flush: async () => {
      await running;
      await flush();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** Whether anything is sent there at all. */
export const flows = ({ paused, state }: Destination): boolean =>
  paused === undefined && (state === "live" || state === "test");
