/** What every store promises of the dashboard: what people read of the ledger, drafts and their history, sessions. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Draft, draftOf } from "#relay/core/draft";
import type { Half } from "#relay/core/event";
import { DEFAULT_SETTINGS, type Destination, type Shop } from "#relay/core/settings";
import { type Admitted, ATTEMPTS, type Due, type Store } from "#relay/store/store";

const NOW = Date.UTC(2026, 10, 24, 10, 0, 0);
const HOUR = 3_600_000;
const EMAIL = "3c".repeat(32);
const VISITOR = "5e".repeat(32);

export function houseSuite(name: string, open: () => Promise<Store>): void {
  describe(`what people read of a store: ${name}`, () => {
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
      visitor: VISITOR,
      matchKeys: { em: [EMAIL] },
      properties: { product_id: "1001", price: 24, currency: "USD" },
      consent: { marketing: "granted", by: "call", at: NOW },
      network: { ip: "203.0.113.7", userAgent: "Mozilla/5.0" },
      ...change,
    });
    const admitted = (id: string, change: Partial<Half> = {}, event = "Viewed Product"): Admitted => ({
      shop: shop.id,
      name: event,
      id,
      half: half(change),
      admit: () => [{ destination: destination.id, dueMs: change.receivedMs ?? NOW }],
    });
    const keep = (...events: Admitted[]) => store.keep({ events, acks: [] });
    const judge = (due: Due) => ({
      payload: JSON.stringify({
        event_id: due.id,
        user_data: { em: [EMAIL], client_ip_address: "203.0.113.7", click_id: "dj0yJnU9b2JDcFFHekV4" },
      }),
    });
    const claim = (nowMs = NOW + HOUR) =>
      store.claim({ destination: destination.id, worker: "one", limit: 100, nowMs, leaseMs: HOUR }, judge);
    const settle = async (outcome: "sent" | "rejected", nowMs = NOW + HOUR) => {
      const claimed = await claim(nowMs);
      await store.settle(
        "one",
        claimed.map(({ delivery }) => ({ delivery, outcome, words: "as told" })),
        nowMs,
      );
    };
    const log = async (query = {}, limit = 50) => (await store.reads.log({ shop: shop.id, ...query }, limit)).rows;
    const idsOf = async (query = {}) => (await log(query)).map(({ id }) => id);
    const order = (n: number, change: Partial<Half> = {}): Admitted =>
      admitted(
        `order.k3x9.${n}`,
        {
          orderIds: [`order.k3x9.${n}`, `order.k3x9.#${n}`],
          properties: { id: String(n), total_price: 50, currency: "USD" },
          ...change,
        },
        "Placed Order",
      );

    test("the log has the newest first, and each filter leaves the rest out", async () => {
      await keep(admitted("a"), admitted("b", { receivedMs: NOW + 1, visitor: "7a".repeat(32) }));
      await keep(admitted("c", { receivedMs: NOW + 2 }, "Added To Cart"));
      expect(await idsOf()).toEqual(["c", "b", "a"]);
      expect(await idsOf({ name: "Added To Cart" })).toEqual(["c"]);
      expect(await idsOf({ name: "Nothing Such" })).toEqual([]);
      expect(await idsOf({ sinceMs: NOW + 1, untilMs: NOW + 2 })).toEqual(["b"]);
      expect(await idsOf({ visitor: VISITOR })).toEqual(["c", "a"]);
      expect(await idsOf({ source: "shopify" })).toEqual([]);
      expect(await idsOf({ outcome: "waiting" })).toEqual(["c", "b", "a"]);
      await settle("rejected");
      expect(await idsOf({ outcome: "waiting" })).toEqual([]);
      expect(await idsOf({ outcome: "rejected", name: "Viewed Product" })).toEqual(["b", "a"]);
      expect(await idsOf({ outcome: "sent" })).toEqual([]);
      expect((await log({ outcome: "rejected" }))[0]?.deliveries).toMatchObject([
        { outcome: "rejected", words: "as told" },
      ]);
    });

    test("pages follow each other without a gap, also by outcome, and the tail brings what came since", async () => {
      await keep(
        ...Array.from({ length: 25 }, (_, n) => admitted(`e-${String(n).padStart(2, "0")}`, { receivedMs: NOW + n })),
      );
      for (const query of [{}, { outcome: "waiting" }, { source: "browser" }] as const) {
        const seen: string[] = [];
        for (let beforeRow: number | undefined, n = 0; n < 9; n += 1) {
          const page = await store.reads.log({ shop: shop.id, ...query, ...(beforeRow ? { beforeRow } : {}) }, 10);
          seen.push(...page.rows.map(({ id }) => id));
          beforeRow = page.next;
          if (beforeRow === undefined) break;
        }
        expect(seen).toHaveLength(25);
        expect(new Set(seen).size).toBe(25);
        expect([...seen].sort().reverse()).toEqual(seen);
      }
      const [, second] = await log({}, 2);
      expect(await idsOf({ afterRow: second?.row ?? 0 })).toEqual(["e-24"]);
    });

    test("an order is found by its number, with and without its sign, and by its event ID", async () => {
      await keep(order(1001), order(1002));
      for (const told of ["1001", "#1001", "order.k3x9.1001"])
        expect(await idsOf({ order: told })).toEqual(["order.k3x9.1001"]);
      expect(await idsOf({ order: "1003" })).toEqual([]);
      expect(await store.reads.personOf(shop.id, "1001")).toMatchObject({ visitors: [VISITOR], hashes: [EMAIL] });
      expect(await store.reads.personOf(shop.id, "1003")).toBeUndefined();
    });

    test("an event's page has both halves, tries and payload, and nothing personal", async () => {
      await keep(order(1001));
      await keep(order(1001, { source: "shopify", properties: { id: "1001", total_price: 52, currency: "USD" } }));
      await store.keep({
        events: [],
        acks: [{ shop: shop.id, name: "Placed Order", id: "order.k3x9.#1001", state: "fired", atMs: NOW + 7 }],
      });
      const [claimed] = await claim();
      const delivery = claimed?.delivery ?? 0;
      await store.postpone("one", [{ delivery, dueMs: NOW + HOUR, words: "503: busy", atMs: NOW + HOUR }]);
      await settle("sent", NOW + 2 * HOUR);
      const [row] = await log();
      const event = await store.reads.event(shop.id, row?.row ?? 0);
      expect(event?.halves.map(({ source }) => source).sort()).toEqual(["browser", "shopify"]);
      expect(event).toMatchObject({ ack: "fired", ackMs: NOW + 7, value: 52 });
      expect(event?.deliveries).toMatchObject([
        { outcome: "sent", attempts: 2, tries: [{ atMs: NOW + HOUR, words: "503: busy" }], settledMs: NOW + 2 * HOUR },
      ]);
      const shown = JSON.stringify(event);
      for (const personal of [EMAIL, VISITOR, "203.0.113.7", "Mozilla", "dj0yJnU9b2JDcFFHekV4"])
        expect(shown).not.toContain(personal);
      expect(shown).toContain(`…${EMAIL.slice(-4)}`);
      expect(await store.reads.event(shop.id + 1, row?.row ?? 0)).toBeUndefined();
    });

    test("of tries the last ones are kept, and they go with their event", async () => {
      await keep(admitted("a"));
      for (let n = 0; n < ATTEMPTS + 5; n += 1) {
        const [claimed] = await claim(NOW + n * HOUR);
        const atMs = NOW + n * HOUR;
        await store.postpone("one", [{ delivery: claimed?.delivery ?? 0, dueMs: atMs, words: `try ${n}`, atMs }]);
      }
      const [row] = await log();
      const tries = (await store.reads.event(shop.id, row?.row ?? 0))?.deliveries[0]?.tries ?? [];
      expect(tries.map(({ words }) => words)).toEqual(Array.from({ length: ATTEMPTS }, (_, n) => `try ${n + 5}`));
      await settle("sent", NOW + 99 * HOUR);
      expect(await store.purgeEvents(NOW + 1, 100)).toBe(1);
      expect(await log()).toEqual([]);
    });

    test("the overview counts what came and what became of it, and what both halves say", async () => {
      await keep(admitted("a"), admitted("b", { receivedMs: NOW + 2 * HOUR }), order(1001));
      await keep(order(1001, { source: "shopify", properties: { id: "1001", total_price: 52, currency: "EUR" } }));
      await settle("sent", NOW);
      const period = { sinceMs: NOW - HOUR, untilMs: NOW + 4 * HOUR };
      const overview = await store.reads.overview(shop.id, period);
      const sum = (name: string) =>
        [...overview.events, ...overview.outcomes]
          .filter((one) => one.name === name)
          .reduce((all, one) => all + one.count, 0);
      expect([sum("Viewed Product"), sum("Placed Order"), sum("sent"), sum("waiting")]).toEqual([2, 1, 2, 1]);
      const placed = overview.halves.find((one) => one.name === "Placed Order");
      expect(placed).toMatchObject({ twoSources: 1, differing: { value: 1, currency: 1 } });
      expect(overview.orders).toMatchObject([{ currency: "EUR", orders: 1, gross: 52, cancelled: 0 }]);
      const before = await store.reads.overview(shop.id, { sinceMs: NOW - 90 * 24 * HOUR, untilMs: NOW - HOUR });
      expect(before.events).toEqual([]);
    });

    test("samples for a dry run are the newest events, and the newest orders besides", async () => {
      await keep(order(1), ...Array.from({ length: 5 }, (_, n) => admitted(`e-${n}`, { receivedMs: NOW + n + 1 })));
      const samples = await store.reads.samples(shop.id, 3);
      expect(samples.map(({ id }) => id)).toEqual(["e-4", "e-3", "e-2", "order.k3x9.1"]);
      expect(samples[0]?.halves[0]?.matchKeys.em).toEqual([EMAIL]);
      expect(await store.reads.names(shop.id)).toEqual(["Placed Order", "Viewed Product"]);
    });

    const draft = async (): Promise<Draft> => {
      const [first] = await store.shops();
      return draftOf(first ?? shop, await store.destinations());
    };

    test("a change is saved with its history in one commit; what somebody else changed meanwhile is not overwritten", async () => {
      const before = await draft();
      const after = { ...before, shop: { ...before.shop, settings: { ...DEFAULT_SETTINGS, value: "total" as const } } };
      expect(await store.saveChange(before, after, "dashboard", NOW)).toBe(true);
      expect(await store.saveChange(before, after, "dashboard", NOW)).toBe(false);
      expect((await draft()).shop.settings.value).toBe("total");
      const [change, ...others] = await store.changes(shop.id, 10);
      expect(others).toEqual([]);
      expect(change).toMatchObject({
        by: "dashboard",
        atMs: NOW,
        differences: [{ name: "value", from: "goods", to: "total" }],
      });
      expect(JSON.stringify(change)).not.toContain("pina_AMAZING");
    });

    test("a pause that came meanwhile stays, unless what it came of is changed", async () => {
      const before = await draft();
      expect(await store.pauseDestination(destination, "401, code 2")).toBe(true);
      const origins = ["https://shop.example", "https://www.shop.example"];
      const after = { ...before, shop: { ...before.shop, origins } };
      expect(await store.saveChange(before, after, "dashboard", NOW)).toBe(true);
      expect(await store.destinations()).toMatchObject([{ paused: "401, code 2" }]);
      const stale = { ...before, shop: after.shop };
      const renewed = { ...stale, destinations: before.destinations.map((one) => ({ ...one, token: "pina_RENEWED" })) };
      expect(await store.saveChange(stale, renewed, "dashboard", NOW)).toBe(true);
      expect((await store.destinations()).map(({ paused }) => paused)).toEqual([undefined]);
    });

    test("a pause goes with the change that takes it away", async () => {
      await store.pauseDestination(destination, "401, code 2");
      const before = await draft();
      const flowing = before.destinations.map(({ paused: _, ...one }) => one);
      expect(await store.saveChange(before, { ...before, destinations: flowing }, "dashboard", NOW)).toBe(true);
      expect((await store.destinations()).map(({ paused }) => paused)).toEqual([undefined]);
    });

    test("a destination that is removed is gone, and what waited for it is withdrawn", async () => {
      await keep(admitted("a"));
      await store.removeDestination(destination.id);
      expect(await store.withdrawGone(9, NOW)).toBe(1);
      expect(await store.destinations()).toEqual([]);
      expect((await store.recent(5))[0]?.deliveries).toMatchObject([{ outcome: "withdrawn" }]);
      expect(await claim()).toEqual([]);
    });

    test("a shop's only destination that is left drives the browser; among several it is for a person to choose", async () => {
      const { shop: own } = destination;
      const another = (name: string, of = own) =>
        store.addDestination({ ...destination, shop: of, name, drivesBrowser: false });
      const [second, third] = [await another("second"), await another("third")];
      const elsewhere = await store.addShop({ key: "k4y0", origins: [], settings: DEFAULT_SETTINGS });
      await another("elsewhere", elsewhere.id);
      const driving = async () =>
        (await store.destinations()).filter(({ drivesBrowser }) => drivesBrowser).map(({ name }) => name);
      await store.removeDestination(destination.id);
      expect(await driving()).toEqual([]);
      // Two at once, as by two relays, leave one as well. Connections are there before, so that neither has to wait.
      const fourth = await another("fourth");
      await Promise.all([driving(), driving()]);
      await Promise.all([second, third].map(({ id }) => store.removeDestination(id)));
      expect(await driving()).toEqual([fourth.name]);
    });

    test("one operator, whose new password closes all sessions; a session is known by its hash until it ends", async () => {
      expect(await store.addOperator({ password: "one", isOneTime: true }, NOW)).toBe(true);
      expect(await store.addOperator({ password: "two", isOneTime: true }, NOW)).toBe(false);
      await store.openSession("ab".repeat(32), "word", NOW);
      await store.seeSession("ab".repeat(32), NOW + 5);
      expect(await store.session("ab".repeat(32))).toEqual({ csrf: "word", openMs: NOW, seenMs: NOW + 5 });
      await store.closeSessions(NOW, NOW + 6);
      expect(await store.session("ab".repeat(32))).toBeUndefined();
      await store.openSession("cd".repeat(32), "word", NOW);
      await store.saveOperator({ password: "three", isOneTime: false }, NOW + 9);
      expect(await store.session("cd".repeat(32))).toBeUndefined();
      expect(await store.operator()).toEqual({ password: "three", isOneTime: false, changedMs: NOW + 9 });
      await store.audit({ atMs: NOW, address: "203.0.113.0/24", what: "logged in" });
      expect(await store.audited(5)).toEqual([{ atMs: NOW, address: "203.0.113.0/24", what: "logged in" }]);
      await store.forgetAudit(NOW + 1);
      expect(await store.audited(5)).toEqual([]);
    });
  });
}
