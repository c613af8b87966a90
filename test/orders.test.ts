/** What becomes of orders: when they are sent, which count, who is believed, and what is remembered of whom. */
import type { Consent } from "@pinrelay/tag/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Half, OrderFacts, Refund, ShopEvent } from "#relay/core/event";
import type { Outcome } from "#relay/core/outcome";
import type { Shop, ShopSecrets } from "#relay/core/settings";
import { setSetting } from "#relay/settings";
import type { Due } from "#relay/store/store";
import { byBrowser, byServer, byWebhook, CLICK_ID, type OrderNames, sha256, VISITOR_ID } from "./order-halves.ts";
import { type Pinterest, startPinterest } from "./pinterest/stand-in.ts";
import { ACCOUNT, SHOP_ORIGIN, type Started, startRelay } from "./start.ts";

const NOW = Date.UTC(2026, 10, 24, 10, 0, 0);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const ORDER: OrderNames = { id: "6278078300337", number: "1001", token: "hWN2bT4kq9ZrXy7Lw3Jd5vGs" };
const NEXT: OrderNames = { id: "6278078300999", number: "1002", token: "qP8sD1vBn4MzLk6Jh3Gf5Tr2" };

let pinterest: Pinterest;
let started: Started;
let shop: Shop;
let nowMs = NOW;

const start = async (secrets: Partial<ShopSecrets> = { shopify: ["a secret of Shopify's"] }) => {
  started = await startRelay({
    now: () => nowMs,
    chance: () => 0,
    // Delivers when it is told to, and never by itself.
    times: { flushMs: 86_400_000, pollMs: 86_400_000 },
    config: {
      pinterestApiUrl: pinterest.apiUrl,
      seed: {
        origins: [SHOP_ORIGIN],
        secrets,
        account: { ...ACCOUNT, adAccountId: pinterest.adAccountId, token: pinterest.token },
      },
    },
  });
  shop = soleShop();
};
const soleShop = (): Shop => {
  const [sole] = started.relay.directory.shops();
  if (!sole) throw new Error("no shop");
  return sole;
};

beforeEach(async () => {
  nowMs = NOW;
  pinterest = await startPinterest({ now: () => nowMs });
  await start();
});
afterEach(async () => {
  await started.relay.close();
  await pinterest.close();
});

type Make = (telling: Parameters<typeof byBrowser>[0]) => ShopEvent;
const of = (make: Make, change: Partial<Half> = {}, order = ORDER): ShopEvent =>
  make({ shop, order, atMs: nowMs, change });
const tell = (...events: ShopEvent[]) => started.relay.ingest(shop, { events });
const refund = (amount: number, id = "r-1"): Refund => ({
  shop: shop.id,
  order: `order.${shop.key}.${ORDER.id}`,
  id,
  amount,
  currency: "USD",
  atMs: nowMs,
});
const set = async (name: string, value: string) => {
  expect(await setSetting(started.relay.store, soleShop(), name, value, nowMs)).toEqual({});
  await started.relay.directory.refresh();
  shop = soleShop();
};
const wait = async (ms: number) => {
  nowMs += ms;
  await started.relay.flush();
};
const row = async () => {
  const [newest] = await started.relay.store.recent(1);
  if (!newest) throw new Error("nothing is in the ledger");
  return newest;
};
const outcome = async () => (await row()).deliveries[0]?.outcome ?? "waiting";
const facts = (change: Partial<OrderFacts> = {}): Partial<Half> => ({
  order: { asOfMs: nowMs, state: "paid", channels: ["web"], ...change },
});
const denied = (): Consent => ({ marketing: "denied", by: "call", at: nowMs });
/** What a page tells of an order whose visitor denies: that it is this one, and nothing else. */
const denial = (order = ORDER): ShopEvent => {
  const { name, id, half } = of(byBrowser, { consent: denied() }, order);
  const { source, timeMs, receivedMs, consent, orderIds = [], tagName: _ } = half;
  return {
    shop: shop.id,
    name,
    id,
    half: { source, timeMs, receivedMs, consent, orderIds, matchKeys: {}, properties: {} },
  };
};

describe("when an order is sent", () => {
  test("told by the shop's server alone, it waits three minutes for its browser half", async () => {
    await tell(of(byWebhook));
    await wait(179 * SECOND);
    expect(pinterest.server).toEqual([]);
    await wait(SECOND);
    expect(pinterest.server).toHaveLength(1);
  });

  test("told by a browser alone, it waits half an hour for the shop's server, where that tells orders", async () => {
    await tell(of(byBrowser));
    await wait(30 * MINUTE - SECOND);
    expect(pinterest.server).toEqual([]);
    await wait(SECOND);
    expect(pinterest.server).toHaveLength(1);
  });

  test("told by a browser alone, it goes at once where nobody else tells orders", async () => {
    await started.relay.close();
    await start({ shopify: [] });
    await tell(of(byBrowser));
    await wait(0);
    expect(pinterest.server).toHaveLength(1);
  });

  test("where the server API has told an order, a browser's next one waits too", async () => {
    await started.relay.close();
    await start({ api: ["a key of the API"] });
    await tell(of(byServer, {}, NEXT));
    await started.relay.directory.refresh();
    shop = soleShop();
    await tell(of(byBrowser));
    await wait(0);
    expect(pinterest.server).toEqual([]);
    await tell(of(byServer));
    await wait(0);
    expect(pinterest.server).toMatchObject([{ user_data: { click_id: CLICK_ID, ph: [sha256("12075550123")] } }]);
  });

  test.each([
    ["the browser first", byBrowser, byWebhook],
    ["the webhook first", byWebhook, byBrowser],
  ])("with both halves in, it goes at once: %s", async (_, first, second) => {
    await tell(of(first));
    await wait(20 * SECOND);
    expect(await tell(of(second))).toEqual(["merged"]);
    await wait(0);
    expect(pinterest.server).toMatchObject([
      { user_data: { click_id: CLICK_ID, fn: [sha256("ada")], client_ip_address: "203.0.113.7" } },
    ]);
  });

  test("no hold of the server's half reaches the late limit", async () => {
    await set("signedHoldSeconds", "3000");
    await tell(of(byWebhook, { timeMs: nowMs - 55 * MINUTE }));
    await wait(3 * MINUTE);
    expect(pinterest.server).toHaveLength(1);
  });

  test("no page ends its own hold by saying that it was long ago", async () => {
    await tell(of(byBrowser, { timeMs: nowMs - 58 * MINUTE }));
    await wait(29 * MINUTE);
    expect(await outcome()).toBe("waiting");
    await tell(of(byWebhook));
    await wait(0);
    expect(pinterest.server).toMatchObject([{ custom_data: { value: "40.00" }, user_data: { click_id: CLICK_ID } }]);
  });

  test("with a hold for upsells, it goes with the newest total", async () => {
    await set("upsellHoldSeconds", "600");
    await tell(of(byBrowser), of(byWebhook));
    await wait(5 * MINUTE);
    expect(pinterest.server).toEqual([]);
    const { properties } = of(byWebhook).half;
    expect(await tell(of(byWebhook, { properties: { ...properties, total_price: 92.5, items: [] } }))).toEqual([
      "merged",
    ]);
    await wait(5 * MINUTE);
    expect(pinterest.server).toMatchObject([{ custom_data: { value: "80.00" } }]);
  });

  test("a later word of the shop's server replaces an earlier one, an earlier one does not", async () => {
    const { properties } = of(byWebhook).half;
    const change = (total: number, asOfMs: number) => ({
      ...facts({ asOfMs }),
      properties: { ...properties, total_price: total, items: [] },
    });
    await tell(of(byWebhook, change(62.5, nowMs)));
    expect(await tell(of(byWebhook, change(32.5, nowMs - SECOND)))).toEqual(["duplicate"]);
    expect(await tell(of(byWebhook, change(72.5, nowMs + SECOND)))).toEqual(["merged"]);
    await wait(180 * SECOND);
    expect(pinterest.server).toMatchObject([{ custom_data: { value: "60.00" } }]);
  });

  test("a half that comes after it was sent is noted and not sent", async () => {
    await tell(of(byWebhook));
    await wait(180 * SECOND);
    expect(await tell(of(byBrowser))).toEqual(["late half"]);
    expect(await tell(of(byWebhook))).toEqual(["duplicate"]);
    await wait(60 * MINUTE);
    expect(pinterest.calls).toHaveLength(1);
    expect(await row()).toMatchObject({ lateHalves: 1, duplicates: 1 });
  });

  test("what the Tag told under another of its names is not sent late", async () => {
    pinterest.fail({ kind: "503" });
    await tell(of(byWebhook));
    await wait(180 * SECOND);
    const byNumber = `order.${shop.key}.${ORDER.number}`;
    await started.relay.ingest(shop, {
      acks: [{ shop: shop.id, name: "Placed Order", id: byNumber, state: "fired", atMs: nowMs }],
    });
    await wait(60 * MINUTE);
    expect(await outcome()).toBe("late");
    expect(pinterest.server).toEqual([]);
  });
});

describe("one order under several names", () => {
  test("a page that knows its number, a server call that knows its ID, and the webhook that knows both are one", async () => {
    const [number] = [`order.${shop.key}.${ORDER.number}`];
    await tell({ ...of(byBrowser, { orderIds: [number] }), id: number });
    await tell(of(byServer));
    expect(await started.relay.store.recent(9)).toHaveLength(2);
    await tell(of(byWebhook));
    expect(await started.relay.store.recent(9)).toHaveLength(1);
    await wait(0);
    // Under the ID that the Pinterest Tag told it.
    expect(pinterest.server).toMatchObject([
      { event_id: number, user_data: { click_id: CLICK_ID, ph: [sha256("12075550123")] } },
    ]);
    await wait(60 * MINUTE);
    expect(pinterest.server).toHaveLength(1);
  });

  test("the token of its checkout is enough", async () => {
    const token = `order.${shop.key}.${ORDER.token}`;
    await tell({ ...of(byBrowser, { orderIds: [token] }), id: token });
    await tell(of(byWebhook));
    await wait(0);
    expect(pinterest.server).toMatchObject([{ event_id: token, user_data: { click_id: CLICK_ID } }]);
  });
});

describe("who guesses", () => {
  const forged = (change: Partial<Half> = {}, order = ORDER) =>
    of(
      byBrowser,
      {
        visitor: "66".repeat(32),
        clickId: "forged",
        network: { ip: "192.0.2.66", userAgent: "curl" },
        matchKeys: {},
        ...change,
      },
      order,
    );

  test("an order's number does not take the order's place, whoever comes first", async () => {
    await tell(forged());
    await tell(of(byWebhook));
    await tell(of(byBrowser));
    await wait(180 * SECOND);
    expect(pinterest.server).toMatchObject([
      { event_id: `order.${shop.key}.${ORDER.id}`, custom_data: { value: "40.00" }, user_data: { click_id: CLICK_ID } },
    ]);
    expect(await started.relay.store.recent(9)).toHaveLength(1);
  });

  test("the names of many orders makes none of them one with another", async () => {
    const names = [ORDER.id, NEXT.id, ORDER.number, NEXT.number].map((name) => `order.${shop.key}.${name}`);
    await tell(forged({ orderIds: names }));
    await tell(of(byWebhook), of(byWebhook, {}, NEXT));
    await wait(180 * SECOND);
    expect(pinterest.server.map(({ event_id }) => event_id).sort()).toEqual([
      `order.${shop.key}.${ORDER.id}`,
      `order.${shop.key}.${NEXT.id}`,
    ]);
  });

  test("a number and a time long before makes no order late", async () => {
    await tell(forged({ timeMs: nowMs - 23 * 60 * MINUTE }));
    await tell(of(byWebhook));
    await wait(180 * SECOND);
    expect(await outcome()).toBe("sent");
  });

  test("an order's number ahead of it does not keep the order from waiting for its own browser half", async () => {
    const { id, number } = ORDER;
    await tell(forged({ orderIds: [id, number].map((name) => `order.${shop.key}.${name}`) }));
    nowMs += 10 * MINUTE;
    await tell(of(byWebhook));
    await wait(SECOND);
    expect(pinterest.server).toEqual([]);
    expect(await tell(of(byBrowser))).toEqual(["merged"]);
    await wait(0);
    expect(pinterest.server).toMatchObject([{ user_data: { click_id: CLICK_ID } }]);
  });

  const called = (make: (change: Partial<Half>) => ShopEvent, names: string[]): ShopEvent => ({
    ...make({ orderIds: names }),
    id: names[0] ?? "",
  });

  test("the numbers of many orders makes none of browsers' orders one, where browsers alone tell them", async () => {
    const names = ["999", ORDER.id, NEXT.id].map((name) => `order.${shop.key}.${name}`);
    await tell(called(forged, names), of(byBrowser), of(byBrowser, {}, NEXT));
    expect(await started.relay.store.recent(9)).toHaveLength(3);
  });

  test("no more than three tokens of an order, which is more than a page knows", async () => {
    const tokens = Array.from({ length: 4 }, (_, n) => `hWN2bT4kq9ZrXy7Lw3Jd5vG${n}`);
    const named = (name = "") => `order.${shop.key}.${name}`;
    await tell(called(forged, ["999", ...tokens].map(named)));
    for (const token of tokens.slice(2)) await tell(called((change) => of(byBrowser, change), [named(token)]));
    // The third is a name of the first half's; the fourth is not.
    expect(await started.relay.store.recent(9)).toHaveLength(2);
  });

  test("money and items are the server's, whatever a page says", async () => {
    await tell(of(byBrowser, { properties: { id: ORDER.id, currency: "USD", value: 1_000_000 } }), of(byWebhook));
    await wait(0);
    expect(pinterest.server).toMatchObject([{ custom_data: { value: "40.00", num_items: 2 } }]);
  });
});

describe("which orders count", () => {
  test.each<[string, Partial<OrderFacts>, string]>([
    ["a test order", { channels: ["web", "test"] }, "filtered"],
    ["a till's", { channels: ["pos"], isOffline: true }, "filtered"],
    ["a channel nobody has heard of", { channels: ["5512001"] }, "filtered"],
    ["a renewal", { channels: ["web", "renewal"] }, "filtered"],
    ["voided", { state: "void" }, "filtered"],
    ["cancelled", { state: "cancelled" }, "withdrawn"],
    ["not paid yet, at Shopify", { state: "placed" }, "sent"],
  ])("%s", async (_, change, expected) => {
    await tell(of(byWebhook, facts(change)), of(byBrowser));
    await wait(0);
    expect(await outcome()).toBe(expected);
  });

  test("one that was left out counts once its channel is on the list", async () => {
    await tell(of(byWebhook, facts({ channels: ["pos"], isOffline: true })));
    await wait(180 * SECOND);
    expect(await row()).toMatchObject({
      deliveries: [{ outcome: "filtered", words: expect.stringContaining('"pos"') }],
    });
    await set("channels", "web,pos");
    await wait(SECOND);
    expect(pinterest.server).toMatchObject([{ action_source: "offline" }]);
  });

  test("one that is not paid yet counts once it is, where only paid ones do", async () => {
    await set("shopifyOrders", "paid");
    await tell(of(byWebhook, facts({ state: "placed" })), of(byBrowser));
    await wait(MINUTE);
    expect(await row()).toMatchObject({ deliveries: [{ outcome: "filtered", words: "it is not paid yet" }] });
    expect(await tell(of(byWebhook, facts()))).toEqual(["merged"]);
    await wait(0);
    expect(await outcome()).toBe("sent");
  });

  test("WooCommerce's on-hold, by setting", async () => {
    const held = () => of(byWebhook, { source: "woocommerce", ...facts({ state: "placed", channels: ["checkout"] }) });
    await tell(held());
    await wait(180 * SECOND);
    expect(await outcome()).toBe("filtered");
    await set("wooOnHold", "true");
    await wait(0);
    expect(await outcome()).toBe("sent");
  });

  test("cancelled after it was sent, it is marked: Pinterest cannot take it back", async () => {
    await tell(of(byWebhook), of(byBrowser));
    await wait(0);
    nowMs += MINUTE;
    expect(await tell(of(byWebhook, facts({ state: "cancelled" })))).toEqual(["duplicate"]);
    expect(await row()).toMatchObject({ isCancelled: true, deliveries: [{ outcome: "sent" }] });
  });

  test("given back before it was sent, it is not sent; in part, it is", async () => {
    await started.relay.ingest(shop, { refunds: [refund(12.5)] });
    await tell(of(byWebhook));
    await wait(180 * SECOND);
    expect(await row()).toMatchObject({
      deliveries: [{ outcome: "sent" }],
      refunds: [{ amount: 12.5, currency: "USD" }],
    });
  });

  test("given back whole before it was sent, it is withdrawn; told twice a refund counts once", async () => {
    await tell(of(byWebhook));
    await started.relay.ingest(shop, { refunds: [refund(30), refund(30), refund(22.5, "r-2")] });
    await wait(180 * SECOND);
    expect(await row()).toMatchObject({
      deliveries: [{ outcome: "withdrawn", words: "the order was refunded" }],
      refunds: [{ amount: 30 }, { amount: 22.5 }],
    });
  });

  test("a free order is worth nothing, and counts", async () => {
    const { properties } = of(byWebhook).half;
    const free = { ...properties, total_price: 0, total_tax: 0, total_shipping: 0, items: [], value: 0 };
    await tell(of(byWebhook, { properties: free }));
    await wait(180 * SECOND);
    expect(pinterest.server).toMatchObject([{ custom_data: { value: "0.00" } }]);
  });
});

describe("consent", () => {
  test.each([
    ["a page that denies", () => [denial(), of(byWebhook)]],
    ["a page that denies, after the webhook", () => [of(byWebhook), denial()]],
    ["an order that carries the denial", () => [of(byWebhook, { consent: denied() }), of(byServer)]],
  ])("%s: never sent from any source, and nobody is named", async (_, events) => {
    await tell(...events());
    await wait(60 * MINUTE);
    expect(pinterest.calls).toEqual([]);
    expect(await outcome()).toBe("no consent");
    const claimed: string[] = [];
    await started.relay.store.replay(
      { shop: shop.id, outcomes: ["no consent"], sinceMs: 0, neverSent: true },
      100,
      nowMs,
    );
    await started.relay.store.claim({ destination: 1, worker: "w", limit: 9, nowMs, leaseMs: 1 }, (due) => {
      claimed.push(JSON.stringify(due.halves));
      return { outcome: "no consent" };
    });
    expect(claimed.join()).not.toContain(sha256("ada@fennelandoak.example"));
  });

  test.each<[string, string, string | undefined, string]>([
    ["auto", "bought for the United States", "US", "sent"],
    ["auto", "bought for Germany", "DE", "no consent"],
    ["auto", "bought for Switzerland", "CH", "no consent"],
    ["auto", "bought for who knows where", undefined, "no consent"],
    ["implied", "bought for Germany", "DE", "sent"],
    ["require", "bought for the United States", "US", "no consent"],
    ["always", "bought for Germany", "DE", "sent"],
  ])("without a word of the visitor's, in mode %s: %s", async (mode, _, country, expected) => {
    await set("consent", mode);
    const { country: __, ...half } = of(byWebhook).half;
    await tell({ ...of(byWebhook), half: { ...half, ...(country ? { country } : {}) } });
    await wait(180 * SECOND);
    expect(await outcome()).toBe(expected);
  });

  test("where nothing is sent anywhere, an order that nobody allowed is kept without whose it is", async () => {
    await set("destination.state", "inactive");
    const { half } = of(byWebhook);
    await tell({ ...of(byWebhook), half: { ...half, country: "DE" } });
    const person = { visitors: [], hashes: half.matchKeys.em ?? [], aliases: [] };
    expect(person.hashes).toHaveLength(1);
    expect(await started.relay.store.forget(shop.id, person, 0, 100, nowMs)).toMatchObject({ events: 0 });
    expect(await started.relay.store.recent(9)).toHaveLength(1);
  });

  test("the visitor's own word, on another page, decides for an order that carries none", async () => {
    await set("consent", "require");
    const { orderIds: _, ...half } = of(byBrowser).half;
    await tell({ shop: shop.id, name: "Viewed Product", id: "0199f3a0-0000-7000-8000-00000000000a", half });
    await tell(of(byWebhook, { visitor: VISITOR_ID }));
    await wait(180 * SECOND);
    expect(await outcome()).toBe("sent");
  });

  test("taken back, it cancels what of the visitor's is not sent yet", async () => {
    await tell(of(byWebhook, { visitor: VISITOR_ID, consent: { marketing: "granted", by: "order", at: nowMs } }));
    await started.relay.ingest(shop, { decision: { visitor: VISITOR_ID, consent: denied(), atMs: nowMs } });
    await wait(180 * SECOND);
    expect(pinterest.calls).toEqual([]);
    expect(await outcome()).toBe("withdrawn");
  });
});

describe("what is kept of whom", () => {
  const em = sha256("ada@fennelandoak.example");
  /** All that lies in the ledger of the newest events, as a claim would see it. */
  const kept = async (was: Outcome) => {
    const seen: Due[] = [];
    await started.relay.store.replay({ shop: shop.id, outcomes: [was], sinceMs: 0, neverSent: true }, 100, nowMs);
    await started.relay.store.claim({ destination: 1, worker: "w", limit: 9, nowMs, leaseMs: 1 }, (due) => {
      seen.push(due);
      return { outcome: was };
    });
    return JSON.stringify(seen);
  };

  test("a grant that an order carries is as old as it is: told again, it does not undo a later denial", async () => {
    const carried: Consent = { marketing: "granted", by: "order", at: nowMs };
    await tell(of(byWebhook, { visitor: VISITOR_ID, consent: carried }));
    nowMs += MINUTE;
    await started.relay.ingest(shop, { decision: { visitor: VISITOR_ID, consent: denied(), atMs: nowMs } });
    nowMs += MINUTE;
    await tell(of(byWebhook, { visitor: VISITOR_ID, consent: carried, ...facts() }));
    await wait(180 * SECOND);
    expect(await outcome()).toBe("withdrawn");
    expect(await kept("withdrawn")).not.toContain(em);
  });

  test("who may not be told is not named in what has expired either", async () => {
    await tell(of(byWebhook, { country: "DE", timeMs: nowMs - 8 * 24 * 60 * MINUTE }));
    await wait(180 * SECOND);
    expect(await outcome()).toBe("no consent");
    expect(await kept("no consent")).not.toContain(em);
  });

  test("of one tick of the shop's clock a denial is the word that counts, whichever comes first", async () => {
    const both = [of(byServer), of(byServer, { consent: denied() })];
    await tell(...both);
    await wait(180 * SECOND);
    expect(await outcome()).toBe("no consent");
    const next = [of(byServer, { consent: denied() }, NEXT), of(byServer, {}, NEXT)];
    await tell(...next);
    await wait(180 * SECOND);
    expect(await outcome()).toBe("no consent");
  });

  test("who grants in the name of a shopper who denies is not heard before them", async () => {
    await tell(denial());
    const { id } = ORDER;
    const names = [id, ORDER.number, ORDER.token].map((name) => `order.${shop.key}.${name}`);
    const { network: _, ...half } = of(byBrowser, {
      visitor: "66".repeat(32),
      matchKeys: {},
      orderIds: names,
      timeMs: nowMs - SECOND,
    }).half;
    await tell({ ...of(byBrowser), half }, of(byWebhook));
    await wait(180 * SECOND);
    expect(await outcome()).toBe("no consent");
  });

  test("of two rows that become one after the first was sent, nothing of the other is added", async () => {
    const number = `order.${shop.key}.${ORDER.number}`;
    await tell({ ...of(byBrowser, { orderIds: [number] }), id: number });
    await wait(30 * MINUTE);
    await tell(of(byServer, { network: { ip: "198.51.100.99" } }));
    expect(await tell(of(byWebhook))).toEqual(["late half"]);
    expect(await row()).toMatchObject({ sources: ["browser"], lateHalves: 2 });
    await wait(60 * MINUTE);
    expect(pinterest.server).toHaveLength(1);
  });
});

describe("who a visitor is", () => {
  const viewed = (n: number, change: Partial<Half> = {}): ShopEvent => {
    const { orderIds: _, ...half } = of(byBrowser, { matchKeys: {}, tagName: "pagevisit", ...change }).half;
    return { shop: shop.id, name: "Viewed Product", id: `0199f3a0-0000-7000-8000-00000000000${n}`, half };
  };
  const em = sha256("ada@fennelandoak.example");

  test("known from one event, it is told with later ones and with earlier ones that wait", async () => {
    await tell(of(byBrowser, { matchKeys: {} }));
    await tell(viewed(1, { matchKeys: { em: [em] } }));
    await wait(0);
    await tell(viewed(2));
    await wait(30 * MINUTE);
    expect(pinterest.server.map(({ event_name, user_data }) => [event_name, user_data.em])).toEqual([
      ["page_visit", [em]],
      ["page_visit", [em]],
      ["checkout", [em]],
    ]);
  });

  test("known from a webhook, by the visitor that the order carries", async () => {
    await tell(of(byWebhook, { visitor: VISITOR_ID, consent: { marketing: "granted", by: "order", at: nowMs } }));
    await tell(viewed(1));
    await wait(0);
    expect(pinterest.server).toMatchObject([
      { event_name: "page_visit", user_data: { em: [em], fn: [sha256("ada")] } },
    ]);
  });

  test("an order that names no visitor finds them by the token of its checkout, with their click", async () => {
    const alias = `urn:checkout_token:${sha256(ORDER.token)}`;
    await tell(viewed(1, { aliases: [alias] }));
    await wait(0);
    await tell(of(byWebhook, { aliases: [alias] }));
    await wait(180 * SECOND);
    expect(pinterest.server[1]).toMatchObject({ event_name: "checkout", user_data: { click_id: CLICK_ID } });
  });

  test("a page that says which customer it is, is not believed", async () => {
    const alias = `urn:customer_id:${sha256("8801")}`;
    await tell(viewed(1, { aliases: [alias], clickId: "forged", visitor: "66".repeat(32) }));
    await tell(of(byWebhook, { aliases: [alias] }));
    await wait(180 * SECOND);
    expect(pinterest.server[1]?.user_data.click_id).toBeUndefined();
  });

  test("is forgotten when they deny", async () => {
    await tell(viewed(1, { matchKeys: { em: [em] } }));
    await wait(0);
    await started.relay.ingest(shop, { decision: { visitor: VISITOR_ID, consent: denied(), atMs: nowMs } });
    nowMs += SECOND;
    await tell(viewed(2, { consent: { marketing: "granted", by: "call", at: nowMs }, receivedMs: nowMs }));
    await wait(0);
    expect(pinterest.server[1]?.user_data.em).toBeUndefined();
  });

  test("is forgotten when the shop is asked to, in what is known, what is kept and what waits", async () => {
    await tell(viewed(1, { matchKeys: { em: [em] } }), viewed(2, { visitor: "77".repeat(32) }), viewed(4));
    await wait(0);
    await tell(of(byWebhook));
    const person = { visitors: [], hashes: [em], aliases: [] };
    expect(await started.relay.store.forget(shop.id, person, 0, 100, nowMs)).toMatchObject({
      events: 3,
      known: [expect.any(String)],
    });
    await wait(180 * SECOND);
    expect(await outcome()).toBe("withdrawn");
    expect(JSON.stringify(await started.relay.store.recent(9))).not.toContain(em);
    nowMs += SECOND;
    await tell(viewed(3));
    await wait(0);
    expect(pinterest.server.at(-1)?.user_data.em).toBeUndefined();
  });

  test("is forgotten when unseen for long", async () => {
    await tell(viewed(1, { matchKeys: { em: [em] } }));
    expect(await started.relay.store.forgetVisitors(nowMs, 10)).toBe(0);
    expect(await started.relay.store.forgetVisitors(nowMs + 1, 10)).toBe(1);
  });
});
