/** What WooCommerce's webhook says of an order. Every fixture is the body of one delivery, as the REST API (v3) writes it. */
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ShopEvent } from "#relay/core/event";
import { whyLeftOut } from "#relay/core/order-rules";
import { DEFAULT_SETTINGS, NO_SECRETS, type Shop } from "#relay/core/settings";
import { hashProfile } from "#relay/pinterest/match-keys";
import { hashedAlias } from "#relay/sources/alias";
import { fromWooCommerce, isWooPing } from "#relay/sources/woocommerce";
import { eventValue, unitCount } from "#tag/money";

const folder = new URL("fixtures/woocommerce-orders/", import.meta.url);
const ORDERS = readdirSync(folder).map((file) => file.replace(".json", ""));
const NOW = Date.UTC(2026, 10, 24, 21, 30);
const VISITOR = "9f2c4a1e7b3d5806".repeat(4);
const shop: Shop = { id: 1, key: "k3x9q2m7", origins: [], settings: DEFAULT_SETTINGS, secrets: NO_SECRETS };

const bodyOf = (name: string): string => readFileSync(new URL(`${name}.json`, folder), "utf8");
const orderOf = (name: string): Record<string, unknown> => JSON.parse(bodyOf(name));
const read = (body: unknown, topic = "order.updated") =>
  fromWooCommerce(topic, Buffer.from(typeof body === "string" ? body : JSON.stringify(body)), shop, NOW);
const eventOf = (body: unknown): ShopEvent => {
  const reading = read(body);
  if (!("event" in reading)) throw new Error(JSON.stringify(reading));
  return reading.event;
};
const halfOf = (name: string, change: object = {}) => eventOf({ ...orderOf(name), ...change }).half;

describe("an order is told by", () => {
  test.each(["order.created", "order.updated", "order.restored"])("the topic %s", (topic) => {
    expect(read(bodyOf("classic-account-coupon"), topic)).toMatchObject({
      event: { shop: 1, name: "Placed Order", id: "order.k3x9q2m7.1234", half: { source: "woocommerce" } },
    });
  });

  test.each(["order.deleted", "product.updated", "customer.created", "action.woocommerce_add_to_cart", ""])(
    "no topic such as %j",
    (topic) => {
      expect(read({ id: 1234 }, topic)).toEqual({ ignored: expect.stringContaining("tells no order") });
    },
  );
});

// biome-ignore format: a table
test.each<[name: string, becomes: "paid" | "placed" | "cancelled" | "ignored", withOnHold?: "counts"]>([
  ["classic-account-coupon",  "paid",      "counts"],
  ["fee-and-bundle-gbp",      "paid",      "counts"],
  ["shipped-by-plugin",       "paid",      "counts"],
  ["on-hold",                 "placed",    "counts"],
  ["failed",                  "cancelled"],
  ["cancelled",               "cancelled"],
  ["refunded",                "cancelled"],
  ["pending",                 "ignored"],
  ["checkout-draft",          "ignored"],
  ["without-time-of-payment", "ignored"],
])("an order such as %s is %s", (name, becomes, withOnHold) => {
  const reading = read(bodyOf(name));
  if (!("event" in reading)) return expect([becomes, reading]).toEqual(["ignored", { ignored: expect.stringMatching(/is not placed yet$/) }]);
  const { order } = reading.event.half;
  expect(order?.state).toBe(becomes);
  const isLeftOut = (wooOnHold: boolean) => order && whyLeftOut("woocommerce", order, { ...DEFAULT_SETTINGS, wooOnHold })?.outcome;
  expect(isLeftOut(true)).toBe(withOnHold ? undefined : "withdrawn");
  expect(isLeftOut(false)).toBe(becomes === "placed" ? "filtered" : withOnHold ? undefined : "withdrawn");
});

// biome-ignore format: a table
test.each(["auto-draft", "draft", "new", "trash", "wc-pending", "Pending"])("an order that is %s is none yet", (status) => {
  expect(read({ ...orderOf("classic-account-coupon"), status })).toHaveProperty("ignored");
});

test("an order without a status counts where it was paid", () => {
  expect(halfOf("classic-account-coupon", { status: null }).order?.state).toBe("paid");
  expect(read({ ...orderOf("pending"), status: null })).toHaveProperty("ignored");
});

test("an order that failed and is paid at a second try says so later", () => {
  const failed = halfOf("failed");
  const paid = halfOf("failed", {
    status: "processing",
    date_paid_gmt: "2026-11-24T18:25:00",
    date_modified_gmt: "2026-11-24T18:25:02",
  });
  expect([failed.order?.state, paid.order?.state]).toEqual(["cancelled", "paid"]);
  expect(paid.order?.asOfMs).toBeGreaterThan(failed.order?.asOfMs ?? Infinity);
  expect(paid.orderIds).toEqual(failed.orderIds);
});

// biome-ignore format: a table
test.each<[name: string, channels: string[], counts: boolean]>([
  ["classic-account-coupon", ["checkout"],                true],
  ["blocks-account",         ["store-api"],               true],
  ["renewal",                ["subscription", "renewal"], false],
  ["made-by-admin",          ["admin"],                   false],
  ["null-heavy",             ["unknown"],                 false],
])("the order %s came about by %j", (name, channels, counts) => {
  const { order } = halfOf(name);
  expect(order?.channels).toEqual(channels);
  expect(order && whyLeftOut("woocommerce", order, DEFAULT_SETTINGS) === undefined).toBe(counts);
});

test("an order of WooCommerce's own till was not bought on the web", () => {
  expect(halfOf("made-by-admin", { created_via: "pos-rest-api" }).order).toMatchObject({
    channels: ["pos-rest-api"],
    isOffline: true,
  });
});

test("an order goes by its ID first, then by its number, each once, and not by the key that opens its page", () => {
  expect(halfOf("classic-account-coupon").orderIds).toEqual(["order.k3x9q2m7.1234", "order.k3x9q2m7.FO-2026-0088"]);
  expect(halfOf("classic-guest-eur").orderIds).toHaveLength(1);
  expect(halfOf("null-heavy").orderIds).toEqual(["order.k3x9q2m7.1253"]);
});

describe("the time of an order", () => {
  test("is when it was made, in UTC though nothing says so", () => {
    const { timeMs, order, receivedMs } = halfOf("classic-account-coupon");
    expect(new Date(timeMs).toISOString()).toBe("2026-11-24T18:03:12.000Z");
    expect(new Date(order?.asOfMs ?? 0).toISOString()).toBe("2026-11-24T18:03:16.000Z");
    expect(receivedMs).toBe(NOW);
  });

  test("is when it was paid where the block checkout made it long before", () => {
    expect(new Date(halfOf("blocks-account").timeMs).toISOString()).toBe("2026-11-24T18:11:52.000Z");
    const late = halfOf("blocks-account", { date_paid_gmt: "2026-11-26T18:11:52" });
    expect(new Date(late.timeMs).toISOString()).toBe("2026-11-24T16:02:10.000Z");
  });

  test.each([null, "", "0000-00-00T00:00:00", "2026-13-45T99:99:99", "2027-01-01T00:00:00", 1764007391, {}])(
    "is the delivery's where the shop's is no time that has come: %j",
    (date_created_gmt) => {
      const { timeMs, order } = halfOf("classic-account-coupon", {
        date_created_gmt,
        date_modified_gmt: date_created_gmt,
      });
      expect([timeMs, order?.asOfMs]).toEqual([NOW, NOW]);
    },
  );
});

/** Figures by hand: goods are the lines after coupons without tax; what is below them is in the fixture's own totals. */
// biome-ignore format: a table
const MONEY: readonly (readonly [name: string, goods: number, total: number, units: number, why: string])[] = [
  ["classic-account-coupon", 132.3,  153.83, 3,  "48.00 + 99.00 less 10 %"],
  ["blocks-account",         48,     57.5,   2,  "2 × 24.00, and 9.50 for shipping"],
  ["classic-guest-eur",      1091.6, 1308.9, 1,  "1,299.00 less 19 % that are in it"],
  ["yen",                    17400,  19690,  4,  "13,200 + 3 × 1,980 less 10 % that are in it"],
  ["fee-and-bundle-gbp",     58.8,   79.56,  10, "2 × 40.00 less 8.00 = 72.00, less 1.44, without 20 %; gift wrapping is no goods"],
  ["free",                   0,      0,      1,  "6.00 less 6.00"],
  ["on-hold",                42.02,  54.95,  2,  "2 × 25.00 less 19 % that are in it"],
  ["refunded",               60,     72,     6,  "6 × 12.00 less 20 %, as it was bought"],
  ["renewal",                18,     18,     1,  ""],
  ["null-heavy",             32.77,  39,     1,  "the line has a total and nothing else"],
];

test.each(MONEY)("the order %s is worth %d, and %d in all", (name, goods, total, units) => {
  const { properties } = halfOf(name);
  expect(eventValue("Placed Order", properties, "goods")).toBe(goods);
  expect(eventValue("Placed Order", properties, "total")).toBe(total);
  expect(unitCount("Placed Order", properties)).toBe(units);
});

/**
 * The tag takes from the order-received page: lines as shown less what is taken off, less the share of tax that the page
 * says is included (`woo-order.ts`). The same order has to be worth the same in the browser.
 */
// biome-ignore format: a table
test.each<[name: string, lines: number, off: number, includedTax: number]>([
  ["classic-account-coupon", 48 + 99,       14.7,     0],
  ["blocks-account",         48,            0,        0],
  ["classic-guest-eur",      1299,          0,        208.98],
  ["yen",                    13_200 + 5_940, 0,       1_790],
  ["fee-and-bundle-gbp",     80,            8 + 1.44, 13.26],
  ["free",                   6,             6,        0],
  ["on-hold",                50,            0,        8.77],
])("the order %s is worth to the browser what it is worth to the webhook", (name, lines, off, includedTax) => {
  const { properties } = halfOf(name);
  const value = (lines - off) * (1 - includedTax / (properties.total_price || 1));
  const browser = { ...properties, value, items: [] };
  expect(eventValue("Placed Order", browser, "goods")).toBe(eventValue("Placed Order", properties, "goods"));
});

test("amounts that a plugin has made numbers are amounts, and what is none is left out", () => {
  const line_items = [
    { product_id: 101, quantity: 1.5, subtotal: 36, total: 32.4 },
    { product_id: 102, quantity: "2", subtotal: "1e3", total: "12,50" },
    { product_id: 103, quantity: 0, subtotal: "5.00", total: "5.00" },
    { product_id: 104, quantity: -1, subtotal: " 7.00 ", total: "7.00" },
  ];
  expect(halfOf("classic-account-coupon", { line_items, total: 48.9, total_tax: Number.MAX_VALUE }).properties).toEqual(
    {
      id: "1234",
      currency: "USD",
      value: 39.4,
      total_price: 48.9,
      total_shipping: 9.5,
      total_discount: 14.7,
      taxes_included: false,
      coupon: "autumn10",
      items: [
        { product_id: "101", price: 24, quantity: 1.5, discount: 3.6 },
        { product_id: "102", quantity: 2 },
        { product_id: "104", price: 7, quantity: 1 },
      ],
    },
  );
});

test("where only totals are known, goods are worth the total less tax and shipping", () => {
  const { properties } = halfOf("classic-account-coupon", { line_items: [] });
  expect(eventValue("Placed Order", properties, "goods")).toBe(132.3);
});

test("lines name product, variation and SKU, with the price of one as the shop shows it", () => {
  expect(halfOf("classic-account-coupon").properties).toEqual({
    id: "1234",
    currency: "USD",
    value: 132.3,
    total_price: 153.83,
    total_tax: 12.03,
    total_shipping: 9.5,
    total_discount: 14.7,
    taxes_included: false,
    coupon: "autumn10",
    items: [
      { product_id: "101", sku: "MUG-HARBOR", name: "Harbor Mug", price: 24, quantity: 2, discount: 4.8 },
      {
        product_id: "102",
        variant_id: "2012",
        sku: "THROW-SLATE",
        name: "Fjord Throw",
        variant_name: "Wool - Slate",
        price: 99,
        quantity: 1,
        discount: 9.9,
      },
    ],
  });
  expect(halfOf("yen").properties.items).toMatchObject([
    { price: 13_200, quantity: 1 },
    { price: 1_980, quantity: 3 },
  ]);
  expect(halfOf("made-by-admin").properties.items).toEqual([{ name: "Custom shelf", price: 240, quantity: 1 }]);
});

describe("who ordered", () => {
  test("is hashed on arrival, and nothing of it is kept clear", () => {
    for (const name of ORDERS) {
      const reading = JSON.stringify(read(bodyOf(name)));
      expect(reading).not.toMatch(/maya|hartley|jonas|br.hl|oliver|grant\b|佐藤|渋谷|okafor|quay|555-0/i);
    }
  });

  test("is who pays", () => {
    const { matchKeys, aliases, country } = halfOf("blocks-account");
    expect(matchKeys).toEqual(
      hashProfile({
        $email: "maya.hartley@example.com",
        $phone_number: "+12075550143",
        $first_name: "Maya",
        $last_name: "Hartley",
        $city: "Portland",
        $state: "ME",
        $zip_code: "04101",
        $country_code: "US",
        $customer_id: "42",
      }),
    );
    expect(aliases).toEqual([
      hashedAlias("urn:customer_id:42"),
      hashedAlias(`urn:order_key:${orderOf("blocks-account").order_key}`),
    ]);
    expect(country).toBe("US");
  });

  test("is who gets the parcel where the bill does not say", () => {
    const { matchKeys } = halfOf("blocks-account", { billing: { email: "maya.hartley@example.com", first_name: "" } });
    expect(matchKeys).toMatchObject(hashProfile({ $first_name: "Ann", $city: "Concord", $zip_code: "03301" }));
  });

  test("is no customer where a guest orders", () => {
    const { matchKeys, aliases } = halfOf("classic-guest-eur");
    expect(matchKeys).not.toHaveProperty("external_id");
    expect(aliases).toHaveLength(1);
    expect(matchKeys.ph).toEqual(hashProfile({ $phone_number: "+492215550187" }).ph);
    expect(halfOf("null-heavy")).not.toHaveProperty("matchKeys.external_id");
    expect(halfOf("null-heavy").aliases).toEqual([]);
  });
});

describe("what the order carries", () => {
  test("is visitor, click ID and consent, as the snippet left them", () => {
    expect(halfOf("classic-account-coupon")).toMatchObject({
      visitor: VISITOR,
      clickId: "dj0yJnU9YWJjZGVmZ2hpamtsbW5vcA",
      consent: { marketing: "granted", by: "wp-consent-api", at: 1764007391000 },
    });
    expect(halfOf("on-hold").consent.marketing).toBe("denied");
  });

  test("is the click ID of the visit's first page, where nothing was left", () => {
    const half = halfOf("classic-guest-eur");
    expect(half.clickId).toBe("dj0yJnU9UXdlcnR6VWlvcA");
    expect(half).not.toHaveProperty("visitor");
    expect(half.consent).toEqual({ marketing: "unknown", by: "order", at: NOW });
    expect(halfOf("yen")).not.toHaveProperty("clickId");
  });

  test("is the address and the browser that it was ordered with", () => {
    expect(halfOf("classic-guest-eur").network?.ip).toBe("2001:db8:85a3::8a2e:370:7334");
    expect(halfOf("yen").network).toEqual({ ip: "198.51.100.77", userAgent: expect.stringContaining("Pinterest") });
    const noted = halfOf("classic-account-coupon", { customer_user_agent: "" }).network;
    expect(noted?.userAgent).toContain("Chrome/142");
    expect(halfOf("made-by-admin")).not.toHaveProperty("network");
    expect(halfOf("null-heavy")).not.toHaveProperty("network");
  });
});

test("refunds are noted beside the order, as sums above zero", () => {
  const { refunds } = { refunds: undefined, ...read(bodyOf("partly-refunded")) };
  expect(refunds).toEqual([
    {
      shop: 1,
      order: "order.k3x9q2m7.1248",
      id: "1262",
      amount: 5,
      currency: "GBP",
      atMs: Date.UTC(2026, 10, 24, 15, 30),
    },
  ]);
  expect(read(bodyOf("refunded"))).toMatchObject({ refunds: [{ amount: 24 }, { amount: 48 }] });
  expect(read(bodyOf("yen"))).not.toHaveProperty("refunds");
});

describe("a body that is", () => {
  test.each([
    [
      "an answer of the REST API's to a user who may not see orders",
      { code: "woocommerce_rest_cannot_view", message: "Sorry", data: { status: 401 } },
    ],
    ["an order of the old API", { order: { id: 7, status: "processing" } }],
    ["an order whose ID is none", { ...orderOf("yen"), id: 0 }],
    ["an order without an ID", { ...orderOf("yen"), id: null }],
  ])("%s is refused by its ID", (_, body) => {
    expect(read(body)).toEqual({ fault: { field: "id", message: expect.stringContaining("order") } });
  });

  test.each(["", "{", "null", "[]", '"x"', "12"])("no order at all is refused: %j", (body) => {
    expect(read(body)).toHaveProperty("fault");
  });

  test("null wherever there is no ID is an order all the same", () => {
    const order = orderOf("classic-account-coupon");
    const nulls = Object.fromEntries(Object.keys(order).map((key) => [key, null]));
    expect(halfOf("classic-account-coupon", { ...nulls, id: 1234, status: "processing" }).properties).toEqual({
      id: "1234",
      taxes_included: false,
    });
  });
});

test("whatever a plugin makes of an order, reading it does not throw and tells nothing that is not sound", () => {
  const order = orderOf("classic-account-coupon");
  const key = fc.constantFrom(...Object.keys(order).filter((one) => one !== "id"), "constructor", "__proto__");
  const junk = fc.oneof(fc.jsonValue(), fc.constant([{}, null, 1]), fc.array(fc.constant(order.billing)), fc.string());
  fc.assert(
    fc.property(fc.array(fc.tuple(key, fc.option(junk, { nil: undefined })), { maxLength: 12 }), (changes) => {
      const reading = read(JSON.stringify({ ...order, ...Object.fromEntries(changes) }));
      if ("ignored" in reading) return;
      if (!("event" in reading)) throw new Error(JSON.stringify(reading));
      const { properties, timeMs, order: facts } = reading.event.half;
      expect(timeMs).toBeLessThanOrEqual(NOW);
      expect(facts?.asOfMs).toBeLessThanOrEqual(NOW);
      expect(eventValue("Placed Order", properties, "goods") ?? 0).toBeGreaterThanOrEqual(0);
      for (const { price = 0, quantity = 1 } of properties.items ?? [])
        expect(Number.isFinite(price * quantity)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test("whatever comes in is an answer, never a failure", () => {
  const topic = fc.constantFrom("order.created", "order.deleted", "");
  fc.assert(
    fc.property(topic, fc.oneof(fc.json(), fc.string()), (topic, body) => {
      const reading = fromWooCommerce(topic, Buffer.from(body), shop, NOW);
      expect(Object.keys(reading)).toHaveLength(1);
    }),
    { numRuns: 300 },
  );
});

test("the ping of a webhook that is saved is known by its form, and nothing else is", () => {
  const isPing = (topic: string, body: string) => isWooPing(topic, Buffer.from(body));
  expect(isPing("", "webhook_id=7")).toBe(true);
  expect(isPing("order.created", "webhook_id=7")).toBe(false);
  for (const body of ["", "webhook_id=", "webhook_id=7&id=1", '{"webhook_id":7}']) expect(isPing("", body)).toBe(false);
});
