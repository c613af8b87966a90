/** Several relays on one store, of which some stand still for longer than their claims hold: no event counts twice, and none is lost. */
import { describe, expect, test } from "vitest";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { drawsFrom, seedOf } from "./crash/draws.ts";
import { type FailingPinterest, failingPinterest } from "./crash/failing-pinterest.ts";
import { summaryOf } from "./crash/findings.ts";
import { race } from "./crash/racing.ts";
import { type Address, type RelayProcess, startRelayProcess } from "./crash/relay-process.ts";
import { sentEvents } from "./crash/sent-bytes.ts";
import { deliveriesIn, fresh, STORES, type TriedStore } from "./crash/stores.ts";
import { share } from "./long.ts";
import type { Fault } from "./pinterest/faults.ts";
import { until } from "./until.ts";

const isLong = process.env.TEST_LENGTH === "long";
/** Many processes on a machine that may be busy with other tests. */
const LIMIT_MS = isLong ? 30 * 60_000 : 180_000;

/** What Pinterest says to the relay that is frozen meanwhile. */
const ANSWERS: readonly Fault[] = [
  { kind: "400" },
  { kind: "503" },
  { kind: "fail events", idPattern: ".", times: 1 },
  { kind: "drop after" },
];

describe.each(STORES)("on %s", (name, make) => {
  const relays = name === "SQLite" ? 2 : 3;
  // biome-ignore format: a table
  const races = [
    ["relays that are told the same by everybody send each event once",                                              { leaseMs: 120_000, freezes: 0,                faults: 0    }],
    ["relays that are told the same by everybody, and freeze past their lease, send no event as two and lose none",  { leaseMs: 600,     freezes: isLong ? 60 : 2,  faults: 0.15 }],
  ] as const;
  test.each(isLong || name === "PostgreSQL" ? races : races.slice(1))(
    "%s",
    (_, plan) =>
      fresh(make, async (store) => {
        const seed = seedOf(process.env.CRASH_SEED);
        const events = isLong ? 5_000 : 150;
        const { figures, wrong } = await race(store, { ...plan, seed, relays, events, shoppers: 8 });
        const summary = summaryOf(`${relays} relays on ${name}`, seed, figures);
        process.stdout.write(`${summary}\n`);
        expect(wrong.slice(0, 20), summary).toEqual([]);
        // Where nothing broke there is no reason to ask again.
        if (plan.faults === 0) expect(figures.resends, summary).toBe(0);
      }),
    LIMIT_MS,
  );

  test(
    "a relay that is frozen in the middle of a call, until another has sent and settled what it held, changes nothing once it is thawed",
    () =>
      fresh(make, async (store) => {
        const pinterest = await failingPinterest(drawsFrom(1), 0);
        const processes: RelayProcess[] = [];
        const standBy = (): RelayProcess => {
          const relay = startRelayProcess({ databaseUrl: store.databaseUrl, leaseMs: 500, pinterest });
          processes.push(relay);
          return relay;
        };
        try {
          const frozen = standBy();
          let other = standBy();
          await frozen.standsBy;
          frozen.go();
          const address = await frozen.listens;
          if (!address) throw new Error(`the relay did not start: ${frozen.output()}`);
          for (const answer of share(ANSWERS, 2)) {
            await other.standsBy;
            await thawed(store, address, frozen, other, answer, pinterest);
            other = standBy();
          }
          expect(pinterest.verdicts().map(({ verdict }) => verdict)).not.toContain("counted twice");
        } finally {
          for (const relay of processes) {
            relay.signal("SIGKILL");
            await relay.ended;
          }
          await pinterest.close();
        }
      }),
    LIMIT_MS,
  );

  const thawed = async (
    store: TriedStore,
    address: Address,
    frozen: RelayProcess,
    other: RelayProcess,
    answer: Fault,
    pinterest: FailingPinterest,
  ): Promise<void> => {
    const events = [viewedProduct(), viewedProduct()];
    const outcomes = async (ids: readonly { id: string }[]) => {
      const kept = await deliveriesIn(store, "all");
      return ids.map((event) => kept.find(({ id }) => id === event.id)?.outcome);
    };
    const areSent = async (...ids: { id: string }[]) => (await outcomes(ids)).every((outcome) => outcome === "sent");
    pinterest.fail({ kind: "latency", ms: 200, times: 1 });
    pinterest.fail(answer);
    const called = new Promise<void>((resolve) => pinterest.onCall(resolve));
    // A connection kept open would be given up while the relay is frozen.
    const tell = (told: object[]) => collect(address, beacon(address.key, told), { connection: "close" });
    await tell(events);
    await called;
    frozen.signal("SIGSTOP");
    other.go();
    await until(() => areSent(...events));
    other.signal("SIGKILL");
    await other.ended;

    frozen.signal("SIGCONT");
    const later = viewedProduct();
    await tell([later]);
    // It settles what it held before it turns to this.
    await until(() => areSent(later));
    expect(await outcomes(events), answer.kind).toEqual(["sent", "sent"]);
    const told = pinterest.calls.flatMap(({ body }) => sentEvents(body));
    for (const { id } of events) {
      const tries = told.filter((one) => one.id === id).map(({ bytes }) => bytes);
      expect(tries.length, answer.kind).toBeGreaterThan(1);
      expect(new Set(tries).size, answer.kind).toBe(1);
    }
  };
});
