/** WooCommerce's deliveries at the relay's door, as the shop sends them, and what Pinterest is told in the end. */
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { CLICK_ID_COOKIE, ORDER_CLICK_ID, ORDER_CONSENT, ORDER_VISITOR, VISITOR_COOKIE } from "@pinrelay/tag/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ShopSettings } from "#relay/core/settings";
import { beacon, collect, USER_AGENT, VISITOR, viewedProduct } from "./beacons.ts";
import { type Pinterest, startPinterest } from "./pinterest/stand-in.ts";
import { SHOP_ORIGIN, type Started, startRelay } from "./start.ts";
import { until } from "./until.ts";

const SECRET = "wc-secret-of-the-shop";

let pinterest: Pinterest;
let started: Started;

const start = async (settings: Partial<ShopSettings> = {}, woocommerce = [SECRET]) => {
  await started?.relay.close();
  started = await startRelay({
    settings: { signedHoldSeconds: 0, ...settings },
    config: {
      pinterestApiUrl: pinterest.apiUrl,
      pinterestTagUrl: pinterest.coreUrl,
      seed: {
        origins: [SHOP_ORIGIN],
        account: { adAccountId: pinterest.adAccountId, tagId: pinterest.tagId, token: pinterest.token },
        secrets: { woocommerce },
      },
    },
  });
};
beforeEach(async () => {
  pinterest = await startPinterest();
  await start();
});
afterEach(async () => {
  await started.relay.close();
  await pinterest.close();
});

const gmt = (ms: number) => new Date(ms).toISOString().slice(0, 19);
/** An order of a fixture that was made a minute ago, and changed by now. */
const orderOf = (name: string, change: object = {}): object => {
  const file = new URL(`fixtures/woocommerce-orders/${name}.json`, import.meta.url);
  const times = { date_created_gmt: gmt(Date.now() - 60_000), date_modified_gmt: gmt(Date.now() - 30_000) };
  return { ...JSON.parse(readFileSync(file, "utf8")), ...times, ...change };
};
const post = async (body: string, headers: Record<string, string>, path = "/webhooks/woocommerce") => {
  const response = await fetch(`${started.url}${path}`, { method: "POST", body, headers });
  const answer: { status?: string; message?: string; error?: { field: string } } = await response.json();
  return { status: response.status, answer };
};
/** As WooCommerce delivers: https://developer.woocommerce.com/docs/apis/rest-api/v3/webhooks/ */
const deliver = (order: object, topic = "order.updated", secret = SECRET) => {
  const body = JSON.stringify(order);
  return post(body, {
    "content-type": "application/json",
    "user-agent": "WooCommerce/10.3.5 Hookshot (WordPress/6.8.3)",
    "x-wc-webhook-source": `${SHOP_ORIGIN}/`,
    "x-wc-webhook-topic": topic,
    "x-wc-webhook-resource": "order",
    "x-wc-webhook-event": topic.replace("order.", ""),
    "x-wc-webhook-signature": createHmac("sha256", secret).update(body).digest("base64"),
    "x-wc-webhook-id": "7",
    "x-wc-webhook-delivery-id": "5a0a9f1d8a1c4a7e9b3a6f0d2c4e6a81",
  });
};
const ping = (path?: string) => post("webhook_id=7", { "content-type": "application/x-www-form-urlencoded" }, path);
const rows = () => started.relay.store.recent(10);
const outcome = async (id: number) =>
  (await rows()).find((row) => row.id === `order.${started.key}.${id}`)?.deliveries[0];
/** Something else reached Pinterest, which was kept later: what was due before would have reached it too. */
const later = async () => {
  const event = viewedProduct();
  await collect(started, beacon(started.key, [event]));
  await until(() => pinterest.server.some(({ event_id }) => event_id === event.id));
};
const orders = () => pinterest.server.filter(({ event_name }) => event_name === "checkout");

describe("a webhook that is saved", () => {
  test("is answered, so that the shop goes on, though it is not signed", async () => {
    expect(await ping()).toMatchObject({ status: 200, answer: { status: "ignored" } });
    expect(await ping(`/webhooks/woocommerce/${started.key}`)).toMatchObject({ status: 200 });
    expect(await rows()).toEqual([]);
  });

  test("is answered before its secret is set here, too", async () => {
    await start({}, []);
    expect(await ping()).toMatchObject({ status: 200 });
    expect(await deliver(orderOf("classic-account-coupon"))).toMatchObject({ status: 401 });
  });

  test("for no shop of this relay is told so", async () => {
    expect(await ping("/webhooks/woocommerce/nobodys")).toMatchObject({ status: 404 });
  });
});

test("what is not signed with the shop's secret is refused, and either of two secrets will do", async () => {
  const order = orderOf("classic-account-coupon");
  expect(await deliver(order, "order.created", "guessed-by-somebody")).toMatchObject({
    status: 401,
    answer: { error: { field: "x-wc-webhook-signature" } },
  });
  expect(await rows()).toEqual([]);
  await start({}, ["the-new-secret", SECRET]);
  expect(await deliver(order, "order.created", "the-new-secret")).toMatchObject({ answer: { status: "kept" } });
  expect(await deliver(order, "order.updated")).toMatchObject({ status: 200, answer: { status: "duplicate" } });
});

test("an order is sent once, whole, though the shop tells it again and again", async () => {
  const order = orderOf("classic-account-coupon");
  await deliver(order, "order.created");
  await deliver(order);
  await until(() => orders().length > 0);
  await deliver({ ...order, status: "completed", date_modified_gmt: gmt(Date.now()) });
  await later();
  expect(orders()).toHaveLength(1);
  expect(orders()[0]).toMatchObject({
    event_id: `order.${started.key}.1234`,
    user_data: {
      em: [expect.stringMatching(/^[0-9a-f]{64}$/)],
      click_id: "dj0yJnU9YWJjZGVmZ2hpamtsbW5vcA",
      client_ip_address: "203.0.113.24",
    },
    custom_data: { value: "132.30", currency: "USD", order_id: "1234", num_items: 3, content_ids: ["101", "102"] },
  });
});

test("a free order is worth nothing, and is sent all the same", async () => {
  await deliver(orderOf("free"), "order.created");
  await until(() => orders().length === 1);
  expect(orders()[0]?.custom_data).toMatchObject({ value: "0.00", num_items: 1 });
});

test("an order that is pending, fails, and is paid at a second try counts once it is paid", async () => {
  const order = orderOf("failed", { status: "pending" });
  expect(await deliver(order, "order.created")).toMatchObject({ status: 200, answer: { status: "ignored" } });
  await deliver({ ...order, status: "failed", date_modified_gmt: gmt(Date.now() - 20_000) });
  await until(async () => (await outcome(1235))?.outcome === "withdrawn");
  await deliver({ ...order, status: "processing", date_modified_gmt: gmt(Date.now() - 10_000) });
  await until(() => orders().length === 1);
  expect(orders()[0]).toMatchObject({ event_id: `order.${started.key}.1235`, custom_data: { value: "24.00" } });
});

test("a transfer that is awaited does not count until the money is there", async () => {
  const order = orderOf("on-hold", {
    meta_data: [{ key: ORDER_CONSENT, value: `granted wp-consent-api ${Date.now()}` }],
  });
  await deliver(order, "order.created");
  await until(async () => (await outcome(1243))?.outcome === "filtered");
  await deliver({ ...order, status: "processing", date_modified_gmt: gmt(Date.now()) });
  await until(() => orders().length === 1);
});

test("a transfer that is awaited counts at once where the shop says so", async () => {
  await start({ wooOnHold: true });
  const meta_data = [{ key: ORDER_CONSENT, value: `granted wp-consent-api ${Date.now()}` }];
  await deliver(orderOf("on-hold", { meta_data }), "order.created");
  await until(() => orders().length === 1);
});

test("an order whose shopper said no, and one of a country that asks first, are not sent", async () => {
  await deliver(orderOf("on-hold", { status: "processing" }), "order.created");
  await deliver(orderOf("classic-guest-eur"), "order.created");
  await until(async () => (await rows()).every(({ deliveries }) => deliveries[0]?.outcome === "no consent"));
  expect(await rows()).toHaveLength(2);
  expect(orders()).toEqual([]);
});

test("renewals, and what the shop's staff made, wait as filtered", async () => {
  await deliver(orderOf("renewal"), "order.created");
  await deliver(orderOf("made-by-admin"), "order.created");
  await until(async () => (await rows()).every(({ deliveries }) => deliveries[0]?.outcome === "filtered"));
  expect(await outcome(1249)).toMatchObject({ words: expect.stringContaining("subscription") });
  expect(await outcome(1250)).toMatchObject({ words: expect.stringContaining("admin") });
});

test("what was given back is noted beside the order", async () => {
  await deliver(orderOf("partly-refunded"));
  await deliver(orderOf("partly-refunded", { date_modified_gmt: gmt(Date.now()) }));
  expect(await rows()).toMatchObject([{ refunds: [{ amount: 5, currency: "GBP" }] }]);
});

test.each(["browser first", "webhook first"])(
  "browser and webhook are one conversion that has both, %s",
  async (first) => {
    await start({ signedHoldSeconds: 180 });
    const page = () =>
      collect(
        started,
        beacon(started.key, [
          viewedProduct({
            id: "0199f3a0-0000-7000-8000-000000000001",
            name: "Placed Order",
            tag: "checkout",
            url: `${SHOP_ORIGIN}/checkout/order-received/1234/`,
            properties: {
              id: "1234",
              order_aliases: ["FO-2026-0088"],
              total_price: 153.83,
              value: 132.3,
              currency: "USD",
            },
          }),
        ]),
      );
    const shop = () => deliver(orderOf("classic-account-coupon", { meta_data: [] }), "order.created");
    for (const tell of first === "browser first" ? [page, shop] : [shop, page]) await tell();
    await until(() => orders().length > 0);
    await later();
    expect(orders()).toHaveLength(1);
    expect(orders()[0]).toMatchObject({
      event_id: `order.${started.key}.1234`,
      user_data: {
        em: [expect.any(String)],
        ph: [expect.any(String)],
        external_id: [VISITOR.id],
        click_id: VISITOR.clickId,
        client_user_agent: USER_AGENT,
      },
      custom_data: { value: "132.30", content_ids: ["101", "102"] },
    });
  },
);

test("the snippet in docs/woocommerce.md reads the tag's cookies and writes the meta that are read here", () => {
  const docs = readFileSync(new URL("../docs/woocommerce.md", import.meta.url), "utf8");
  const [, php = ""] = /```php\n(function pinrelay_mark_order[\s\S]*?)```/.exec(docs) ?? [];
  for (const name of [VISITOR_COOKIE, CLICK_ID_COOKIE]) expect(php).toContain(`$cookie( '${name}'`);
  for (const name of [ORDER_VISITOR, ORDER_CLICK_ID, ORDER_CONSENT]) expect(php).toContain(`'${name}' `);
  expect(php).toMatch(/'granted' : 'denied' \) \. ' wp-consent-api ' \. 1000 \* time\(\)/);
  for (const hook of ["checkout_create_order", "store_api_checkout_update_order_from_request"])
    expect(php).toContain(`add_action( 'woocommerce_${hook}'`);
});
