/** Shopify's webhooks at the relay's own door: signed, kept, joined with the browser's half, and told to Pinterest. */
import { createHmac, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { hashProfile } from "#relay/pinterest/match-keys";
import { setSetting } from "#relay/settings";
import { beacon, collect, USER_AGENT } from "./beacons.ts";
import { fixture } from "./fixture.ts";
import { type Pinterest, startPinterest } from "./pinterest/stand-in.ts";
import { ACCOUNT, SHOP_ORIGIN, type Started, startRelay } from "./start.ts";

const SECRET = "8c1f0e5b7a2d4936b0c8e1f5a7d2b394";
const FORMER = "0b7d5e2a9c4f1836e5b0d7a2c9f41e68";
/** A quarter of a minute after the orders of the fixtures were placed. */
const PLACED = Date.parse("2026-11-24T15:31:05Z");
const NOW = PLACED + 15_000;

let pinterest: Pinterest;
let started: Started;
let nowMs: number;

beforeEach(async () => {
  nowMs = NOW;
  pinterest = await startPinterest({ now: () => nowMs });
  started = await startRelay({
    now: () => nowMs,
    chance: () => 0,
    // Delivers when it is told to, and never by itself.
    times: { flushMs: 86_400_000, pollMs: 86_400_000 },
    config: {
      pinterestApiUrl: pinterest.apiUrl,
      seed: {
        origins: [SHOP_ORIGIN],
        secrets: { shopify: [SECRET, FORMER] },
        account: { ...ACCOUNT, adAccountId: pinterest.adAccountId, token: pinterest.token },
      },
    },
  });
});
afterEach(async () => {
  await started.relay.close();
  await pinterest.close();
});

const body = (name: string): string => readFileSync(fixture(`shopify-orders/${name}.json`), "utf8");
const signed = (text: string, secret = SECRET) => createHmac("sha256", secret).update(text).digest("base64");

/** Delivers a webhook as Shopify does. */
const deliver = async (
  text: string,
  topic = "orders/create",
  signature: string | undefined = signed(text),
  deliveryId: string = randomUUID(),
) => {
  const response = await fetch(`${started.url}/webhooks/shopify`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "user-agent": "Shopify-Captain-Hook",
      "x-shopify-topic": topic,
      "x-shopify-shop-domain": "fennel-and-oak.myshopify.com",
      "x-shopify-api-version": "2026-01",
      "x-shopify-webhook-id": deliveryId,
      ...(signature === "" ? {} : { "x-shopify-hmac-sha256": signature }),
    },
    body: text,
  });
  return { status: response.status, answer: await response.json() };
};
const wait = async (ms: number) => {
  nowMs += ms;
  await started.relay.flush();
};
const row = async () => {
  const rows = await started.relay.store.recent(10);
  expect(rows).toHaveLength(1);
  const [only] = rows;
  if (!only) throw new Error("nothing is in the ledger");
  return only;
};
const set = async (name: string, value: string) => {
  const [shop] = started.relay.directory.shops();
  if (!shop) throw new Error("no shop");
  expect(await setSetting(started.relay.store, shop, name, value, nowMs)).toEqual({});
  await started.relay.directory.refresh();
};

describe("who may tell orders", () => {
  test("either secret proves it, while one replaces the other", async () => {
    const order = body("web-guest-us");
    expect(await deliver(order, "orders/create", signed(order, FORMER))).toMatchObject({ status: 200 });
    expect(await deliver(order, "orders/paid", signed(order))).toMatchObject({ status: 200 });
  });

  test.each([
    ["no signature", () => ""],
    ["another's secret", (order: string) => signed(order, "not the secret of this shop")],
    ["the signature of another body", (order: string) => signed(`${order} `)],
    ["the signature in hex", (order: string) => Buffer.from(signed(order), "base64").toString("hex")],
  ])("%s is refused, and nothing is kept", async (_, signature) => {
    const order = body("web-guest-us");
    expect((await deliver(order, "orders/create", signature(order))).status).toBe(401);
    expect(await started.relay.store.recent(10)).toEqual([]);
  });
});

describe("one order, one conversion", () => {
  test("told by the webhook alone, it is sent with all that the order says", async () => {
    expect(await deliver(body("web-guest-us"))).toEqual({ status: 200, answer: { status: "kept" } });
    await wait(180_000);
    const { em, ph, fn, ct } = hashProfile({
      $email: "maya.hartley@example.com",
      $phone_number: "+15035550142",
      $first_name: "Maya",
      $city: "Portland",
      $country_code: "US",
    });
    expect(pinterest.server).toMatchObject([
      {
        event_name: "checkout",
        action_source: "web",
        event_id: `order.${started.key}.6278078300337`,
        event_time: PLACED / 1_000,
        language: "en",
        user_data: { em, ph, fn, ct, client_ip_address: "203.0.113.24", click_id: expect.stringMatching(/^dj0y/) },
        custom_data: {
          value: "62.50",
          currency: "USD",
          order_id: "6278078300337",
          num_items: 3,
          content_ids: ["8266836345064", "8266836377832"],
        },
      },
    ]);
  });

  test("told by the browser too, it is one, with what each of both knows", async () => {
    const id = `order.${started.key}.6278078300337`;
    const order = {
      id,
      name: "Placed Order",
      tag: "checkout",
      time: nowMs,
      url: "https://www.fennelandoak.example/checkouts/",
      properties: { id: "6278078300337", currency: "USD", total_price: 73.6, total_tax: 5.1, total_shipping: 6 },
    };
    const visitor = { id: "7".repeat(64), clickId: "dj0yJnU9b2JDcFFHekV4SHJNcmVrbFBkUEdqakg" };
    await collect(started, beacon(started.key, [order], { sentAt: nowMs, visitor }));
    await deliver(body("web-guest-us"));
    await wait(0);
    expect(pinterest.server).toMatchObject([
      {
        event_id: id,
        user_data: {
          click_id: visitor.clickId,
          client_user_agent: USER_AGENT,
          em: hashProfile({ $email: "maya.hartley@example.com" }).em,
        },
        custom_data: { value: "62.50", num_items: 3 },
      },
    ]);
    expect((await row()).sources.toSorted()).toEqual(["browser", "shopify"]);
  });

  test("told under every topic, and again, it is one", async () => {
    const order = body("web-guest-us");
    for (const topic of ["orders/create", "orders/paid", "orders/updated", "orders/create"])
      await deliver(order, topic);
    await wait(180_000);
    await deliver(order, "orders/updated");
    await wait(180_000);
    expect(pinterest.server).toHaveLength(1);
  });

  test("a delivery that comes again is known by its ID, and another body under that ID is another delivery", async () => {
    const deliveryId = randomUUID();
    const again = (text: string) => deliver(text, "orders/create", signed(text), deliveryId);
    const statuses = [await again(body("web-guest-us")), await again(body("web-guest-us"))];
    expect(statuses.map(({ status, answer }) => [status, answer.status])).toEqual([
      [200, "kept"],
      [200, "duplicate"],
    ]);
    expect((await row()).duplicates).toBe(0);
    await deliver(body("web-guest-us"));
    expect((await row()).duplicates).toBe(1);
    expect((await again(body("web-account-eur"))).answer).toMatchObject({ status: "kept" });
    expect(await started.relay.store.recent(10)).toHaveLength(2);
  });

  test("what is added after the checkout is told with it, where the shop waits for that", async () => {
    await set("upsellHoldSeconds", "600");
    await deliver(body("web-before-upsell"));
    await wait(300_000);
    expect(pinterest.server).toEqual([]);
    expect((await deliver(body("order-edit"), "orders/edited")).answer).toMatchObject({ status: "ignored" });
    await deliver(body("web-upsell"), "orders/updated");
    await wait(300_000);
    expect(pinterest.server).toMatchObject([{ custom_data: { value: "42.00", num_items: 2 } }]);
  });
});

describe("what is not told", () => {
  // biome-ignore format: a table
  test.each([
    ["test-order",          "filtered"],
    ["pos",                 "filtered"],
    ["draft",               "filtered"],
    ["b2b",                 "filtered"],
    ["subscription",        "filtered"],
    ["subscription-by-app", "filtered"],
    ["marketplace",         "filtered"],
    ["null-heavy",          "filtered"],
    ["web-cancelled",       "withdrawn"],
    ["shop-app",            "sent"],
    ["web-free",            "sent"],
  ])("%s: %s", async (name, outcome) => {
    await set("consent", "implied");
    await deliver(body(name));
    await wait(180_000);
    expect((await row()).deliveries.map((delivery) => delivery.outcome)).toEqual([outcome]);
    expect(pinterest.server).toHaveLength(outcome === "sent" ? 1 : 0);
  });

  test("an order from where consent is asked for, with nothing on it that tells of one", async () => {
    nowMs = Date.parse("2026-11-24T16:10:00Z");
    await deliver(body("web-account-eur"));
    await wait(180_000);
    expect((await row()).deliveries).toMatchObject([{ outcome: "no consent" }]);
  });

  test("an order that is cancelled before it is sent is withdrawn", async () => {
    await deliver(body("web-guest-us"));
    const cancelled = {
      ...JSON.parse(body("web-guest-us")),
      cancelled_at: "2026-11-24T10:32:00-05:00",
      updated_at: "2026-11-24T10:32:01-05:00",
    };
    await deliver(JSON.stringify(cancelled), "orders/cancelled");
    await wait(180_000);
    expect(pinterest.server).toEqual([]);
    expect(await row()).toMatchObject({ isCancelled: true, deliveries: [{ outcome: "withdrawn" }] });
  });

  test("an order of a till goes as offline where the shop lists tills", async () => {
    await set("channels", "web, pos");
    const pos = { ...JSON.parse(body("pos")), email: "maya.hartley@example.com" };
    await deliver(JSON.stringify(pos));
    // Nothing tells the country of an order without an address, so the shop has to say that it may.
    await set("consent", "implied");
    await wait(180_000);
    expect(pinterest.server).toMatchObject([{ action_source: "offline", custom_data: { value: "24.00" } }]);
    expect(pinterest.server[0]?.user_data).not.toHaveProperty("client_ip_address");
  });

  test("a refund is noted on the order, once, and does not change what was sent", async () => {
    nowMs = Date.parse("2026-11-24T15:40:00Z");
    await deliver(body("web-refunded"));
    await wait(180_000);
    nowMs = Date.parse("2026-11-24T21:03:00Z");
    await deliver(body("refund"), "refunds/create");
    await deliver(body("refund"), "refunds/create");
    expect(await row()).toMatchObject({ refunds: [{ amount: 25.98, currency: "USD" }] });
    expect(pinterest.server).toMatchObject([{ custom_data: { value: "48.00" } }]);
  });

  test("Shopify's test notification is taken and not told", async () => {
    expect((await deliver(body("test-notification"))).status).toBe(200);
    await wait(180_000);
    expect(pinterest.calls).toEqual([]);
  });

  test("an order without an id is refused, and the answer repeats nothing of it", async () => {
    const order = { ...JSON.parse(body("web-guest-us")), id: null, admin_graphql_api_id: null };
    const { status, answer } = await deliver(JSON.stringify(order));
    expect({ status, answer }).toEqual({
      status: 400,
      answer: { error: { field: "id", message: "is missing; an order has one" } },
    });
  });
});
