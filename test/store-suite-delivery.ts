/** What every store promises of what waits, what ended unsent, and what is old. Each store of ours answers to it. */
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Half } from "#relay/core/event";
import type { Outcome } from "#relay/core/outcome";
import { DEFAULT_SETTINGS } from "#relay/core/settings";
import type { Admitted, DeadLetterQuery, Due, Judgement, Store } from "#relay/store/store";

const NOW = Date.UTC(2026, 10, 24, 10, 0, 0);
const DAY = 86_400_000;
const LEASE_MS = 60_000;
const asPayload = (due: Due): Judgement => ({ payload: due.payload ?? JSON.stringify({ event_id: due.id }) });

export function deliverySuite(name: string, open: () => Promise<Store>): void {
  describe(`store: ${name}`, () => {
    let store: Store;
    let shop: number;
    const [one, two] = [1, 2];

    beforeEach(async () => {
      store = await open();
      shop = (await store.addShop({ key: "k3x9", origins: [], settings: DEFAULT_SETTINGS })).id;
    });
    afterEach(() => store.close());

    const half = (change: Partial<Half> = {}): Half => ({
      source: "browser",
      timeMs: NOW,
      receivedMs: NOW,
      matchKeys: {},
      properties: { product_id: "1001" },
      consent: { marketing: "granted", by: "call", at: NOW },
      network: { ip: "203.0.113.7", userAgent: "Mozilla/5.0" },
      ...change,
    });
    const admitted = (change: Partial<Admitted> = {}): Admitted => ({
      shop,
      name: "Viewed Product",
      id: randomUUID(),
      half: half(),
      admit: () => [{ destination: one, dueMs: NOW }],
      ...change,
    });
    const keep = (...events: Admitted[]) => store.keep({ events, acks: [] });
    const claim = (nowMs = NOW, worker = "one", destination = one, limit = 100) =>
      store.claim({ destination, worker, limit, nowMs, leaseMs: LEASE_MS }, asPayload);
    /** An event that ends so. */
    const ended = async (outcome: Outcome, change: Partial<Admitted> = {}, words?: string, nowMs = NOW) => {
      const event = admitted(change);
      await keep(event);
      const [{ destination = one } = {}] = event.admit([event.half]);
      const [claimed] = await claim(NOW, "one", destination);
      await store.settle("one", [{ delivery: claimed?.delivery ?? 0, outcome, ...(words ? { words } : {}) }], nowMs);
      return event.id;
    };
    const found = async (query: Partial<DeadLetterQuery>) =>
      (await store.deadLetters({ outcomes: ["rejected", "dead", "expired"], ...query }, 100)).map(({ id }) => id);

    describe("dead letters", () => {
      test("are listed by outcome, the last settled first, and what was sent is none", async () => {
        const first = await ended("rejected", {}, "400, code 4196");
        const last = await ended("dead", {}, undefined, NOW + 1);
        await ended("sent");
        expect(await found({ outcomes: ["sent", "rejected", "dead"] })).toEqual([last, first]);
        expect(await found({ outcomes: ["rejected"] })).toEqual([first]);
        expect(await found({ outcomes: [] })).toEqual([]);
        expect(await store.deadLetters({ outcomes: ["rejected", "dead"] }, 1)).toHaveLength(1);
      });

      test("say what, when, where to and why, and nothing of whom", async () => {
        const id = await ended("rejected", {}, "400, code 4196");
        const [letter] = await store.deadLetters({ outcomes: ["rejected"] }, 1);
        expect(letter).toEqual({
          delivery: expect.any(Number),
          shop,
          destination: one,
          name: "Viewed Product",
          id,
          timeMs: NOW,
          settledMs: NOW,
          outcome: "rejected",
          words: "400, code 4196",
          attempts: 1,
        });
      });

      test("are found by destination, event, time, reason, and by whether they were ever sent", async () => {
        const there = () => [{ destination: two, dueMs: NOW }];
        const old = await ended("rejected", { half: half({ timeMs: NOW - DAY }) }, "Invalid value_100%");
        const other = await ended("rejected", { admit: there, name: "Added To Cart" });
        expect(await found({ destination: two })).toEqual([other]);
        expect(await found({ name: "Added To Cart" })).toEqual([other]);
        expect(await found({ sinceMs: NOW })).toEqual([other]);
        expect(await found({ beforeMs: NOW })).toEqual([old]);
        expect(await found({ words: "INVALID VALUE_100%" })).toEqual([old]);
        expect(await found({ words: "value.100" })).toEqual([]);
        expect(await found({ shop: shop + 1 })).toEqual([]);
        expect(await found({ neverSent: true })).toEqual([]);
      });
    });

    describe("a replay", () => {
      const replay = (query: Partial<DeadLetterQuery> = {}, limit = 100, nowMs = NOW) =>
        store.replay({ outcomes: ["rejected", "dead"], ...query }, limit, nowMs);

      test("has an event judged anew, with its own ID and time, and counts its tries on", async () => {
        const id = await ended("rejected", {}, "bad");
        expect(await replay()).toBe(1);
        const judged: Due[] = [];
        const request = { destination: one, worker: "two", limit: 9, nowMs: NOW + 1, leaseMs: LEASE_MS };
        await store.claim(request, (due) => {
          judged.push(due);
          return { payload: "made anew" };
        });
        expect(judged).toMatchObject([{ id, attempts: 1, halves: [{ timeMs: NOW }] }]);
        expect(judged[0]).not.toHaveProperty("payload");
        expect(await replay()).toBe(0);
        expect(await found({})).toEqual([]);
      });

      test("takes as many as it may, those that ended by now, and never one that was sent", async () => {
        await ended("rejected");
        await ended("dead");
        await ended("rejected", {}, undefined, NOW + DAY);
        await ended("sent");
        expect([await replay({}, 1), await replay({}, 9), await replay({}, 9)]).toEqual([1, 1, 0]);
        expect(await replay({ outcomes: ["sent"] })).toBe(0);
        expect(await claim()).toHaveLength(2);
      });

      test("brings no IP address back: it went when the event had settled", async () => {
        await ended("rejected");
        await replay();
        const halves: Half[] = [];
        const request = { destination: one, worker: "two", limit: 9, nowMs: NOW + 1, leaseMs: LEASE_MS };
        await store.claim(request, (due) => {
          halves.push(...due.halves);
          return { outcome: "unmatched" };
        });
        expect(halves).toHaveLength(1);
        expect(JSON.stringify(halves)).not.toMatch(/203\.0\.113|Mozilla/);
      });
    });

    test("what waits is told by destination: how much, and since when the oldest could have gone", async () => {
      expect(await store.queue(NOW)).toEqual([]);
      const held = { half: half({ receivedMs: NOW - 9 }), admit: () => [{ destination: one, dueMs: NOW + DAY }] };
      await keep(admitted(held));
      expect(await store.queue(NOW)).toEqual([{ destination: one, waiting: 1 }]);
      await keep(admitted({ half: half({ receivedMs: NOW - 5 }) }));
      expect(await store.queue(NOW)).toEqual([{ destination: one, waiting: 2, oldestMs: NOW - 5 }]);
      const [claimed] = await claim();
      await store.postpone("one", [{ delivery: claimed?.delivery ?? 0, dueMs: NOW + DAY, words: "503" }]);
      expect(await store.queue(NOW)).toEqual([{ destination: one, waiting: 2, oldestMs: NOW - 5 }]);
      await claim(NOW + DAY);
      await store.settle("one", [{ delivery: claimed?.delivery ?? 0, outcome: "sent" }], NOW + DAY);
      expect(await store.queue(NOW + DAY)).toMatchObject([{ waiting: 1 }]);
    });

    test("a budget of calls is one for all who ask, and fills again", async () => {
      const take = (nowMs: number) => store.takeCall("549755885175", 600, nowMs);
      const waits = await Promise.all(Array.from({ length: 12 }, () => take(NOW)));
      expect(waits.filter((ms) => ms === 0)).toHaveLength(10);
      expect(await take(NOW)).toBe(100);
      expect(await store.takeCall("549755885176", 600, NOW)).toBe(0);
      expect([await take(NOW + 99), await take(NOW + 100), await take(NOW + 100)]).toEqual([1, 0, 100]);
      // A clock that was set back does not close it for as long.
      expect(await take(NOW - DAY)).toBe(0);
    });

    test("what a worker releases is due at once, for another too, and what others hold stays theirs", async () => {
      await keep(admitted(), admitted());
      const mine = await claim(NOW, "one", one, 1);
      const theirs = await claim(NOW, "two", one, 1);
      await store.release("one", NOW);
      expect(await claim(NOW, "three")).toMatchObject([{ id: mine[0]?.id, payload: mine[0]?.payload, attempts: 2 }]);
      await store.settle("two", [{ delivery: theirs[0]?.delivery ?? 0, outcome: "sent" }], NOW);
      expect((await store.queue(NOW)).map(({ waiting }) => waiting)).toEqual([1]);
    });

    describe("retention", () => {
      const order = (source: Half["source"], ids: string[], receivedMs = NOW): Admitted =>
        admitted({
          name: "Placed Order",
          id: ids[0] ?? "",
          half: half({
            source,
            receivedMs,
            timeMs: receivedMs,
            orderIds: ids,
            ...(source === "browser" ? {} : { order: { asOfMs: receivedMs, state: "paid", channels: ["web"] } }),
          }),
        });
      const settleAll = async () => {
        const claimed = await claim(NOW + DAY);
        const settled = claimed.map(({ delivery }) => ({ delivery, outcome: "sent" as const }));
        await store.settle("one", settled, NOW + DAY);
      };

      test("removes what is old and has ended, in steps, and leaves what waits", async () => {
        await keep(...[1, 2, 3].map((n) => admitted({ half: half({ receivedMs: NOW + n }) })));
        await settleAll();
        await keep(admitted({ id: "young", half: half({ receivedMs: NOW + DAY }) }), admitted({ id: "waiting" }));
        const purge = () => store.purgeEvents(NOW + DAY, 2);
        expect([await purge(), await purge(), await purge()]).toEqual([2, 1, 0]);
        expect((await store.recent(9)).map(({ id }) => id).sort()).toEqual(["waiting", "young"]);
      });

      test("leaves the names of an order behind, under which it is no new order", async () => {
        const names = ["order.k3x9.6278", "order.k3x9.1001"];
        await keep(order("shopify", names));
        await settleAll();
        expect(await store.purgeEvents(NOW + 1, 9)).toBe(1);
        expect(await store.recent(9)).toEqual([]);
        const again = [order("browser", ["order.k3x9.1001"]), order("shopify", names), order("browser", names)];
        expect(await keep(...again)).toEqual(["duplicate", "duplicate", "duplicate"]);
        expect(await keep(order("browser", ["order.k3x9.1002"]))).toEqual(["new"]);
      });

      test("lets a shop's server tell an order whose number somebody had made up before", async () => {
        await keep(order("browser", ["order.k3x9.1001"]));
        await settleAll();
        expect(await store.purgeEvents(NOW + 1, 9)).toBe(1);
        expect(await keep(order("browser", ["order.k3x9.1001"], NOW + DAY))).toEqual(["duplicate"]);
        expect(await keep(order("shopify", ["order.k3x9.6278", "order.k3x9.1001"], NOW + DAY))).toEqual(["new"]);
      });

      test("takes acknowledgements and refunds along, and in the end the names", async () => {
        const id = "order.k3x9.6278";
        const ack = { shop, name: "Placed Order", id, state: "fired" as const, atMs: NOW };
        const refund = { shop, order: id, id: "r-1", amount: 5, currency: "USD", atMs: NOW };
        await store.keep({ events: [order("shopify", [id])], acks: [ack], refunds: [refund] });
        await settleAll();
        await store.purgeEvents(NOW + 1, 9);
        expect([await store.purgeTombstones(NOW, 9), await store.purgeTombstones(NOW + 1, 9)]).toEqual([0, 1]);
        expect(await keep(order("shopify", [id]))).toEqual(["new"]);
        expect(await store.recent(1)).toMatchObject([{ ack: "unknown", refunds: [] }]);
      });
    });
  });
}
