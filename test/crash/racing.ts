/** Has several relays work on one store, freezes them past their lease and thaws them, and says what came of it. */
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../until.ts";
import { counter } from "./counter.ts";
import { drawsFrom } from "./draws.ts";
import { failingPinterest } from "./failing-pinterest.ts";
import { examine, type Figures } from "./findings.ts";
import { startRelayProcess } from "./relay-process.ts";
import { startShoppers } from "./shoppers.ts";
import { countWaiting, type TriedStore } from "./stores.ts";

export interface RacePlan {
  seed: number;
  relays: number;
  shoppers: number;
  /** Events that are told at least. */
  events: number;
  leaseMs: number;
  /** How often a relay is frozen for longer than its lease. */
  freezes: number;
  /** Chance of a call to Pinterest to fail. */
  faults: number;
}

export async function race(
  store: TriedStore,
  { seed, relays: count, shoppers: telling, events, leaseMs, freezes, faults }: RacePlan,
): Promise<{ figures: Figures; wrong: string[] }> {
  const draws = drawsFrom(seed);
  const pinterest = await failingPinterest(drawsFrom(draws.below(2 ** 31)), faults);
  const calls = counter();
  pinterest.onCall(calls.happened);
  const relays = Array.from({ length: count }, () =>
    startRelayProcess({ databaseUrl: store.databaseUrl, leaseMs, pinterest }),
  );
  try {
    await Promise.all(relays.map(({ standsBy }) => standsBy));
    // All at once, on an empty store.
    for (const relay of relays) relay.go();
    const addresses = await Promise.all(
      relays.map(async ({ listens, output }) => {
        const address = await listens;
        if (!address) throw new Error(`a relay did not start: ${output()}`);
        return address;
      }),
    );
    const shoppers = startShoppers({
      seed: draws.below(2 ** 31),
      count: telling,
      relays: () => addresses,
      spray: 0.4,
      patienceMs: 2_500,
      heard: () => {},
    });
    for (let freeze = 0; freeze < freezes; freeze += 1) {
      const relay = relays[draws.below(count)];
      // In a call of its own or of another's, or at any moment.
      if (freeze % 2 === 0) await Promise.race([calls.times(1 + draws.below(5)), sleep(3_000)]);
      else await sleep(draws.below(300));
      relay?.signal("SIGSTOP");
      await sleep(leaseMs + 200 + draws.below(600));
      relay?.signal("SIGCONT");
      await sleep(draws.below(400));
    }
    await until(() => shoppers.answered() >= events, 300_000);
    await shoppers.stop();
    pinterest.recover();
    await until(async () => (await countWaiting(store)) === 0, 60_000);
    // What a relay knows as sent, one that was frozen may send again. With which bytes, and as what it counts, is looked at.
    const { figures, wrong } = await examine({ pinterest, shoppers, store, knownSent: new Map() });
    const keys = new Set(addresses.map(({ key }) => key));
    return { figures, wrong: keys.size === 1 ? wrong : [...wrong, "the relays do not serve one shop"] };
  } finally {
    for (const relay of relays) {
      relay.signal("SIGKILL");
      await relay.ended;
    }
    await pinterest.close();
  }
}
