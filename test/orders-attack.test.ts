/** Orders under attack, at the relay's own doors: who guesses, who forges, who tells twice, clocks that jump. */
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { Beacon, Properties } from "@pinrelay/tag/contract";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DEFAULT_SETTINGS } from "#relay/core/settings";
import { hashProfile } from "#relay/pinterest/match-keys";
import { setSetting } from "#relay/settings";
import { beacon, collect } from "./beacons.ts";
import { fixture } from "./fixture.ts";
import { type Pinterest, startPinterest } from "./pinterest/stand-in.ts";
import { ACCOUNT, SHOP_ORIGIN, type Started, startRelay } from "./start.ts";

const SECRET = "8c1f0e5b7a2d4936b0c8e1f5a7d2b394";
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const NOW = Date.parse("2026-11-24T15:31:05Z");
const EMAIL = "maya.hartley@example.com";

let pinterest: Pinterest;
let started: Started;
let nowMs: number;
let log: string[];

beforeEach(async () => {
  nowMs = NOW;
  log = [];
  pinterest = await startPinterest({ now: () => nowMs });
  started = await startRelay({
    now: () => nowMs,
    chance: () => 0,
    log: pino({ level: "debug" }, { write: (line: string) => log.push(line) }),
    // Delivers when it is told to, and never by itself.
    times: { flushMs: 86_400_000, pollMs: 86_400_000 },
    config: {
      pinterestApiUrl: pinterest.apiUrl,
      trustProxy: 1,
      seed: {
        origins: [SHOP_ORIGIN],
        secrets: { shopify: [SECRET], woocommerce: [SECRET], api: ["an API key of the shop"] },
        account: { ...ACCOUNT, adAccountId: pinterest.adAccountId, token: pinterest.token },
      },
    },
  });
});
afterEach(async () => {
  await started.relay.close();
  await pinterest.close();
});

const wait = async (ms: number) => {
  nowMs += ms;
  await started.relay.flush();
};
const rows = () => started.relay.store.recent(50);
const set = async (name: string, value: string) => {
  const [shop] = started.relay.directory.shops();
  if (!shop) throw new Error("no shop");
  expect(await setSetting(started.relay.store, shop, name, value, nowMs)).toEqual({});
  await started.relay.directory.refresh();
};

const signed = (text: string | Buffer, secret = SECRET) => createHmac("sha256", secret).update(text).digest("base64");
const post = async (body: string | Buffer, headers: Record<string, string>, path = "/webhooks/shopify") => {
  const response = await fetch(`${started.url}${path}`, {
    method: "POST",
    headers,
    body: new Blob([new Uint8Array(Buffer.from(body))]),
  });
  const text = await response.text();
  return { status: response.status, text };
};
const deliver = (order: object, topic = "orders/create", headers: Record<string, string> = {}) => {
  const text = JSON.stringify(order);
  return post(text, {
    "content-type": "application/json",
    "x-shopify-topic": topic,
    "x-shopify-hmac-sha256": signed(text),
    ...headers,
  });
};
const iso = (ms: number) => new Date(ms).toISOString();
/** An order of Shopify's, placed now. */
const order = (change: object = {}): Record<string, unknown> => ({
  ...JSON.parse(readFileSync(fixture("shopify-orders/web-guest-us.json"), "utf8")),
  created_at: iso(nowMs),
  processed_at: iso(nowMs),
  updated_at: iso(nowMs),
  ...change,
});
const ID = "6278078300337";
const numbered = (n: number, change: object = {}) =>
  order({
    id: 6278078300000 + n,
    admin_graphql_api_id: `gid://shopify/Order/${6278078300000 + n}`,
    name: `#${n}`,
    order_number: n,
    token: `b1946ac92492d2347c6235b4d26${n}`,
    checkout_token: `eafa6d7ab1b44aa4a4c3f8e1d92${n}`,
    cart_token: `hWN2bT4kq9ZrXy7Lw3Jd5v${n}`,
    ...change,
  });
const woo = async (n: number, change: object = {}) => {
  const file = readFileSync(fixture("woocommerce-orders/blocks-account.json"), "utf8");
  const at = iso(nowMs).slice(0, 19);
  const text = JSON.stringify({
    ...JSON.parse(file),
    id: n,
    number: String(n),
    date_created_gmt: at,
    date_modified_gmt: at,
    date_paid_gmt: at,
    ...change,
  });
  return post(
    text,
    {
      "content-type": "application/json",
      "x-wc-webhook-topic": "order.updated",
      "x-wc-webhook-signature": signed(text),
    },
    "/webhooks/woocommerce",
  );
};

const MINE = "66".repeat(32);
const placed = (id: string, properties: Properties = {}, more: object = {}) => ({
  id: `order.${started.key}.${id}`,
  name: "Placed Order",
  tag: "checkout",
  time: nowMs,
  url: "https://www.fennelandoak.example/checkouts/",
  properties: { id, currency: "USD", total_price: 999, ...properties },
  ...more,
});
/** A stranger's beacon. */
const guess = (events: object[], change: Partial<Beacon> = {}, ip = "192.0.2.66") =>
  collect(
    started,
    beacon(started.key, events, {
      sentAt: nowMs,
      visitor: { id: MINE, clickId: "dj0yForgedForgedForged" },
      ...change,
    }),
    { "x-forwarded-for": ip },
  );
/** The buyer's own thank-you page, as the tag tells it. */
const buyer = (n: string = ID, properties: Properties = {}, change: Partial<Beacon> = {}) =>
  collect(
    started,
    beacon(started.key, [placed(n, properties, { profile: { $email: EMAIL } })], {
      sentAt: nowMs,
      visitor: { id: "7e".repeat(32), clickId: "dj0yBuyerBuyerBuyer" },
      ...change,
    }),
    { "x-forwarded-for": "203.0.113.24" },
  );
const denied = { marketing: "denied", by: "call", at: NOW } as const;
/** What a page tells of an order whose buyer denies: its ID and nothing else. */
const buyerDenies = () => {
  const said = beacon(started.key, [placed(ID, {}, { tag: undefined })], { sentAt: nowMs, consent: denied });
  return collect(started, { ...said, visitor: undefined }, { "x-forwarded-for": "203.0.113.24" });
};
const orders = () => pinterest.server.filter(({ event_name }) => event_name === "checkout");

describe("who guesses the numbers of orders to come", () => {
  test("a guess that was sent half an hour later does not take the real order's place: Shopify", async () => {
    await guess([placed("1042"), placed(`${6278078300000 + 1042}`)]);
    await wait(30 * MINUTE);
    nowMs += 60 * MINUTE;
    await deliver(numbered(1042));
    await wait(3 * MINUTE);
    expect(orders().map(({ user_data }) => user_data.em)).toContainEqual(hashProfile({ $email: EMAIL }).em);
  });

  test("a guess that was sent half an hour later does not take the real order's place: WooCommerce", async () => {
    await set("consent", "implied");
    await guess([placed("7311")]);
    await wait(30 * MINUTE);
    nowMs += 60 * MINUTE;
    expect((await woo(7311)).status).toBe(200);
    await wait(3 * MINUTE);
    expect(orders()).toHaveLength(2);
    expect(orders()[1]?.user_data.click_id).not.toBe("dj0yForgedForgedForged");
  });

  test("a guess told before the order was placed is none of its halves", async () => {
    await guess([placed("1042")]);
    nowMs += 10 * MINUTE;
    await deliver(numbered(1042));
    await wait(3 * MINUTE);
    expect(orders()[0]?.user_data.click_id).not.toBe("dj0yForgedForgedForged");
    expect(orders()[0]?.user_data.client_ip_address).not.toBe("192.0.2.66");
  });

  test("a denial told before the order was placed does not suppress it", async () => {
    await guess([placed("1042")], { consent: denied });
    nowMs += 10 * MINUTE;
    await deliver(numbered(1042));
    await wait(3 * MINUTE);
    expect(orders()).toHaveLength(1);
  });

  test("four guesses do not shut out the buyer's own browser", async () => {
    for (let n = 0; n < 4; n += 1) await guess([placed(ID)], { visitor: { id: `${n}6`.repeat(32) } });
    nowMs += 10 * MINUTE;
    await deliver(order());
    await buyer();
    await wait(3 * MINUTE);
    expect(orders()[0]?.user_data.click_id).toBe("dj0yBuyerBuyerBuyer");
  });

  test("four guesses do not shut out the buyer's denial", async () => {
    for (let n = 0; n < 4; n += 1) await guess([placed(ID)], { visitor: { id: `${n}6`.repeat(32) } });
    nowMs += 10 * MINUTE;
    await deliver(order());
    await buyerDenies();
    await wait(3 * MINUTE);
    expect(orders()).toEqual([]);
  });

  test("a stranger's consent does not stand for a buyer who denies", async () => {
    await guess([placed(ID)]);
    await deliver(order());
    nowMs += SECOND;
    await buyerDenies();
    await wait(3 * MINUTE);
    expect(orders()).toEqual([]);
  });

  test("a buyer who denies on the thank-you page after it was told is believed", async () => {
    await deliver(order());
    await buyer();
    nowMs += SECOND;
    await buyerDenies();
    await wait(3 * MINUTE);
    expect(orders()).toEqual([]);
  });
});

describe("whose identity it is", () => {
  const viewed = (n: number, more: object = {}) => ({
    id: `0199f3a0-0000-7000-8000-0000000000${10 + n}`,
    name: "Viewed Product",
    tag: "pagevisit",
    time: nowMs,
    url: "https://www.fennelandoak.example/products/mug",
    properties: { product_id: "1001", price: 24, currency: "USD" },
    ...more,
  });

  test("who says that they are a customer is told no customer's email", async () => {
    await deliver(order({ customer: { id: 8801, email: EMAIL } }));
    await guess([viewed(1, { aliases: ["urn:customer_id:8801"] })]);
    await wait(0);
    expect(pinterest.server).toHaveLength(1);
    expect(pinterest.server[0]?.user_data.em).toBeUndefined();
  });

  test("a guess brings no identity of its own to an order whose buyer is known", async () => {
    await guess([
      viewed(1, { profile: { $email: "mallory@example.net" }, aliases: ["urn:cart_token:mine-and-mine-alone"] }),
    ]);
    await guess([placed(ID, {}, { aliases: ["urn:cart_token:mine-and-mine-alone"] })]);
    await buyer();
    await deliver(order());
    await wait(3 * MINUTE);
    const [only] = orders();
    expect(only?.user_data.em).toEqual(hashProfile({ $email: EMAIL }).em);
  });

  test("a guess and a denial of one's own do not withdraw an order whose buyer is known", async () => {
    await guess([viewed(1, { aliases: ["urn:cart_token:mine-and-mine-alone"] })]);
    await guess([placed(ID, {}, { aliases: ["urn:cart_token:mine-and-mine-alone"] })]);
    nowMs += SECOND;
    await guess([], { consent: denied });
    await buyer();
    await deliver(order());
    await wait(3 * MINUTE);
    expect(orders()).toHaveLength(1);
  });

  test("who allows again after an order of theirs denied is known again", async () => {
    const granted = { marketing: "granted", by: "call", at: nowMs } as const;
    const theirs = { visitor: { id: MINE }, consent: granted };
    await guess([viewed(1, { aliases: [`urn:checkout_token:${order().checkout_token}`] })], theirs);
    nowMs += SECOND;
    await deliver(order({ note_attributes: [{ name: "_pinrelay_consent", value: `denied call ${nowMs}` }] }));
    nowMs += SECOND;
    await guess([viewed(2, { aliases: [`urn:checkout_token:${order().checkout_token}`] })], theirs);
    await wait(0);
    expect(pinterest.server.map(({ event_id }) => event_id)).toContain(viewed(2).id);
  });
});

describe("money that is given back", () => {
  const refund = (amount: string, currency_code: string) => ({
    id: 929361462,
    order_id: Number(ID),
    created_at: iso(nowMs),
    processed_at: iso(nowMs),
    refund_line_items: [],
    transactions: [{ kind: "refund", status: "success", amount, currency: currency_code }],
  });

  test("in another currency than the order's says nothing of how much of it is left", async () => {
    await deliver(refund("3000", "JPY"), "refunds/create");
    await deliver(order());
    await wait(3 * MINUTE);
    expect(orders()).toHaveLength(1);
  });

  test("before the order is told, and whole, withdraws it", async () => {
    await deliver(refund("73.60", "USD"), "refunds/create");
    await deliver(order());
    await wait(3 * MINUTE);
    expect(orders()).toEqual([]);
  });
});

describe("who forges or repeats a webhook", () => {
  const header = (text: string | Buffer, more: Record<string, string> = {}) => ({
    "content-type": "application/json",
    "x-shopify-topic": "orders/create",
    "x-shopify-hmac-sha256": signed(text),
    ...more,
  });

  test("an old delivery after a cancel does not bring the order back", async () => {
    const old = order();
    await deliver(old);
    nowMs += SECOND;
    await deliver({ ...old, cancelled_at: iso(nowMs), updated_at: iso(nowMs) }, "orders/cancelled");
    await deliver(old);
    await deliver(old, "orders/updated");
    await wait(3 * MINUTE);
    expect(orders()).toEqual([]);
  });

  test("cancelled in the same second, and told first, it stays cancelled", async () => {
    const old = order();
    await deliver({ ...old, cancelled_at: iso(nowMs) }, "orders/cancelled");
    await deliver(old);
    await wait(3 * MINUTE);
    expect(orders()).toEqual([]);
  });

  test.each<[string, string | Buffer, Record<string, string>, number]>([
    ["no body", "", {}, 400],
    ["a body in gzip that was signed plain", gzipSync("{}"), { "content-encoding": "gzip" }, 401],
    ["a coding nobody knows", "{}", { "content-encoding": "zstd-nobody" }, 415],
    ["a bomb", gzipSync(Buffer.alloc(50_000_000, 32)), { "content-encoding": "gzip" }, 413],
    ["too much", `{"a":"${"x".repeat(2_100_000)}"}`, {}, 413],
    ["no JSON", "{", {}, 400],
    ["a list", "[]", {}, 400],
    ["a word", '"order"', {}, 400],
    ["null", "null", {}, 400],
    ["a form", "a=b", { "content-type": "application/x-www-form-urlencoded" }, 400],
    ["no topic", "{}", { "x-shopify-topic": "" }, 200],
    ["a topic that is a method of objects", "{}", { "x-shopify-topic": "constructor" }, 200],
    ["a topic of a kilobyte", "{}", { "x-shopify-topic": "x".repeat(1_000) }, 200],
    ["two signatures", "{}", { "x-shopify-hmac-sha256": `${signed("{}")}, ${signed("{}")}` }, 401],
    ["a huge signature", "{}", { "x-shopify-hmac-sha256": "A".repeat(8_000) }, 401],
    ["bytes that are no UTF-8", Buffer.from([0x7b, 0xff, 0x7d]), {}, 400],
  ])("%s", async (_, body, more, status) => {
    const answer = await post(body, header(body, more));
    expect(answer.status).toBe(status);
    expect(await rows()).toEqual([]);
  });

  test("the key of a shop that is not there, or no key at all", async () => {
    for (const path of ["/webhooks/shopify/nobody", "/webhooks/shopify/%E0%A4%A", "/webhooks/shopify/__proto__"]) {
      const answer = await post("{}", header("{}"), path);
      expect([400, 404]).toContain(answer.status);
    }
  });

  test("the secret of one shop tells nothing of another's", async () => {
    await started.relay.store.addShop({
      origins: [],
      settings: DEFAULT_SETTINGS,
      key: "other",
      secrets: { api: [], shopify: ["the secret of the other shop"], woocommerce: [] },
    });
    await started.relay.directory.refresh();
    const text = JSON.stringify(order());
    expect((await post(text, header(text), "/webhooks/shopify/other")).status).toBe(401);
    expect((await post(text, header(text), `/webhooks/shopify/${started.key}`)).status).toBe(200);
    expect((await post(text, header(text))).status).toBe(404);
  });

  test("amounts below zero, as text, absurd or of no kind refuse nothing and are not told", async () => {
    await deliver(
      order({
        total_price: "-5.00",
        total_price_set: null,
        current_total_price: "-5.00",
        current_total_price_set: null,
      }),
    );
    await deliver(numbered(1043, { total_price: "Infinity", total_price_set: { shop_money: { amount: "1e400" } } }));
    await deliver(numbered(1044, { total_price: {}, line_items: "none", note_attributes: [null, 5, { name: 1 }] }));
    await wait(3 * MINUTE);
    expect(orders()).toHaveLength(3);
    expect(JSON.stringify(orders())).not.toMatch(/NaN|Infinity|"-/);
  });

  test("an order of 500 lines is told whole by the webhook", async () => {
    const [line] = order().line_items as object[];
    const big = order({
      line_items: Array.from({ length: 500 }, (_, n) => ({ ...line, id: n, product_id: 9_000 + n })),
    });
    const { length } = JSON.stringify(big);
    expect(length).toBeLessThan(2 * 1024 * 1024);
    expect((await deliver(big)).status).toBe(200);
    await wait(3 * MINUTE);
    expect(orders()).toHaveLength(1);
    expect(orders()[0]?.custom_data).toMatchObject({ contents: { length: 500 } });
  });
});

describe("odd names of orders", () => {
  test.each([
    ["#1001", "1001"],
    [" 1001 ", "1001"],
    [`gid://shopify/Order/${ID}`, ID],
    [`gid://shopify/Order/${ID}?key=abc`, ID],
  ])("%s is %s", async (told, id) => {
    await guess([placed(id)]);
    await guess([{ ...placed(told), id: "whatever" }]);
    expect(await rows()).toHaveLength(1);
  });

  test.each([
    "#",
    "?",
    "gid:",
    "x".repeat(200),
    "__proto__",
    "constructor",
    "\ud800",
    "😀",
    "a\u0000b",
    "' or 1=1 --",
    "0",
    "-1",
    "toString",
  ])("%s breaks nothing", async (told) => {
    const answer = await guess([placed(told, { order_aliases: Array.from({ length: 10 }, () => told) })]);
    expect([202, 400]).toContain(answer.status);
    await wait(31 * MINUTE);
    expect(log.join()).not.toContain("could not be mapped");
    expect(log.join()).not.toContain('"level":50');
  });
});

describe("clocks", () => {
  test("a clock that ran ahead and is set right shuts nobody out", async () => {
    nowMs += 24 * 60 * MINUTE;
    expect((await guess([placed("1")], { sentAt: nowMs }, "198.51.100.9")).status).toBe(202);
    nowMs -= 24 * 60 * MINUTE;
    expect((await guess([placed("2")], { sentAt: nowMs }, "198.51.100.9")).status).toBe(202);
  });
});

describe("personal data", () => {
  test("is in no log, no answer, no ledger and no dead letter", async () => {
    const answers: string[] = [];
    answers.push((await deliver(order())).text);
    answers.push(JSON.stringify((await buyer()).answer));
    answers.push((await deliver(numbered(1050, { email: "broken@@example.com", phone: "+1 503 555 0142" }))).text);
    answers.push((await deliver({ ...order(), id: "maya.hartley@example.com", admin_graphql_api_id: EMAIL })).text);
    answers.push((await deliver(order(), EMAIL)).text);
    pinterest.fail({ kind: "503" });
    await wait(3 * MINUTE);
    await wait(10 * MINUTE);
    await wait(60 * MINUTE);
    const all = [...log, answers.join(), JSON.stringify(await rows())].join();
    for (const secret of [
      EMAIL,
      "broken@@",
      "5035550142",
      "503 555",
      "Maya",
      "Hartley",
      "203.0.113.24",
      String(order().checkout_token),
      SECRET,
      pinterest.token,
    ])
      expect(all.includes(secret) ? secret : "").toBe("");
  });
});

describe("who is forgotten", () => {
  const person = { visitors: [], hashes: hashProfile({ $email: EMAIL }).em ?? [], aliases: [] };

  test("stays so, though the shop tells of a parcel that was sent meanwhile", async () => {
    await deliver(order());
    await started.relay.store.forget(1, person, 0, 100, nowMs);
    nowMs += SECOND;
    await deliver(order({ fulfillment_status: "fulfilled" }), "orders/updated");
    await wait(3 * MINUTE);
    expect(orders()).toEqual([]);
  });

  // biome-ignore format: a table
  test.each([
    ["filtered",  { status: "on-hold", date_paid_gmt: null }, { status: "processing" }],
    ["withdrawn", { status: "cancelled" },                    { status: "processing" }],
    ["withdrawn", { status: "cancelled" },                    { status: "cancelled" }],
  ])("stays so where their order was %s, and the shop tells of it again", async (outcome, before, after) => {
    await set("consent", "implied");
    await woo(7311, before);
    await wait(3 * MINUTE);
    expect((await rows()).flatMap((row) => row.deliveries)).toMatchObject([{ outcome }]);
    expect(await started.relay.store.forget(1, person, 0, 100, nowMs)).toMatchObject({ events: 1 });
    nowMs += 60 * MINUTE;
    await woo(7311, after);
    // Nor is it sent by who has everything judged anew that was left out.
    await set("wooOnHold", "true");
    await wait(3 * MINUTE);
    expect(orders()).toEqual([]);
    expect(await started.relay.store.forget(1, person, 0, 100, nowMs)).toMatchObject({ events: 0 });
  });
});
