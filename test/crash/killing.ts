/** Kills a relay under load again and again, and says what came of it. */
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../until.ts";
import { counter } from "./counter.ts";
import { drawsFrom } from "./draws.ts";
import { failingPinterest } from "./failing-pinterest.ts";
import { examine, type Figures } from "./findings.ts";
import { type Address, type RelayProcess, startRelayProcess } from "./relay-process.ts";
import { startShoppers } from "./shoppers.ts";
import { countWaiting, deliveriesIn, type TriedStore } from "./stores.ts";

/** Far more than a round takes, and soon over for what a killed relay had claimed. */
const LEASE_MS = 1_000;
/** A life in which the awaited moment does not come ends all the same, once the relay has answered for something. */
const LIFE_MS = 6_000;
/** Lives that end in the migration, or before it. */
const FIRST_LIVES = 2;

export interface KillingPlan {
  seed: number;
  kills: number;
  shoppers: number;
}

export interface KillingFigures extends Figures {
  kills: number;
  /** Kills while the relay was starting, after it had answered for something, and while a call of its to Pinterest was open. */
  starting: number;
  serving: number;
  calling: number;
}

export async function killAgainAndAgain(
  store: TriedStore,
  { seed, kills, shoppers: count }: KillingPlan,
): Promise<{ figures: KillingFigures; wrong: string[] }> {
  const draws = drawsFrom(seed);
  const pinterest = await failingPinterest(drawsFrom(draws.below(2 ** 31)), 0.3);
  const [answers, calls] = [counter(), counter()];
  pinterest.onCall(calls.happened);
  let address: Address | undefined;
  const shoppers = startShoppers({
    seed: draws.below(2 ** 31),
    count,
    relays: () => (address ? [address] : []),
    spray: 0.1,
    patienceMs: 5_000,
    heard: answers.happened,
  });
  const knownSent = new Map<string, number>();
  const failures: string[] = [];
  const standBy = () => startRelayProcess({ databaseUrl: store.databaseUrl, leaseMs: LEASE_MS, pinterest });
  let [relay, next] = [standBy(), standBy()];
  let [starting, serving, calling] = [0, 0, 0];

  /** Resolves at the moment at which this life is to end. */
  const moment = async (started: RelayProcess, life: number): Promise<void> => {
    // Each kind in turn, so that a short run has all; the first lives end in the migration, if they can.
    const kind = life < FIRST_LIVES ? 0 : life % 4;
    const ms = draws.below(life < FIRST_LIVES ? 60 : 700);
    if (kind === 0) return void (await Promise.race([sleep(ms), started.ended]));
    address = await started.listens;
    // biome-ignore format: a table
    const end = [
      () => sleep(draws.below(1_200)),                                     // any moment
      () => answers.times(1 + draws.below(150)),                          // as an answer arrives
      () => calls.times(1 + draws.below(10)).then(() => sleep(ms / 20)),   // in a call to Pinterest, or just after it
    ][kind - 1];
    const before = shoppers.answered();
    await Promise.race([end?.(), sleep(LIFE_MS), started.ended]);
    // A busy machine may not have come to it.
    if (kind > 1) await Promise.race([until(() => shoppers.answered() > before), started.ended]);
    if (shoppers.answered() > before) serving += 1;
  };

  try {
    for (let life = 0; life < kills; life += 1) {
      await relay.standsBy;
      relay.go();
      await moment(relay, life);
      relay.signal("SIGKILL");
      if (pinterest.calls.some(({ status }) => status === "open")) calling += 1;
      if (!address) starting += 1;
      address = undefined;
      if ((await relay.ended) !== "SIGKILL") failures.push(`a relay ended by itself: ${relay.output()}`);
      for (const { id } of await deliveriesIn(store, "sent", true))
        if (!knownSent.has(id)) knownSent.set(id, pinterest.calls.length);
      [relay, next] = [next, standBy()];
    }
    relay.go();
    address = await relay.listens;
    if (!address) throw new Error(`the last relay did not start: ${relay.output()}`);
    await shoppers.stop();
    pinterest.recover();
    await until(async () => (await countWaiting(store)) === 0, 60_000);
    const { figures, wrong } = await examine({ pinterest, shoppers, store, knownSent });
    return { figures: { ...figures, kills, starting, serving, calling }, wrong: [...failures, ...wrong] };
  } finally {
    for (const each of [relay, next]) {
      each.signal("SIGKILL");
      await each.ended;
    }
    await pinterest.close();
  }
}
