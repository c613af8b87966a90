/** What every store promises of what waits, what ended unsent, and what is old. Each store of ours answers to it. */
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { draftOf } from "#relay/core/draft";
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
      await add();
      await add();
    });
    afterEach(() => store.close());

    const add = () =>
      store.addDestination({
        shop,
        name: "d",
        adAccountId: "549755885175",
        tagId: "2612345678901",
        token: "pina_SAME",
        state: "live",
        drivesBrowser: true,
      });
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

    test("dead letters are counted by destination, outcome and reason, the most first", async () => {
      for (const words of ["bad", "bad", "worse"]) await ended("rejected", {}, words);
      await ended("dead");
      await ended("sent");
      expect(await store.countDeadLetters({ outcomes: ["rejected", "rejected"], words: "BAD" })).toEqual([
        { destination: one, outcome: "rejected", words: "bad", count: 2 },
      ]);
      const counts = await store.countDeadLetters({ outcomes: ["rejected", "dead", "sent"] });
      expect(counts).toHaveLength(3);
      expect(counts[0]).toEqual({ destination: one, outcome: "rejected", words: "bad", count: 2 });
      expect(counts).toContainEqual({ destination: one, outcome: "dead", count: 1 });
    });

    test("dead letters beyond what is looked at in one go are all found, and replayed in steps", async () => {
      await keep(...Array.from({ length: 450 }, (_, n) => admitted({ half: half({ timeMs: NOW + n }) })));
      const claimed = await claim(NOW, "one", one, 450);
      const settled = claimed.map(({ delivery }, n) => ({
        delivery,
        outcome: "rejected" as const,
        words: n % 3 === 0 ? "worse" : "bad",
      }));
      // All at one time, so that it does not tell one from another.
      await store.settle("one", settled, NOW);
      const all = { outcomes: ["rejected"] } as const;
      expect(new Set((await store.deadLetters(all, 999)).map(({ id }) => id)).size).toBe(450);
      expect(await store.deadLetters({ ...all, words: "worse" }, 999)).toHaveLength(150);
      const replay = () => store.replay({ ...all, words: "bad" }, 120, NOW);
      expect([await replay(), await replay(), await replay(), await replay()]).toEqual([120, 120, 60, 0]);
      expect(await store.countDeadLetters(all)).toMatchObject([{ words: "worse", count: 150 }]);
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

      test("leaves what it ended as beside it, the last first, also once it has ended again", async () => {
        const id = await ended("rejected", {}, "400, code 1");
        const again = async (outcome: Outcome, words?: string) => {
          expect(await replay({}, 9, NOW + DAY)).toBe(1);
          const [claimed] = await claim(NOW + DAY);
          const settled = { delivery: claimed?.delivery ?? 0, outcome, ...(words ? { words } : {}) };
          await store.settle("one", [settled], NOW + DAY);
        };
        await replay();
        expect((await store.recent(1))[0]?.deliveries).toEqual([
          { destination: one, attempts: 1, earlier: "rejected: 400, code 1" },
        ]);
        const [claimed] = await claim();
        await store.settle("one", [{ delivery: claimed?.delivery ?? 0, outcome: "dead" }], NOW);
        await again("rejected", "400, code 2");
        expect(await store.deadLetters({ outcomes: ["rejected"] }, 9)).toMatchObject([
          { id, attempts: 3, words: "400, code 2", earlier: "dead; rejected: 400, code 1" },
        ]);
        for (let n = 0; n < 3; n += 1) await again("rejected", "x".repeat(900));
        expect((await store.deadLetters({ outcomes: ["rejected"] }, 9))[0]?.earlier).toMatch(
          /^rejected: x{900}; .{0,100}$/,
        );
      });

      test("of what another holds or what waits changes nothing", async () => {
        await keep(admitted(), admitted());
        await claim(NOW, "one", one, 1);
        expect(await replay({ outcomes: ["rejected", "dead", "expired", "filtered"] })).toBe(0);
        expect(await claim(NOW, "two")).toHaveLength(1);
      });

      test("by two at once has each judged anew once", async () => {
        for (let n = 0; n < 9; n += 1) await ended("rejected");
        const counts = await Promise.all([replay(), replay()]);
        expect(counts.reduce((a, b) => a + b)).toBe(9);
        expect(await claim()).toHaveLength(9);
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

    describe("IP address and user agent are gone once all of an event has ended", () => {
      /** What the store would tell of the event if it were judged anew, and what it shows. */
      const left = async () => {
        const seen: unknown[] = [await store.recent(9)];
        const outcomes = [
          "rejected",
          "dead",
          "expired",
          "withdrawn",
          "filtered",
          "no consent",
          "unmapped",
          "late",
        ] as const;
        await store.replay({ outcomes }, 99, NOW + DAY);
        const request = { worker: "looks", limit: 9, nowMs: NOW + 9 * DAY, leaseMs: LEASE_MS };
        for (const destination of [one, two])
          await store.claim({ ...request, destination }, (due) => {
            seen.push(due);
            return { outcome: "dead" };
          });
        return JSON.stringify(seen);
      };
      const judged = (outcome: Outcome) => async () => {
        await keep(admitted());
        const request = { destination: one, worker: "one", limit: 9, nowMs: NOW, leaseMs: LEASE_MS };
        await store.claim(request, () => ({ outcome }));
      };
      const withNetwork = (due: Due): Judgement => ({
        payload: JSON.stringify({
          event_id: due.id,
          user_data: {
            em: ["ab"],
            client_ip_address: due.halves[0]?.network?.ip,
            client_user_agent: due.halves[0]?.network?.userAgent,
          },
        }),
      });
      type Told = "by its number" | "with its payload";
      const settledAs = (outcome: Outcome, told: Told) => async () => {
        await keep(admitted());
        const request = { destination: one, worker: "one", limit: 9, nowMs: NOW, leaseMs: LEASE_MS };
        const claimed = await store.claim(request, withNetwork);
        expect(claimed[0]?.payload).toContain("203.0.113.7");
        const settled = claimed.map(({ delivery, payload }) => ({
          delivery,
          outcome,
          ...(told === "with its payload" ? { payload } : {}),
        }));
        await store.settle("one", settled, NOW);
      };
      const visitor = "ab".repeat(32);
      const person = { visitors: [visitor], hashes: [], aliases: [] };

      const WAYS: [string, () => Promise<unknown>][] = [
        ["sent", settledAs("sent", "by its number")],
        ["rejected", settledAs("rejected", "by its number")],
        ["dead", settledAs("dead", "by its number")],
        ["sent, told with its payload", settledAs("sent", "with its payload")],
        ["rejected, told with its payload", settledAs("rejected", "with its payload")],
        ["late at its claim", judged("late")],
        ["filtered at its claim", judged("filtered")],
        ["without consent at its claim", judged("no consent")],
        ["withdrawn at its claim", judged("withdrawn")],
        [
          "admitted with an outcome",
          () => keep(admitted({ admit: () => [{ destination: one, outcome: "unmapped" }] })),
        ],
        [
          "expired while it waited",
          async () => {
            await keep(admitted());
            expect(await store.expire(one, NOW + 1, 9, NOW)).toBe(1);
          },
        ],
        [
          "expired while it was held",
          async () => {
            await keep(admitted());
            await store.claim(
              { destination: one, worker: "one", limit: 9, nowMs: NOW, leaseMs: LEASE_MS },
              withNetwork,
            );
            expect(await store.expire(one, NOW + 1, 9, NOW)).toBe(1);
          },
        ],
        [
          "forgotten while it waited",
          async () => {
            await keep(admitted({ half: half({ visitor }) }));
            expect(await store.forget(shop, person, 0, 9, NOW)).toMatchObject({ events: 1 });
          },
        ],
        [
          "forgotten on its way, and sent",
          async () => {
            await keep(admitted({ half: half({ visitor }) }));
            const request = { destination: one, worker: "one", limit: 9, nowMs: NOW, leaseMs: LEASE_MS };
            const [claimed] = await store.claim(request, withNetwork);
            await store.forget(shop, person, 0, 9, NOW);
            await store.settle("one", [{ delivery: claimed?.delivery ?? 0, outcome: "sent" }], NOW);
          },
        ],
        [
          "postponed, replayed and sent",
          async () => {
            await settledAs("rejected", "by its number")();
            await store.replay({ outcomes: ["rejected"] }, 9, NOW);
            const [claimed] = await claim();
            await store.postpone("one", [{ delivery: claimed?.delivery ?? 0, dueMs: NOW, words: "503" }]);
            await claim();
            await store.settle("one", [{ delivery: claimed?.delivery ?? 0, outcome: "sent" }], NOW);
          },
        ],
        [
          "settled for one destination and then for the other",
          async () => {
            const both = () => [one, two].map((destination) => ({ destination, dueMs: NOW }));
            await keep(admitted({ admit: both }));
            for (const destination of [one, two]) {
              const request = { destination, worker: "one", limit: 9, nowMs: NOW, leaseMs: LEASE_MS };
              const [claimed] = await store.claim(request, withNetwork);
              expect(claimed?.payload).toContain("203.0.113.7");
              await store.settle("one", [{ delivery: claimed?.delivery ?? 0, outcome: "sent" }], NOW);
            }
          },
        ],
        [
          "refused by its visitor, though another destination still waits",
          async () => {
            const both = () => [one, two].map((destination) => ({ destination, dueMs: NOW }));
            await keep(admitted({ admit: both }));
            const request = { destination: one, worker: "one", limit: 9, nowMs: NOW, leaseMs: LEASE_MS };
            await store.claim(request, ({ halves }) => ({
              outcome: "no consent",
              halves: halves.map(({ network: _, ...kept }) => kept),
            }));
          },
        ],
      ];
      test.each(WAYS)("%s", async (_, happens) => {
        await happens();
        const seen = await left();
        expect(seen).toContain("Viewed Product");
        expect(seen).not.toMatch(/203\.0\.113|Mozilla/);
      });
    });

    test("what is handed back untried was no try, and where there was none before nothing is frozen", async () => {
      const event = admitted();
      await keep(event);
      const [first] = await claim();
      const back = { delivery: first?.delivery ?? 0, dueMs: NOW, words: "the calls are spent", untried: true } as const;
      await store.postpone("one", [back]);
      expect((await store.recent(1))[0]?.deliveries).toMatchObject([{ attempts: 0 }]);
      expect(await keep({ ...event, half: half({ source: "server" }) })).toEqual(["merged"]);
      const [again] = await claim();
      expect(again).toMatchObject({ attempts: 1 });
      await store.postpone("one", [{ delivery: back.delivery, dueMs: NOW, words: "503" }]);
      // After a real try its bytes stay, whatever is handed back.
      const [third] = await claim();
      await store.postpone("one", [back]);
      expect(third).toMatchObject({ attempts: 2, payload: again?.payload });
      expect(await claim()).toMatchObject([{ attempts: 2, payload: again?.payload }]);
      expect(await keep({ ...event, half: half({ source: "shopify" }) })).toEqual(["late half"]);
    });

    test("a clock that was set back moves what waits once, whichever relays notice it", async () => {
      const HOUR = 3_600_000;
      expect(await store.seeTime(NOW, NOW, 60_000)).toBe(0);
      await keep(admitted({ admit: () => [{ destination: one, dueMs: NOW + 30_000 }] }));
      expect(await store.seeTime(NOW + 5_000, NOW, 60_000)).toBe(0);
      const backMs = NOW + 7_000 - HOUR;
      // What a relay saw itself is younger than what it noted.
      expect(await Promise.all([1, 2].map(() => store.seeTime(backMs, NOW + 7_000, 60_000)))).toEqual(
        expect.arrayContaining([HOUR, 0]),
      );
      expect(await claim(NOW + 29_999 - HOUR)).toEqual([]);
      expect(await claim(NOW + 30_000 - HOUR)).toHaveLength(1);
      // A relay that starts anew knows it too, and clocks that differ by less than is noticed change nothing.
      expect([
        await store.seeTime(backMs + 9, backMs, 60_000),
        await store.seeTime(backMs - 50_000, backMs, 60_000),
      ]).toEqual([0, 0]);
    });

    test("of whom an event is told that is not sent any more nothing stays, in its frozen bytes neither", async () => {
      const visitor = "ab".repeat(32);
      const personal = {
        event_name: "search",
        event_id: "e-1",
        event_source_url: "https://shop.example/search?q=bob",
        user_data: { em: ["48".repeat(32)] },
        custom_data: { search_string: "bob smith", currency: "USD" },
      };
      const frozen = async (id: string) => {
        await keep(admitted({ id, half: half({ visitor }) }));
        const request = { destination: one, worker: "one", limit: 9, nowMs: NOW, leaseMs: LEASE_MS };
        const [claimed] = await store.claim(request, () => ({ payload: JSON.stringify(personal) }));
        await store.postpone("one", [{ delivery: claimed?.delivery ?? 0, dueMs: NOW, words: "503" }]);
      };
      const left = async () => JSON.parse((await store.recent(1))[0]?.deliveries[0]?.payload ?? "{}");
      const nobody = { event_name: "search", event_id: "e-1", custom_data: { currency: "USD" } };

      await frozen("withdrawn");
      const request = { destination: one, worker: "one", limit: 9, nowMs: NOW, leaseMs: LEASE_MS };
      await store.claim(request, ({ halves }) => ({ outcome: "withdrawn", halves: [...halves] }));
      expect(await left()).toEqual(nobody);
      await frozen("forgotten");
      await store.forget(shop, { visitors: [visitor], hashes: [], aliases: [] }, 0, 100, NOW);
      expect(await left()).toEqual(nobody);
      // What was claimed for the other destination is still at hand there, with all that was known of whom.
      await keep(
        admitted({
          id: "both",
          half: half({ visitor }),
          admit: () => [one, two].map((destination) => ({ destination, dueMs: NOW })),
        }),
      );
      const payload = JSON.stringify({
        ...personal,
        user_data: { ...personal.user_data, client_ip_address: "203.0.113.7" },
      });
      const [away] = await store.claim({ ...request, worker: "two", destination: two }, () => ({ payload }));
      await store.claim(request, ({ halves }) => ({ outcome: "withdrawn", halves: [...halves] }));
      await store.settle("two", [{ delivery: away?.delivery ?? 0, outcome: "sent", payload }], NOW);
      const settled = (await store.recent(1))[0]?.deliveries.find(({ destination }) => destination === two);
      expect(settled?.outcome).toBe("sent");
      expect(JSON.parse(settled?.payload ?? "")).toEqual(nobody);
    });

    test("a destination is not paused by a call to an ad account that it no longer has", async () => {
      const destination = await add();
      await store.saveDestination({ ...destination, adAccountId: "549755885176" });
      expect(await store.pauseDestination(destination, "404")).toBe(false);
      expect((await store.destinations()).flatMap(({ paused }) => paused ?? [])).toEqual([]);
    });

    describe("for a destination that was removed", () => {
      const toTwo = (id: string, dueMs = NOW) => admitted({ id, admit: () => [{ destination: two, dueMs }] });
      const stateOf = async (id: string) => {
        const [row] = (await store.recent(99)).filter((one) => one.id === id);
        return row?.deliveries.map(({ outcome, words }) => [outcome, words])[0];
      };
      const WITHDRAWN = ["withdrawn", "its destination was removed"];

      test("nothing waits for ever, whoever did not know it yet: it is withdrawn, and its IP address goes", async () => {
        await keep(toTwo("before"));
        await store.removeDestination(two);
        await keep(toTwo("told by a relay that did not know", NOW + DAY), admitted({ id: "of another" }));
        expect([await store.withdrawGone(9, NOW), await store.withdrawGone(9, NOW)]).toEqual([2, 0]);
        expect(await stateOf("before")).toEqual(WITHDRAWN);
        expect(await stateOf("told by a relay that did not know")).toEqual(WITHDRAWN);
        expect(await stateOf("of another")).toEqual([undefined, undefined]);
        const seen = (await store.reads.samples(shop, 9)).filter(({ halves }) => halves.some(({ network }) => network));
        expect(seen.map(({ id }) => id)).toEqual(["of another"]);
        expect(await store.purgeEvents(NOW + 400 * DAY, 9)).toBe(2);
      });

      test("its frozen bytes too are without an IP address", async () => {
        await keep(toTwo("tried"));
        const user = { client_ip_address: "203.0.113.7", em: ["ab".repeat(32)] };
        const request = { destination: two, worker: "one", limit: 9, nowMs: NOW, leaseMs: LEASE_MS };
        const [held] = await store.claim(request, () => ({ payload: JSON.stringify({ user_data: user }) }));
        await store.postpone("one", [{ delivery: held?.delivery ?? 0, dueMs: NOW + DAY, words: "503" }]);
        await store.removeDestination(two);
        expect(await store.withdrawGone(9, NOW)).toBe(1);
        expect((await store.recent(1))[0]?.deliveries[0]?.payload).not.toContain("203.0.113.7");
      });

      test("in steps, and what a worker holds is left to it until its lease ends", async () => {
        await keep(toTwo("away"), toTwo("lost"));
        const [away] = await claim(NOW, "one", two);
        await keep(...[1, 2, 3].map((n) => toTwo(`waiting-${n}`)));
        await store.removeDestination(two);
        expect([await store.withdrawGone(2, NOW), await store.withdrawGone(2, NOW)]).toEqual([2, 1]);
        await store.settle("one", [{ delivery: away?.delivery ?? 0, outcome: "sent" }], NOW + 1);
        expect(await store.withdrawGone(9, NOW + LEASE_MS - 1)).toBe(0);
        expect(await store.withdrawGone(9, NOW + LEASE_MS)).toBe(1);
        const ends = [(await stateOf("away"))?.[0], (await stateOf("lost"))?.[0]];
        expect(ends.sort()).toEqual(["sent", "withdrawn"]);
      });

      test("nothing is replayed, and the rest is, however much of that lies before it", async () => {
        for (let n = 0; n < 3; n += 1) await ended("rejected", toTwo(`gone-${n}`));
        await ended("rejected", { id: "still there" }, undefined, NOW + 1);
        await store.removeDestination(two);
        expect(await store.replay({ outcomes: ["rejected"] }, 1, NOW + 2)).toBe(1);
        expect(await store.replay({ outcomes: ["rejected"] }, 1, NOW + 2)).toBe(0);
        expect((await claim(NOW + 2)).map(({ id }) => id)).toEqual(["still there"]);
        expect(await claim(NOW + 2, "one", two)).toEqual([]);
      });

      test.each(["waits", "ended"])("another is numbered anew while something of it %s", async (what) => {
        await (what === "waits" ? keep(toTwo("a")) : ended("rejected", toTwo("a")));
        await store.removeDestination(two);
        await store.removeDestination(one);
        const { id } = await add();
        expect(id).toBe(3);
        expect((await store.destinations()).map((destination) => destination.id)).toEqual([3]);
        expect(await claim(NOW, "one", id)).toEqual([]);
      });

      test("another is numbered anew too while only the history of settings knows it", async () => {
        const [first] = await store.shops();
        if (!first) throw new Error("no shop");
        const before = draftOf(first, await store.destinations());
        const after = { ...before, shop: { ...first, origins: ["https://shop.example"] } };
        expect(await store.saveChange(before, after, "dashboard", NOW)).toBe(true);
        await store.removeDestination(two);
        expect((await add()).id).toBe(3);
      });
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

      test("goes by when an event was received, not by when it happened", async () => {
        await keep(admitted({ half: half({ timeMs: NOW - 100 * DAY, receivedMs: NOW + DAY }) }));
        await settleAll();
        expect(await store.purgeEvents(NOW + DAY, 9)).toBe(0);
        expect(await store.purgeEvents(NOW + DAY + 1, 9)).toBe(1);
      });

      test("leaves what is judged anew, until it has ended again", async () => {
        await ended("rejected");
        await store.replay({ outcomes: ["rejected"] }, 9, NOW);
        expect(await store.purgeEvents(NOW + 1, 9)).toBe(0);
        await settleAll();
        expect(await store.purgeEvents(NOW + 1, 9)).toBe(1);
      });

      test("by several relays at once removes each event once, and is done", async () => {
        await keep(...Array.from({ length: 50 }, () => admitted()));
        await settleAll();
        const purge = async () => {
          let count = 0;
          for (let some = -1; some !== 0; count += some) some = await store.purgeEvents(NOW + 1, 20);
          return count;
        };
        const counts = await Promise.all([purge(), purge(), purge()]);
        expect(counts.reduce((a, b) => a + b)).toBe(50);
        expect(await store.recent(9)).toEqual([]);
      });

      test("takes acknowledgements and refunds of which no event ever came, and leaves those of which one did", async () => {
        const view = admitted({ half: half({ receivedMs: NOW + DAY }) });
        const known = order("shopify", ["order.k3x9.6278", "order.k3x9.1001"], NOW + DAY);
        const ack = (name: string, id: string) => ({ shop, name, id, state: "fired" as const, atMs: NOW });
        const refund = { shop, amount: 5, currency: "USD", atMs: NOW };
        await store.keep({
          events: [view, known],
          acks: [
            ack(view.name, view.id),
            ack("Placed Order", "order.k3x9.1001"),
            ack("Viewed Product", "order.k3x9.1001"),
            ack("Viewed Product", randomUUID()),
            ack("Nobody Told", "x"),
          ],
          refunds: [
            { ...refund, order: "order.k3x9.6278", id: "r-1" },
            { ...refund, order: "order.k3x9.5", id: "r-2" },
            { ...refund, order: "order.k3x9.5", id: "r-3" },
          ],
        });
        expect(await store.purgeEvents(NOW, 99)).toBe(0);
        let gone = 0;
        for (let some = -1; some !== 0; gone += some) some = await store.purgeEvents(NOW + 1, 2);
        expect(gone).toBeGreaterThanOrEqual(4);
        expect((await store.recent(9)).map(({ ack, refunds }) => [ack, refunds.length]).sort()).toEqual([
          ["fired", 0],
          ["fired", 1],
        ]);
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
        expect(await store.purgeEvents(NOW + DAY, 9)).toBe(0);
        expect(await keep(order("shopify", [id]))).toEqual(["new"]);
        expect(await store.recent(1)).toMatchObject([{ ack: "unknown", refunds: [] }]);
      });
    });
  });
}
