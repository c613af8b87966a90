/** Several relays on one store, of which some stand still for longer than their claims hold: no event counts twice, and none is lost. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { drawsFrom, seedOf } from "./crash/draws.ts";
import { type FailingPinterest, failingPinterest } from "./crash/failing-pinterest.ts";
import { summaryOf } from "./crash/findings.ts";
import { race } from "./crash/racing.ts";
import { type RelayProcess, startRelayProcess } from "./crash/relay-process.ts";
import { sentEvents } from "./crash/sent-bytes.ts";
import { deliveriesIn, STORES, type TriedStore } from "./crash/stores.ts";
import { share } from "./long.ts";
import type { Fault } from "./pinterest/faults.ts";
import { until } from "./until.ts";

const isLong = process.env.TEST_LENGTH === "long";
const LIMIT_MS = isLong ? 30 * 60_000 : 90_000;

/** What Pinterest says to the relay that is frozen meanwhile. */
const ANSWERS: readonly Fault[] = [
  { kind: "400" },
  { kind: "503" },
  { kind: "fail events", idPattern: ".", times: 1 },
  { kind: "drop after" },
];

describe.each(STORES)("on %s", (name, make) => {
  let store: TriedStore;
  beforeEach(async () => {
    store = await make();
  });
  afterEach(() => store.drop());

  test(
    "relays that are told the same by everybody, and freeze past their lease, send no event as two and lose none",
    async () => {
      const seed = seedOf(process.env.CRASH_SEED);
      const relays = name === "SQLite" ? 2 : 3;
      const { figures, wrong } = await race(store, { seed, relays, freezes: isLong ? 60 : 3, shoppers: 8 });
      const summary = summaryOf(`${relays} relays on ${name}`, seed, figures);
      process.stdout.write(`${summary}\n`);
      expect(wrong.slice(0, 20), summary).toEqual([]);
      expect(figures.acknowledged, summary).toBeGreaterThan(50);
    },
    LIMIT_MS,
  );

  describe("a relay that is frozen in the middle of a call, until another has sent and settled what it held", () => {
    let pinterest: FailingPinterest;
    let frozen: RelayProcess;
    let other: RelayProcess;
    beforeEach(async () => {
      pinterest = await failingPinterest(drawsFrom(1), 0);
      const setting = { databaseUrl: store.databaseUrl, leaseMs: 500, pinterest };
      [frozen, other] = [startRelayProcess(setting), startRelayProcess(setting)];
      await Promise.all([frozen.standsBy, other.standsBy]);
    });
    afterEach(async () => {
      for (const relay of [frozen, other]) {
        relay.signal("SIGKILL");
        await relay.ended;
      }
      await pinterest.close();
    });

    test.each(share(ANSWERS, 2).map((answer) => [answer.kind, answer] as const))(
      "changes nothing once it is thawed, though it reads %s",
      async (_, answer) => {
        frozen.go();
        const address = await frozen.listens;
        if (!address) throw new Error(`the relay did not start: ${frozen.output()}`);
        pinterest.fail({ kind: "latency", ms: 200, times: 1 });
        pinterest.fail(answer);
        const called = new Promise<void>((resolve) => pinterest.onCall(resolve));
        const events = [viewedProduct(), viewedProduct()];
        await collect(address, beacon(address.key, events));
        await called;
        frozen.signal("SIGSTOP");
        other.go();
        const isSent = async () => (await deliveriesIn(store, "sent")).length;
        await until(async () => (await isSent()) === events.length);
        other.signal("SIGKILL");
        await other.ended;
        const before = pinterest.calls.length;

        frozen.signal("SIGCONT");
        // It settles what it held before it turns to this.
        await collect(address, beacon(address.key, [viewedProduct()]));
        await until(async () => (await isSent()) === events.length + 1);
        expect((await deliveriesIn(store, "all")).map(({ outcome }) => outcome)).toEqual(["sent", "sent", "sent"]);
        expect(before).toBe(2);
        const told = pinterest.calls.flatMap(({ body }) => sentEvents(body));
        for (const { id } of events)
          expect(new Set(told.filter((one) => one.id === id).map(({ bytes }) => bytes)).size).toBe(1);
        expect(pinterest.verdicts().map(({ verdict }) => verdict)).not.toContain("counted twice");
      },
      LIMIT_MS,
    );
  });
});
