/** What every store promises. Each store of ours answers to this one suite. */
import { randomUUID } from "node:crypto";
import type { OtherTag } from "@pinrelay/tag/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Half, OrderFacts } from "#relay/core/event";
import type { VisitorNote } from "#relay/core/identity";
import type { Outcome } from "#relay/core/outcome";
import { DEFAULT_SETTINGS, type Destination, type Shop } from "#relay/core/settings";
import { type Admitted, type Due, type Judgement, OTHER_TAGS, RENOTICED_MS, type Store } from "#relay/store/store";

const NOW = Date.UTC(2026, 10, 24, 10, 0, 0);
const LEASE_MS = 60_000;
const asPayload = (due: Due): Judgement => ({ payload: JSON.stringify({ event_id: due.id, user_data: network(due) }) });
const network = ({ halves }: Due) => ({
  client_ip_address: halves[0]?.network?.ip,
  client_user_agent: halves[0]?.network?.userAgent,
});

export function storeSuite(name: string, open: () => Promise<Store>): void {
  describe(`store: ${name}`, () => {
    let store: Store;
    let shop: Shop;
    let destination: Destination;

    beforeEach(async () => {
      store = await open();
      shop = await store.addShop({ key: "k3x9", origins: ["https://shop.example"], settings: DEFAULT_SETTINGS });
      destination = await store.addDestination({
        shop: shop.id,
        name: "Pinterest Destination | 2612345678901",
        adAccountId: "549755885175",
        tagId: "2612345678901",
        token: "pina_AMAZING",
        state: "live",
        drivesBrowser: true,
      });
    });
    afterEach(() => store.close());

    const half = (change: Partial<Half> = {}): Half => ({
      source: "browser",
      timeMs: NOW,
      receivedMs: NOW,
      matchKeys: { external_id: ["ab".repeat(32)] },
      properties: { product_id: "1001", price: 24, currency: "USD" },
      consent: { marketing: "granted", by: "call", at: NOW },
      network: { ip: "203.0.113.7", userAgent: "Mozilla/5.0" },
      ...change,
    });
    const admitted = (change: Partial<Admitted> = {}): Admitted => ({
      shop: shop.id,
      name: "Viewed Product",
      id: "0199f3a0-0000-7000-8000-000000000001",
      half: half(),
      admit: () => [{ destination: destination.id, dueMs: NOW }],
      ...change,
    });
    const keep = (...events: Admitted[]) => store.keep({ events, acks: [] });
    const claim = (nowMs = NOW, worker = "one", judge = asPayload) =>
      store.claim({ destination: destination.id, worker, limit: 100, nowMs, leaseMs: LEASE_MS }, judge);

    const reopen = (outcome: Outcome, sinceMs: number) =>
      store.replay({ shop: shop.id, outcomes: [outcome], sinceMs, neverSent: true }, 100, NOW);

    test("an event is new once, by shop, name and id", async () => {
      expect(await keep(admitted())).toEqual(["new"]);
      expect(await keep(admitted(), admitted({ name: "Added To Cart" }))).toEqual(["duplicate", "new"]);
      expect((await store.recent(9)).map(({ name: event, duplicates }) => [event, duplicates])).toEqual([
        ["Added To Cart", 0],
        ["Viewed Product", 1],
      ]);
    });

    test("the same event in one request is new once", async () => {
      expect(await keep(admitted(), admitted())).toEqual(["new", "duplicate"]);
    });

    test("ids that are no UUID are kept as they are, and differ by case", async () => {
      const ids = ["order.k3x9.1001", "A", "a", "0199F3A0-0000-7000-8000-000000000001", "日本"];
      expect(await keep(...ids.map((id) => admitted({ id })))).toEqual(ids.map(() => "new"));
      expect((await store.recent(9)).map(({ id }) => id).sort()).toEqual([...ids].sort());
    });

    test("a thousand concurrent requests share commits and each gets its own answer", async () => {
      const ids = Array.from({ length: 1_000 }, () => randomUUID());
      const answers = await Promise.all([...ids, ...ids].map((id) => keep(admitted({ id }))));
      expect(answers.flat().filter((kept) => kept === "new")).toHaveLength(1_000);
      expect(await claimAll()).toHaveLength(1_000);
    });

    const claimAll = async () => {
      const all: string[] = [];
      for (;;) {
        const claimed = await claim();
        if (claimed.length === 0) return all;
        all.push(...claimed.map(({ id }) => id));
      }
    };

    test("a claim hands out what is due, once, oldest first", async () => {
      await keep(
        admitted({ id: "later", admit: () => [{ destination: destination.id, dueMs: NOW + 1 }] }),
        admitted({ id: "second", admit: () => [{ destination: destination.id, dueMs: NOW }] }),
        admitted({ id: "first", admit: () => [{ destination: destination.id, dueMs: NOW - 5 }] }),
      );
      expect((await claim()).map(({ id }) => id)).toEqual(["first", "second"]);
      expect(await claim(NOW, "two")).toEqual([]);
      expect((await claim(NOW + 1)).map(({ id }) => id)).toEqual(["later"]);
    });

    test("two workers never hold the same delivery", async () => {
      await keep(...Array.from({ length: 50 }, (_, n) => admitted({ id: `e${n}` })));
      const [one, two] = await Promise.all([claim(NOW, "one"), claim(NOW, "two")]);
      const ids = [...one, ...two].map(({ id }) => id);
      expect(ids).toHaveLength(50);
      expect(new Set(ids).size).toBe(50);
    });

    test("a dead worker's claim comes back after its lease, with the same bytes", async () => {
      await keep(admitted());
      const [first] = await claim();
      expect(await claim(NOW + LEASE_MS - 1, "two")).toEqual([]);
      const [again] = await claim(NOW + LEASE_MS, "two", (due) => ({ payload: due.payload ?? "made anew" }));
      expect(again).toEqual({ ...first, attempts: 2 });
    });

    test("only the holder of a claim settles it", async () => {
      await keep(admitted());
      const [claimed] = await claim();
      const [stolen] = await claim(NOW + LEASE_MS, "two");
      await store.settle("one", [{ delivery: claimed?.delivery ?? 0, outcome: "rejected" }], NOW);
      expect((await store.recent(1))[0]?.deliveries[0]).not.toHaveProperty("outcome");
      await store.settle("two", [{ delivery: stolen?.delivery ?? 0, outcome: "sent" }], NOW);
      expect((await store.recent(1))[0]?.deliveries[0]).toMatchObject({ outcome: "sent", attempts: 2 });
    });

    test("what is settled is never claimed again", async () => {
      await keep(admitted());
      const [claimed] = await claim();
      await store.settle("one", [{ delivery: claimed?.delivery ?? 0, outcome: "sent" }], NOW);
      expect(await claim(NOW + 10 * LEASE_MS)).toEqual([]);
      expect(await keep(admitted())).toEqual(["duplicate"]);
      expect(await claim(NOW + 10 * LEASE_MS)).toEqual([]);
    });

    test("what is given back is due again at its time", async () => {
      await keep(admitted());
      const [claimed] = await claim();
      await store.postpone("one", [{ delivery: claimed?.delivery ?? 0, dueMs: NOW + 5_000, words: "429" }]);
      expect(await claim(NOW + 4_999)).toEqual([]);
      expect(await claim(NOW + 5_000)).toMatchObject([{ id: admitted().id, attempts: 2 }]);
    });

    test("the claim settles what its judge says needs no sending", async () => {
      await keep(admitted());
      expect(await claim(NOW, "one", () => ({ outcome: "late", words: "2 h old" }))).toEqual([]);
      expect((await store.recent(1))[0]?.deliveries).toMatchObject([{ outcome: "late", words: "2 h old" }]);
    });

    test("an event that goes nowhere is kept with its outcome and without its network part", async () => {
      await keep(admitted({ admit: () => [{ destination: destination.id, outcome: "unmapped" }] }));
      expect(await claim()).toEqual([]);
      expect((await store.recent(1))[0]?.deliveries).toMatchObject([{ outcome: "unmapped", attempts: 0 }]);
    });

    test("IP and user agent are in the claim, and gone from the ledger once all is settled", async () => {
      await keep(admitted());
      let seen: Due | undefined;
      const [claimed] = await claim(NOW, "one", (due) => {
        seen = due;
        return asPayload(due);
      });
      expect(seen?.halves[0]?.network).toEqual({ ip: "203.0.113.7", userAgent: "Mozilla/5.0" });
      await store.settle("one", [{ delivery: claimed?.delivery ?? 0, outcome: "sent" }], NOW);
      const row = JSON.stringify(await store.recent(1));
      expect(row).not.toContain("203.0.113.7");
      expect(row).not.toContain("Mozilla");
    });

    test("a half that joins an event which goes nowhere leaves no IP and user agent behind", async () => {
      const unmapped = () => [{ destination: destination.id, outcome: "unmapped" } as const];
      await keep(admitted({ admit: unmapped }));
      const later = { ...half({ source: "server" }), network: { ip: "198.51.100.4", userAgent: "curl" } };
      expect(await keep(admitted({ half: later, admit: unmapped }))).toEqual(["merged"]);
      expect(await reopen("unmapped", 0)).toBe(1);
      let seen: Due | undefined;
      await claim(NOW, "one", (due) => {
        seen = due;
        return asPayload(due);
      });
      expect(seen?.halves).toHaveLength(2);
      expect(JSON.stringify(seen?.halves)).not.toContain("198.51.100.4");
    });

    test("halves of two sources are one event until it is claimed", async () => {
      await keep(admitted());
      expect(await keep(admitted({ half: half({ source: "shopify", properties: { id: "1" } }) }))).toEqual(["merged"]);
      expect(await keep(admitted({ half: half({ source: "shopify" }) }))).toEqual(["duplicate"]);
      let seen: Due | undefined;
      await claim(NOW, "one", (due) => {
        seen = due;
        return asPayload(due);
      });
      expect(seen?.halves.map(({ source }) => source).sort()).toEqual(["browser", "shopify"]);
      expect(await keep(admitted({ half: half({ source: "server" }) }))).toEqual(["late half"]);
    });

    test("an acknowledgement counts before and after its event, and fired beats all", async () => {
      const ack = (state: "fired" | "failed" | "absent") =>
        store.keep({
          events: [],
          acks: [{ shop: shop.id, name: "Viewed Product", id: admitted().id, state, atMs: NOW }],
        });
      await ack("absent");
      await keep(admitted());
      expect((await store.recent(1))[0]?.ack).toBe("absent");
      await ack("fired");
      await ack("failed");
      await ack("absent");
      expect((await store.recent(1))[0]?.ack).toBe("fired");
      let seen: Due | undefined;
      await claim(NOW, "one", (due) => {
        seen = due;
        return asPayload(due);
      });
      expect(seen?.ack).toBe("fired");
    });

    test("the first shop and destination are added once, however many add them at once", async () => {
      const { id: _, ...first } = shop;
      const { id: __, ...theirs } = destination;
      await Promise.all([1, 2].map(() => store.addFirstShop({ ...first, key: "another" })));
      await Promise.all([1, 2].map(() => store.addFirstDestination(theirs)));
      expect([await store.shops(), await store.destinations()]).toEqual([[shop], [destination]]);
    });

    test("a destination is paused unless its token was renewed meanwhile", async () => {
      await store.saveDestination({ ...destination, token: "pina_RENEWED" });
      await store.pauseDestination(destination, "401, code 2");
      expect((await store.destinations())[0]).toMatchObject({ token: "pina_RENEWED" });
      expect((await store.destinations())[0]?.paused).toBeUndefined();
      await store.pauseDestination({ ...destination, token: "pina_RENEWED" }, "401, code 2");
      expect((await store.destinations())[0]).toMatchObject({ token: "pina_RENEWED", paused: "401, code 2" });
    });

    test("what is too old for a destination expires in steps, claimed or not, and its IP address goes", async () => {
      const at = (id: string, timeMs: number) => admitted({ id, half: half({ timeMs, receivedMs: timeMs }) });
      await keep(at("old", NOW - 9), at("older", NOW - 99), at("new", NOW));
      await claim(NOW, "one");
      expect(await store.expire(destination.id, NOW - 5, 1, NOW)).toBe(1);
      expect(await store.expire(destination.id, NOW - 5, 9, NOW)).toBe(1);
      expect(await store.expire(destination.id, NOW - 5, 9, NOW)).toBe(0);
      const outcomes = (await store.recent(9)).map(({ id, deliveries }) => [id, deliveries[0]?.outcome]);
      expect(Object.fromEntries(outcomes)).toEqual({ old: "expired", older: "expired", new: undefined });
      expect((await claim(NOW + LEASE_MS)).map(({ id }) => id)).toEqual(["new"]);
    });

    test("what a stranger's browser says of the time does not end an order that the shop has just told", async () => {
      const told = (source: Half["source"], timeMs: number) =>
        keep(
          admitted({
            name: "Placed Order",
            id: "order.k3x9.1042",
            half: half({ source, timeMs, orderIds: ["order.k3x9.1042"] }),
          }),
        );
      expect([...(await told("server", NOW)), ...(await told("browser", 1))]).toEqual(["new", "merged"]);
      expect(await store.expire(destination.id, NOW - 7 * 86_400_000, 9, NOW)).toBe(0);
      expect(await claim()).toHaveLength(1);
    });

    describe("another Pinterest Tag", () => {
      const THEIRS = { by: "network", tagId: "2698765432109", event: "checkout" } as const;
      const notice = (atMs: number, other: OtherTag = THEIRS, of = shop.id) =>
        store.keep({ events: [], acks: [], otherTags: [{ ...other, shop: of, atMs }] });

      test("is noted with when it was first and last noticed, at most once in five minutes", async () => {
        for (const ms of [0, 1, RENOTICED_MS - 1]) await notice(NOW + ms);
        expect(await store.otherTags(shop.id)).toEqual([{ ...THEIRS, firstMs: NOW, lastMs: NOW, sightings: 1 }]);
        await notice(NOW + RENOTICED_MS);
        const lastMs = NOW + RENOTICED_MS;
        expect(await store.otherTags(shop.id)).toEqual([{ ...THEIRS, firstMs: NOW, lastMs, sightings: 2 }]);
      });

      test("is another by where it was noticed, by its tag ID and by its event, known or not", async () => {
        const all: OtherTag[] = [
          THEIRS,
          { by: "network", tagId: "2698765432109", event: "addtocart" },
          { by: "network", tagId: "2698765432109" },
          { by: "page", tagId: "2698765432109" },
          { by: "shopify app", tagId: "2600000000001" },
          { by: "shopify app" },
        ];
        for (const other of [...all, ...all]) await notice(NOW, other);
        const noted = (await store.otherTags(shop.id)).map(({ firstMs: _, lastMs: __, sightings: ___, ...one }) => one);
        expect(noted).toEqual([...all].reverse());
      });

      test("is kept together with the event that came with it", async () => {
        const kept = await store.keep({
          events: [admitted()],
          acks: [],
          otherTags: [{ ...THEIRS, shop: shop.id, atMs: NOW }],
        });
        expect(kept).toEqual(["new"]);
        expect(await store.otherTags(shop.id)).toHaveLength(1);
      });

      test("pushes the one that was unseen for longest out of a full list, of its own shop alone", async () => {
        const second = await store.addShop({ key: "other", origins: [], settings: DEFAULT_SETTINGS });
        await notice(NOW, THEIRS, second.id);
        const tag = (n: number): OtherTag => ({ by: "network", tagId: String(n) });
        const flood = Array.from({ length: OTHER_TAGS }, (_, n) => ({ ...tag(n), shop: shop.id, atMs: NOW + n }));
        await store.keep({ events: [], acks: [], otherTags: flood });
        expect(await store.otherTags(shop.id)).toHaveLength(OTHER_TAGS);
        await notice(NOW + RENOTICED_MS, tag(0));
        await notice(NOW + RENOTICED_MS, tag(OTHER_TAGS));
        const noted = (await store.otherTags(shop.id)).map(({ tagId }) => Number(tagId));
        expect(noted).toHaveLength(OTHER_TAGS);
        expect(noted.slice(0, 3)).toEqual([OTHER_TAGS, 0, OTHER_TAGS - 1]);
        expect(noted).not.toContain(1);
        expect(await store.otherTags(second.id)).toMatchObject([{ ...THEIRS, firstMs: NOW }]);
      });

      test("is forgotten once it was last noticed long ago, however early that began", async () => {
        await notice(NOW);
        await notice(NOW, { by: "page", tagId: "2698765432109" });
        await notice(NOW + RENOTICED_MS);
        await store.forgetOtherTags(NOW + 1);
        expect(await store.otherTags(shop.id)).toMatchObject([{ ...THEIRS, firstMs: NOW }]);
        await store.forgetOtherTags(NOW + RENOTICED_MS + 1);
        expect(await store.otherTags(shop.id)).toEqual([]);
      });
    });

    test("shops, destinations and revisions come back as they were put in", async () => {
      expect(await store.shops()).toEqual([shop]);
      expect(await store.destinations()).toEqual([destination]);
      await store.saveDestination({ ...destination, paused: "401", token: "pina_NEW" });
      expect(await store.destinations()).toEqual([{ ...destination, paused: "401", token: "pina_NEW" }]);
      await store.saveShop({ ...shop, origins: [] });
      expect((await store.shops())[0]?.origins).toEqual([]);
      const settings = { contentId: "sku", value: "total", pageLoad: "browser" } as const;
      await store.rememberRevision(shop.id, "abc", settings);
      await store.rememberRevision(shop.id, "abc", settings);
      expect(await store.revisions()).toEqual([{ shop: shop.id, rev: "abc", settings }]);
    });

    describe("orders", () => {
      const names = (...all: string[]) => all.map((one) => `order.k3x9.${one}`);
      const TOKEN = "hWN2bT4kq9ZrXy7Lw3Jd5vGs";
      const order = (source: Half["source"], ids: string[], change: Partial<Half> = {}): Admitted =>
        admitted({ name: "Placed Order", id: ids[0] ?? "", half: half({ source, orderIds: ids, ...change }) });
      const rows = async () =>
        (await store.recent(9)).map(({ id, sources, duplicates }) => [id, sources.join(" "), duplicates]);
      const page = (id = "6278") => order("browser", names(id));
      const webhook = (id = "6278", number = "1001") =>
        order("shopify", names(id, number, TOKEN), { order: { asOfMs: NOW, state: "paid", channels: ["web"] } });

      test("are one under any of their names, whichever half comes first", async () => {
        expect(await keep(page("1001"), webhook(), page("1001"))).toEqual(["new", "merged", "duplicate"]);
        expect(await keep(webhook("7001", "2001"), page("2001"))).toEqual(["new", "merged"]);
        expect(await rows()).toEqual([
          ["order.k3x9.7001", "shopify browser", 0],
          ["order.k3x9.1001", "browser shopify", 1],
        ]);
      });

      test("that lie in two rows become one when a signed source names both, with all that was told of them", async () => {
        const token = `order.k3x9.${TOKEN}`;
        expect(await keep(page("1001"), page("1001"), order("browser", [token], { visitor: "ab".repeat(32) }))).toEqual(
          ["new", "duplicate", "new"],
        );
        expect(await keep(webhook())).toEqual(["merged"]);
        expect(await rows()).toEqual([["order.k3x9.1001", "browser shopify", 1]]);
        const seen: Due[] = [];
        await claim(NOW, "one", (due) => {
          seen.push(due);
          return asPayload(due);
        });
        expect(seen.map(({ halves }) => halves.map(({ source }) => source))).toEqual([
          ["browser", "browser", "shopify"],
        ]);
      });

      test("of one source are two where it gives them two IDs, whatever a page says", async () => {
        await keep(order("browser", names("6278", "6279", "1001", "1002")));
        expect(await keep(webhook("6278", "1001"), webhook("6279", "1002"))).toEqual(["merged", "new"]);
      });

      test("that were sent stay what they are: a late half is counted, and how the order stands is noted", async () => {
        await keep(webhook());
        await claim();
        const cancelled = webhook();
        const later: OrderFacts = { asOfMs: NOW + 1, state: "cancelled", channels: ["web"] };
        expect(await keep(page("1001"), { ...cancelled, half: { ...cancelled.half, order: later } })).toEqual([
          "late half",
          "duplicate",
        ]);
        expect(await store.recent(1)).toMatchObject([{ lateHalves: 1, isCancelled: true, sources: ["shopify"] }]);
      });

      test("are acknowledged under any name", async () => {
        await keep(page("1001"), webhook());
        const ack = (id: string, state: "fired" | "absent") =>
          store.keep({ events: [], acks: [{ shop: shop.id, name: "Placed Order", id, state, atMs: NOW }] });
        await ack("order.k3x9.6278", "absent");
        await ack("order.k3x9.1001", "fired");
        expect((await store.recent(1))[0]?.ack).toBe("fired");
      });

      test("that were refunded say so, each refund once, also one that came before the order", async () => {
        const refund = { shop: shop.id, order: "order.k3x9.6278", id: "r-1", amount: 5, currency: "USD", atMs: NOW };
        await store.keep({ events: [], acks: [], refunds: [refund] });
        await keep(webhook());
        await store.keep({ events: [], acks: [], refunds: [refund, { ...refund, id: "r-2", amount: 7.5 }] });
        const refunded: unknown[] = [];
        await claim(NOW, "one", (due) => {
          refunded.push(due.refunds);
          return asPayload(due);
        });
        expect(refunded).toEqual([
          [
            { amount: 5, currency: "USD" },
            { amount: 7.5, currency: "USD" },
          ],
        ]);
        expect((await store.recent(1))[0]?.refunds).toEqual([
          { amount: 5, currency: "USD" },
          { amount: 7.5, currency: "USD" },
        ]);
      });

      test("heard from more browsers than can have bought it are heard from a few", async () => {
        const told = Array.from({ length: 9 }, (_, n) =>
          order("browser", names("6278"), { visitor: String(n).repeat(64) }),
        );
        expect((await keep(...told)).filter((kept) => kept === "merged")).toHaveLength(3);
      });
    });

    test("what was settled and never sent is judged anew when another half has come, or when it is asked for", async () => {
      const refused = (): Judgement => ({ outcome: "filtered", words: "not on the list" });
      await keep(admitted({ name: "Placed Order", id: "order.k3x9.1", half: half({ orderIds: ["order.k3x9.1"] }) }));
      expect(await claim(NOW, "one", refused)).toEqual([]);
      expect(await store.leftOut()).toEqual([{ words: "not on the list", count: 1 }]);
      expect(await reopen("filtered", NOW + 1)).toBe(0);
      expect(await reopen("no consent", 0)).toBe(0);
      expect(await reopen("filtered", NOW)).toBe(1);
      expect(await claim()).toHaveLength(1);
      expect(await reopen("filtered", 0)).toBe(0);
    });

    test("of what was settled only that stays which the judgement says", async () => {
      await keep(admitted({ half: half({ visitor: "ab".repeat(32) }) }));
      await claim(NOW, "one", ({ halves }) => ({
        outcome: "no consent",
        halves: halves.map(({ visitor: _, ...rest }) => ({ ...rest, matchKeys: {} })),
      }));
      await reopen("no consent", 0);
      const seen: Due[] = [];
      await claim(NOW, "one", (due) => {
        seen.push(due);
        return asPayload(due);
      });
      expect(seen[0]?.halves).toMatchObject([{ source: "browser", matchKeys: {} }]);
      expect(seen[0]?.halves[0]).not.toHaveProperty("visitor");
    });

    describe("visitors", () => {
      const VISITOR = "ab".repeat(32);
      const ALIAS = "urn:cart_token:1f";
      const em = (digit: string) => digit.repeat(64);
      const note = (change: Partial<VisitorNote> = {}) =>
        store.keep({
          events: [],
          acks: [],
          visitors: [{ shop: shop.id, visitor: VISITOR, aliases: [], matchKeys: {}, atMs: NOW, ...change }],
        });
      /** What is known when an event of this half is claimed. */
      const known = async (change: Partial<Half> = { visitor: VISITOR }): Promise<Due["visitor"]> => {
        await keep(admitted({ id: randomUUID(), half: half(change) }));
        let visitor: Due["visitor"];
        await claim(NOW, "one", (due) => {
          visitor = due.visitor;
          return { outcome: "sent" };
        });
        return visitor;
      };

      test("are known by what several events said of them", async () => {
        await note({ matchKeys: { em: [em("1")] }, clickId: "old" });
        await note({ matchKeys: { em: [em("2")], ph: [em("3")] }, clickId: "new", atMs: NOW + 1 });
        expect(await known()).toMatchObject({ matchKeys: { em: [em("1"), em("2")], ph: [em("3")] }, clickId: "new" });
        expect(await known({ visitor: "cd".repeat(32) })).toBeUndefined();
      });

      test("are found by an alias, also one that came before they did", async () => {
        await store.keep({
          events: [],
          acks: [],
          visitors: [{ shop: shop.id, aliases: [ALIAS], matchKeys: { em: [em("1")] }, atMs: NOW }],
        });
        expect(await known({ aliases: [ALIAS] })).toMatchObject({ matchKeys: { em: [em("1")] } });
        await note({ aliases: [ALIAS], matchKeys: { ph: [em("3")] } });
        expect(await known()).toMatchObject({ matchKeys: { em: [em("1")], ph: [em("3")] } });
        expect(await known({ aliases: [ALIAS] })).toMatchObject({ matchKeys: { em: [em("1")], ph: [em("3")] } });
      });

      test("who deny are known by that alone, until they allow it again", async () => {
        await note({ matchKeys: { em: [em("1")] }, clickId: "old" });
        await note({ consent: { marketing: "denied", by: "call", at: NOW }, atMs: NOW + 1 });
        const { matchKeys, consent, clickId } = (await known()) ?? {};
        expect([matchKeys, consent?.marketing, clickId]).toEqual([{}, "denied", undefined]);
        const granted = { marketing: "granted", by: "call", at: NOW } as const;
        await note({ consent: granted, matchKeys: { ph: [em("3")] }, atMs: NOW + 2 });
        expect(await known()).toMatchObject({ matchKeys: { ph: [em("3")] }, consent: granted });
      });

      test("are forgotten by ID, by hash and by alias, in the ledger too", async () => {
        await note({ matchKeys: { em: [em("1")] }, aliases: [ALIAS] });
        await keep(
          admitted({ id: "by-hash", half: half({ matchKeys: { em: [em("1")] } }) }),
          admitted({ id: "by-alias", half: half({ aliases: [ALIAS] }) }),
          admitted({ id: "by-what-is-known", half: half({ visitor: VISITOR }) }),
          admitted({ id: "another", half: half({ visitor: "cd".repeat(32) }) }),
        );
        const person = { visitors: [], hashes: [em("1")], aliases: [ALIAS] };
        const first = await store.forget(shop.id, person, 0, 2, NOW);
        expect(first).toMatchObject({ events: 2, known: [expect.any(String)], next: expect.any(Number) });
        const second = await store.forget(shop.id, { ...person, known: first.known }, first.next ?? 0, 9, NOW);
        expect(second).toEqual({ events: 1, known: first.known });
        expect((await claim()).map(({ id }) => id)).toEqual(["another"]);
        expect(await known()).toBeUndefined();
      });

      // biome-ignore format: a table
      test.each<[string, ReturnType<Admitted["admit"]>]>([
        ["was settled without a try",    [{ destination: 1, outcome: "unmapped" }]],
        ["goes to no destination",       []],
        ["waits",                        [{ destination: 1, dueMs: NOW }]],
      ])("stay forgotten, whoever tells later of an event that %s", async (_, first) => {
        const matchKeys = { em: [em("1")] };
        const person = { visitors: [], hashes: [em("1")], aliases: [] };
        const of = (source: Half["source"], change: Partial<Half> = {}) =>
          admitted({
            id: "order.k3x9.1",
            half: half({ source, matchKeys, orderIds: ["order.k3x9.1"], ...change }),
          });
        const admit = () => first.map((one) => ({ ...one, destination: destination.id }));
        expect(await keep({ ...of("server"), admit })).toEqual(["new"]);
        expect(await store.forget(shop.id, person, 0, 9, NOW)).toMatchObject({ events: 1 });
        const consent = { marketing: "denied", by: "call", at: NOW } as const;
        expect(await keep(of("browser", { visitor: VISITOR, consent }))).toEqual(["late half"]);
        const order = { asOfMs: NOW + 1, state: "paid", channels: [] } satisfies OrderFacts;
        expect(await keep(of("server", { order }))).toEqual(["duplicate"]);
        expect(await claim()).toEqual([]);
        expect(await store.forget(shop.id, person, 0, 9, NOW)).toMatchObject({ events: 0 });
      });

      test("stay forgotten in an order that somebody told under another of its names", async () => {
        const of = (source: Half["source"], names: string[], change: Partial<Half> = {}) =>
          admitted({ id: names[0] ?? "", half: half({ source, orderIds: names, ...change }) });
        expect(await keep(of("browser", ["order.k3x9.1"]))).toEqual(["new"]);
        expect(await keep(of("browser", ["order.k3x9.2"], { visitor: VISITOR }))).toEqual(["new"]);
        await store.forget(shop.id, { visitors: [VISITOR], hashes: [], aliases: [] }, 0, 9, NOW);
        const both = of("shopify", ["order.k3x9.1", "order.k3x9.2"], { matchKeys: { em: [em("1")] } });
        expect(await keep(both)).toEqual(["late half"]);
        expect(await claim()).toEqual([]);
      });

      test("of another shop are not theirs", async () => {
        const other = await store.addShop({ key: "q7w1", origins: [], settings: DEFAULT_SETTINGS });
        await note({ shop: other.id, matchKeys: { em: [em("1")] } });
        expect(await known()).toBeUndefined();
      });
    });

    test("when a shop's server last told an order is known, to the day", async () => {
      const heard = async () => (await store.shops())[0]?.signedOrderMs;
      const told = (source: Half["source"], receivedMs: number) =>
        keep(
          admitted({
            name: "Placed Order",
            id: `order.${receivedMs}`,
            half: half({ source, receivedMs, orderIds: [`order.${receivedMs}`] }),
          }),
        );
      await told("browser", NOW);
      expect(await heard()).toBeUndefined();
      await told("server", NOW + 1);
      await told("server", NOW + 2);
      expect(await heard()).toBe(NOW + 1);
      await told("server", NOW + 86_400_002);
      expect(await heard()).toBe(NOW + 86_400_002);
    });

    test("a shop's secrets come back as they were, and lie sealed", async () => {
      const secrets = { api: ["key of the API"], shopify: ["new one", "old one"], woocommerce: [] };
      await store.saveShop({ ...shop, secrets });
      expect((await store.shops())[0]?.secrets).toEqual(secrets);
    });
  });
}
