import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Shop } from "#relay/core/settings";
import { DEFAULT_SETTINGS, NO_SECRETS } from "#relay/core/settings";
import { hashProfile } from "#relay/pinterest/match-keys";
import { hashedAlias } from "#relay/sources/alias";
import { propertiesSchema } from "#relay/sources/beacon-schema";
import { fromShopify } from "#relay/sources/shopify";
import type { Properties } from "#tag/contract";
import { eventValue } from "#tag/money";
import { checkoutOf } from "#tag/pixel/checkout";
import { present } from "#tag/pixel/present";
import { fixture } from "./fixture.ts";
import { CHECKOUT, ORDERED } from "./tag/checkout-data.ts";

const shop: Shop = { id: 7, key: "k3x9", origins: [], settings: DEFAULT_SETTINGS, secrets: NO_SECRETS };
const RECEIVED = Date.parse("2026-11-24T23:00:00Z");

type Json = Record<string, unknown>;

const bodyOf = (name: string): Json => JSON.parse(readFileSync(fixture(`shopify-orders/${name}.json`), "utf8"));
const bytes = (body: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(body));
const read = (body: unknown, topic = "orders/create", of = shop) => fromShopify(topic, bytes(body), of, RECEIVED);

/** A set of money in a shop whose currency the shopper pays in. */
const setIn = (currency_code: string) => (amount: number) => {
  const money = { amount: amount.toFixed(2), currency_code };
  return { shop_money: money, presentment_money: money };
};
const [usd, gbp, eur] = [setIn("USD"), setIn("GBP"), setIn("EUR")];

/** The event that an order makes; `changed` are fields that it has otherwise than in the fixture. */
const eventOf = (name: string, changed: Json = {}, topic?: string) => {
  const reading = read({ ...bodyOf(name), ...changed }, topic);
  if (!("event" in reading)) throw new Error(JSON.stringify(reading));
  return reading.event;
};
const halfOf = (name: string, changed?: Json) => eventOf(name, changed).half;
const propertiesOf = (name: string, changed?: Json) => halfOf(name, changed).properties;
const factsOf = (name: string, changed?: Json) => {
  const { order } = halfOf(name, changed);
  if (!order) throw new Error("an order without its facts");
  return order;
};

describe("what an order of Shopify's is worth", () => {
  // biome-ignore format: a table
  test.each<[string, string, string, number, number]>([
    // what                                              order                      currency  goods                                        total
    ["tax on top, and a discount on a line",             "web-guest-us",            "USD",    73.60 - 5.10 - 6,                            73.60],
    ["tax inside, one code over all lines, in euros",    "web-account-eur",         "EUR",    (138 - 13.80 - 19.83) + (92 - 9.20 - 13.22), 216.20],
    ["yen",                                              "web-jpy",                 "JPY",    (9_900 - 900) + (5_500 - 500),               16_170],
    ["shipping that a code makes free",                  "web-uk-free-shipping",    "GBP",    120 - 20,                                    120],
    ["a gift card paid with does not lower it",          "web-paid-with-gift-card", "CAD",    140,                                         172.47],
    ["gift cards bought are no goods",                   "web-gift-card-bought",    "USD",    80,                                          192.60],
    ["a bundle is worth its parts",                      "web-bundle",              "USD",    2 * 20 + 15,                                 65.54],
    ["a tip is no goods",                                "web-tip",                 "USD",    24,                                          36.98],
    ["duties are no goods",                              "web-duties-aud",          "AUD",    2 * 210,                                     516],
    ["a fee is no goods",                                "web-present-fee",         "USD",    80 - 8 - 5,                                  92.28],
    ["a free order is worth zero",                       "web-free",                "USD",    0,                                           0],
    ["money given back does not lower it",               "web-refunded",            "USD",    2 * 24,                                      57.96],
    ["what was added after the checkout counts",         "web-upsell",              "USD",    24 + 18,                                     51.46],
    ["what was taken out unpaid does not",               "web-line-taken-out",      "USD",    24,                                          31.98],
    ["quantity is multiplied once",                      "b2b",                     "USD",    120 * 14,                                    1_775],
    ["a discount that no code gave",                     "subscription",            "USD",    2 * 19 - 3.80,                               40.20],
    ["an order of a till has no shipping",               "pos",                     "USD",    24,                                          25.98],
    ["a cancelled order keeps its figures",              "web-cancelled",           "USD",    24,                                          30],
  ])("%s", (_, name, currency, goods, total) => {
    const properties = propertiesOf(name);
    expect(properties.currency).toBe(currency);
    expect(eventValue("Placed Order", properties, "goods")).toBeCloseTo(goods, 6);
    expect(eventValue("Placed Order", properties, "total")).toBe(total);
  });

  const inBrowser = (checkout: unknown): Properties => {
    const [browser] = present([checkoutOf(checkout as never)]) as unknown as [Properties];
    return browser;
  };

  type Told = ReturnType<typeof usd>;
  interface Ordered {
    line_items: { price_set: Told; quantity: number; discount_allocations?: { amount_set: Told }[] }[];
    shipping_lines: { price_set: Told; discounted_price_set?: Told }[];
    subtotal_price_set: Told;
    total_price_set: Told;
    total_tax_set: Told;
  }
  /** What Shopify tells the browser of an order that its webhook tells so. */
  const checkoutIn = (order: unknown) => {
    const { line_items, shipping_lines, ...totals } = order as Ordered;
    const money = ({ presentment_money: { amount, currency_code } }: Told) => ({ amount, currencyCode: currency_code });
    return {
      currencyCode: totals.total_price_set.presentment_money.currency_code,
      lineItems: line_items.map(({ price_set, quantity, discount_allocations = [] }) => ({
        quantity,
        variant: { price: money(price_set) },
        discountAllocations: discount_allocations.map(({ amount_set }) => ({ amount: money(amount_set) })),
      })),
      delivery: {
        selectedDeliveryOptions: shipping_lines.map(({ price_set, discounted_price_set = price_set }) => ({
          costAfterDiscounts: money(discounted_price_set),
        })),
      },
      subtotalPrice: money(totals.subtotal_price_set),
      totalPrice: money(totals.total_price_set),
      totalTax: money(totals.total_tax_set),
    };
  };

  test("an ordinary order is worth in the webhook what it is in the browser, line by line", () => {
    const browser = inBrowser(ORDERED.checkout);
    const webhook = propertiesOf("web-guest-us");
    for (const mode of ["goods", "total"] as const)
      expect(eventValue("Placed Order", webhook, mode)).toBe(eventValue("Placed Order", browser, mode));
    const { items, currency, total_price, total_tax, total_shipping, total_discount } = webhook;
    const { items: lines = [], ...totals } = browser;
    expect({ currency, total_price, total_tax, total_shipping, total_discount }).toEqual(totals);
    // Shopify's order does not tell what kind of product it is.
    expect(items).toEqual(lines.map(({ category: _, ...line }) => line));
    expect(CHECKOUT.totalPrice.amount).toBe(webhook.total_price);
  });

  test.each(["web-guest-us", "web-account-eur", "web-jpy", "web-uk-free-shipping", "web-free", "web-bundle"])(
    "%s is worth in the browser what the webhook says",
    (name) => {
      const [webhook, browser] = [propertiesOf(name), inBrowser(checkoutIn(bodyOf(name)))];
      for (const mode of ["goods", "total"] as const)
        expect(eventValue("Placed Order", browser, mode)).toBe(eventValue("Placed Order", webhook, mode));
    },
  );

  test("with tax inside both halves come to one value at any rates, and at one rate to lines less their tax", () => {
    const rate = fc.constantFrom(0, 5.5, 7, 8.1, 10, 19, 20, 25);
    const line = fc.record({
      cents: fc.integer({ min: 1, max: 90_000 }),
      quantity: fc.integer({ min: 1, max: 5 }),
      rate,
    });
    const order = fc.record({
      lines: fc.array(line, { minLength: 1, maxLength: 5 }),
      shipping: fc.record({ cents: fc.integer({ min: 0, max: 4_000 }), rate }),
      // As where one rate holds for all of it.
      only: fc.option(rate, { nil: undefined }),
    });
    fc.assert(
      fc.property(order, ({ lines, shipping, only }) => {
        const taxOf = (cents: number, rate: number) => Math.round(cents - cents / (1 + (only ?? rate) / 100)) / 100;
        const goods = lines.map(({ cents, quantity, rate }) => {
          const [price, tax] = [cents / 100, taxOf(cents * quantity, rate)];
          return { price_set: eur(price), quantity, tax_lines: [{ price: tax.toFixed(2), price_set: eur(tax) }], tax };
        });
        const gross = lines.reduce((sum, { cents, quantity }) => sum + cents * quantity, 0);
        const tax = goods.reduce((sum, one) => sum + one.tax, 0);
        const body = {
          ...bodyOf("web-account-eur"),
          line_items: goods.map(({ tax: _, ...one }) => one),
          shipping_lines: [{ price_set: eur(shipping.cents / 100) }],
          subtotal_price_set: eur(gross / 100),
          total_tax_set: eur(tax + taxOf(shipping.cents, shipping.rate)),
          total_price_set: eur((gross + shipping.cents) / 100),
          current_total_price_set: eur((gross + shipping.cents) / 100),
        };
        const value = eventValue("Placed Order", propertiesOf("web-account-eur", body), "goods");
        expect(eventValue("Placed Order", inBrowser(checkoutIn(body)), "goods")).toBe(value);
        // Half a cent for each tax that was rounded.
        if (only !== undefined)
          expect(Math.abs((value ?? NaN) - (gross / 100 - tax))).toBeLessThan(0.005 * (lines.length + 2));
      }),
    );
  });

  test("a tip that is no line is taken from the order's own figure, at the order's rate", () => {
    const { line_items, ...order } = bodyOf("web-duties-aud") as { line_items: Json[] };
    const tipped = { ...order, line_items, total_tip_received: "10.00" };
    expect(propertiesOf("web-duties-aud", tipped).value).toBe(420 - 15);
  });

  test.each([
    [
      "an older API version leaves the code out of the discounted price",
      { discounted_price: "4.95", discounted_price_set: gbp(4.95) },
    ],
    ["an app writes no shares of discounts", { discount_allocations: [] }],
  ])("shipping that a code makes free is free where %s", (_, changed) => {
    const [line] = bodyOf("web-uk-free-shipping").shipping_lines as [Json];
    const { total_shipping, value } = propertiesOf("web-uk-free-shipping", {
      shipping_lines: [{ ...line, ...changed }],
    });
    expect({ total_shipping, value }).toEqual({ total_shipping: 0, value: 100 });
  });

  test("shipping that an edit took out is not taken off", () => {
    const [line] = bodyOf("web-upsell").shipping_lines as [Json];
    const shipping_lines = [{ ...line, is_removed: true }];
    // 51.46 less the 6 for shipping.
    const current_total_price_set = usd(45.46);
    expect(propertiesOf("web-upsell", { shipping_lines, current_total_price_set }).value).toBe(42);
  });

  // biome-ignore format: a table
  test.each([
    // which, with 20 % of tax inside of whatever is taxed       total  tax     tax of the cards
    ["taxed, and discounted by 10",                              176,   29.33,  [15],  [10]],
    ["untaxed, as is usual, which tells nothing of the shipping", 186,   14.33,  [],    []],
  ])("of gift cards %s, what was paid for them is left out", (_, total, tax, taxes, discounts) => {
    const [card, tray] = bodyOf("web-gift-card-bought").line_items as [Json, Json];
    const figure = (amount: number) => ({ amount, price: amount, amount_set: usd(amount), price_set: usd(amount) });
    const line_items = [
      { ...card, discount_allocations: discounts.map(figure), tax_lines: taxes.map(figure) },
      { ...tray, tax_lines: [figure(13.33)] },
    ];
    const figures = { total_price_set: usd(total), current_total_price_set: usd(total), total_tax_set: usd(tax) };
    // Of 6 for shipping, 1 is tax. The tray is worth 80 less 13.33.
    const changed = { line_items, taxes_included: true, ...figures };
    expect(propertiesOf("web-gift-card-bought", changed).value).toBe(66.67);
  });

  test("a tip has no share of a tax that is inside", () => {
    const total = usd(24 + 6 + 5);
    const figures = { total_price_set: total, current_total_price_set: total, total_tax_set: usd(4 + 1) };
    expect(propertiesOf("web-tip", { taxes_included: true, ...figures }).value).toBe(20);
  });

  test("duties that only the lines tell", () => {
    expect(propertiesOf("web-duties-aud", { original_total_duties_set: null }).value).toBe(420);
  });

  test("money given back does not lower it either where the order does not list its refunds", () => {
    expect(propertiesOf("web-refunded", { refunds: null }).value).toBe(48);
  });

  test("without sets of money the shop's own figures are taken, in the shop's currency", () => {
    const plain = JSON.parse(
      JSON.stringify(bodyOf("web-account-eur"), (key, value) => (/_set$/.test(key) ? null : value)),
    );
    const { currency, total_price, items } = propertiesOf("web-account-eur", plain);
    expect({ currency, total_price, price: items?.[0]?.price }).toEqual({
      currency: "USD",
      total_price: 235,
      price: 150,
    });
  });

  test("figures in another currency than the total's are not mixed in", () => {
    const { currency, total_tax } = propertiesOf("web-account-eur", { total_tax_set: usd(5.1) });
    expect({ currency, total_tax }).toEqual({ currency: "EUR", total_tax: undefined });
  });
});

describe("what an order tells", () => {
  test("its lines, its codes and whether the customer is new", () => {
    expect(propertiesOf("web-guest-us")).toEqual({
      id: "6278078300337",
      items: [
        {
          product_id: "8266836345064",
          variant_id: "45120339804375",
          sku: "MUG-SAGE-L",
          name: "Harbor Mug",
          variant_name: "Sage / Large",
          price: 24,
          quantity: 2,
          discount: 4,
          vendor: "Fennel & Oak",
        },
        {
          product_id: "8266836377832",
          variant_id: "45120339837143",
          name: "Linen Towel",
          price: 18.5,
          quantity: 1,
          discount: 0,
          vendor: "Fennel & Oak",
        },
      ],
      currency: "USD",
      value: 62.5,
      total_price: 73.6,
      total_tax: 5.1,
      total_shipping: 6,
      total_discount: 4,
      taxes_included: false,
      coupon: "SPRING",
    });
    expect(propertiesOf("web-present-fee")).toMatchObject({ coupon: ["WELCOME10", "FIVE"], total_discount: 13 });
    const customer = bodyOf("web-guest-us").customer as Json;
    expect(propertiesOf("web-guest-us", { customer: { ...customer, orders_count: 1 } }).$is_new_customer).toBe(true);
    expect(propertiesOf("web-guest-us", { customer: { ...customer, orders_count: 4 } }).$is_new_customer).toBe(false);
  });

  test("a tip is no line, a gift card is one", () => {
    expect(propertiesOf("web-tip").items?.map(({ name }) => name)).toEqual(["Harbor Mug"]);
    expect(propertiesOf("web-gift-card-bought").items?.map(({ name }) => name)).toEqual([
      "Fennel & Oak Gift Card",
      "Walnut Tray",
    ]);
  });

  test("the lines follow an edit, and not a refund", () => {
    const units = (name: string) => propertiesOf(name).items?.map(({ quantity }) => quantity);
    expect(units("web-upsell")).toEqual([1, 1]);
    expect(units("web-line-taken-out")).toEqual([1]);
    expect(units("web-refunded")).toEqual([2]);
  });

  test("its event ID is of its own id; it goes by its name and tokens too", () => {
    const { shop, name, id, half } = eventOf("web-guest-us");
    expect({ shop, name, id }).toEqual({ shop: 7, name: "Placed Order", id: "order.k3x9.6278078300337" });
    expect(half.source).toBe("shopify");
    expect(half.orderIds).toEqual([
      "order.k3x9.6278078300337",
      "order.k3x9.1001",
      "order.k3x9.hWN2bT4kq9ZrXy7Lw3Jd5vGs",
      `order.k3x9.${String(bodyOf("web-guest-us").token)}`,
    ]);
  });

  test("it does not go by its count, under which an earlier order is known", () => {
    expect(halfOf("web-guest-us", { number: 2537, order_number: 3537, name: "#3537" }).orderIds).not.toContain(
      "order.k3x9.2537",
    );
  });

  test("it happened when it was processed, else created, and never in the future", () => {
    const at = (changed: Json) => halfOf("web-guest-us", changed).timeMs;
    const [processed_at, created_at] = ["2026-11-24T10:30:00-05:00", "2026-11-24T10:31:05-05:00"];
    expect(at({ processed_at, created_at })).toBe(Date.parse(processed_at));
    expect(at({ processed_at: null, created_at })).toBe(Date.parse(created_at));
    expect(at({ processed_at: "2027-01-01T00:00:00Z" })).toBe(RECEIVED);
    expect(at({ processed_at: "soon", created_at: 17 })).toBe(RECEIVED);
  });

  test("each topic of an order brings the order as it stands by then", () => {
    for (const topic of ["orders/create", "orders/paid", "orders/updated", "orders/cancelled"])
      expect(eventOf("web-upsell", {}, topic).half.order?.asOfMs).toBe(Date.parse("2026-11-24T10:33:40-05:00"));
  });
});

describe("how an order stands, and how it came about", () => {
  test.each([
    ["pending", "placed"],
    ["authorized", "placed"],
    ["partially_paid", "placed"],
    [null, "placed"],
    ["paid", "paid"],
    ["partially_refunded", "paid"],
    ["refunded", "paid"],
    ["voided", "void"],
  ])("%s is %s", (financial_status, state) => {
    expect(factsOf("web-guest-us", { financial_status }).state).toBe(state);
  });

  test("a cancelled order is cancelled, whatever became of the money", () => {
    expect(factsOf("web-cancelled").state).toBe("cancelled");
    expect(factsOf("web-guest-us", { cancelled_at: "2026-11-24T11:00:00-05:00" }).state).toBe("cancelled");
  });

  test.each([
    ["web-guest-us", ["web"]],
    ["shop-app", ["3890849"]],
    ["pos", ["pos"]],
    ["draft", ["shopify_draft_order"]],
    ["b2b", ["web", "b2b"]],
    ["test-order", ["web", "test"]],
    ["subscription", ["subscription_contract", "renewal"]],
    ["subscription-by-app", ["web", "renewal"]],
    ["marketplace", ["amazon-us"]],
    ["null-heavy", ["unknown"]],
  ])("%s", (name, channels) => {
    expect(factsOf(name).channels).toEqual(channels);
  });

  test("a channel's name is read without blanks", () => {
    expect(factsOf("web-guest-us", { source_name: " web " }).channels).toEqual(["web"]);
    expect(factsOf("web-guest-us", { source_name: " " }).channels).toEqual(["unknown"]);
  });

  test("only what a till took is offline", () => {
    expect(factsOf("pos").isOffline).toBe(true);
    expect(factsOf("web-guest-us")).not.toHaveProperty("isOffline");
  });
});

describe("who ordered", () => {
  const US = { $country_code: "US" };

  test("email, phone, names, places and the customer's id, hashed", () => {
    expect(halfOf("web-guest-us").matchKeys).toEqual(
      hashProfile({
        $email: "maya.hartley@example.com",
        $phone_number: "+15035550142",
        $first_name: "Maya",
        $last_name: "Hartley",
        $city: "Portland",
        $state: "OR",
        $zip_code: "97209",
        $country_code: "US",
        $customer_id: "7012345678901",
      }),
    );
  });

  test("a phone number is read by the country of its own address", () => {
    const { ph, country, fn } = halfOf("web-present-fee").matchKeys;
    expect(ph).toEqual(hashProfile({ $phone_number: ["+15125550119", "+4722550119"], ...US }).ph);
    expect(country).toEqual(hashProfile({ $country_code: ["US", "NO"] }).country);
    expect(fn).toEqual(hashProfile({ $first_name: "Leo" }).fn);
  });

  test("the state is read by its code, and by its name where that is all there is", () => {
    const billing = bodyOf("web-guest-us").billing_address as Json;
    const st = (changed: Json) =>
      halfOf("web-guest-us", { billing_address: { ...billing, ...changed }, shipping_address: null }).matchKeys.st;
    const { st: oregon } = hashProfile({ $state: "OR", ...US });
    expect(st({ province: null })).toEqual(oregon);
    expect(st({ province_code: null })).toEqual(oregon);
  });

  test("where only the shipping address has a name, it is taken", () => {
    expect(halfOf("marketplace").matchKeys.ln).toEqual(hashProfile({ $last_name: "Hartley" }).ln);
  });

  test("nothing of a person is in the clear but what Pinterest needs so", () => {
    const { network, ...half } = halfOf("web-account-eur");
    expect(JSON.stringify(half)).not.toMatch(/jonas|brandt|köln|50674|5550|aachener|7012345680022|hWN8/i);
    expect(network?.ip).toBe("2001:db8:4c1:20::7f");
  });

  test.each([
    ["web-account-eur", "DE", "de"],
    ["web-uk-free-shipping", "GB", "en"],
    ["web-present-fee", "US", "en"],
    ["pos", undefined, "en"],
    ["null-heavy", undefined, undefined],
  ])("country and language of %s", (name, country, language) => {
    const half = halfOf(name);
    expect([half.country, half.language]).toEqual([country, language]);
  });

  test("the country is the billing address's, else that which it is shipped to", () => {
    expect(halfOf("web-account-eur", { shipping_address: null }).country).toBe("DE");
    expect(halfOf("web-account-eur", { billing_address: null }).country).toBe("DE");
  });

  test("the shopper's address and browser", () => {
    expect(halfOf("web-guest-us").network).toEqual({
      ip: "203.0.113.24",
      userAgent: expect.stringContaining("Version/26.1 Safari/605.1.15"),
    });
    const through = bodyOf("web-guest-us").client_details as Json;
    const behind = { client_details: { ...through, browser_ip: "203.0.113.99" } };
    expect(halfOf("web-guest-us", behind).network?.ip).toBe("203.0.113.99");
    expect(halfOf("web-guest-us", { client_details: null }).network).toEqual({ ip: "203.0.113.24" });
    const long = { client_details: { ...through, user_agent: `${"M".repeat(999)}😀 Safari` } };
    // Half of a character is no text: encoded as a part of an address it throws.
    expect(halfOf("web-guest-us", long).network?.userAgent).toBe(`${"M".repeat(999)}\ufffd`);
    const client_details = { browser_ip: "unknown", user_agent: null };
    expect(halfOf("web-guest-us", { client_details, browser_ip: "10.0.0.999" })).not.toHaveProperty("network");
  });

  test.each(["pos", "draft"])("the browser of the shop's staff is not the shopper's: %s", (name) => {
    expect(bodyOf(name).browser_ip).toBeTruthy();
    expect(halfOf(name)).not.toHaveProperty("network");
  });

  test("tokens and the customer's id tie the order to its visitor, hashed and without a key", () => {
    expect(halfOf("web-guest-us").aliases).toEqual([
      hashedAlias("urn:checkout_token:hWN2bT4kq9ZrXy7Lw3Jd5vGs"),
      hashedAlias("urn:cart_token:Z2NwLXVzLWVhc3QxOjAxSktGRUhY"),
      hashedAlias("urn:customer_id:7012345678901"),
    ]);
    expect(halfOf("null-heavy").aliases).toEqual([]);
  });
});

describe("what the tag left on the order", () => {
  const attributes = (all: Record<string, unknown>) => ({
    note_attributes: Object.entries(all).map(([name, value]) => ({ name, value })),
  });

  test("visitor, click ID and decision; a click ID on the cart beats the landing page's", () => {
    const { visitor, clickId, consent } = halfOf("web-guest-us");
    expect(visitor).toMatch(/^4f1c[0-9a-f]{60}$/);
    expect(clickId).toMatch(/^dj0yJnU9/);
    expect(consent).toEqual({ marketing: "granted", by: "shopify", at: 1764084630000 });
  });

  test("a denial", () => {
    const { consent } = halfOf("web-guest-us", attributes({ _pinrelay_consent: "denied gpc 1764084630000" }));
    expect(consent).toEqual({ marketing: "denied", by: "gpc", at: 1764084630000 });
  });

  test("without it the click ID is the landing page's, however it is written, and nothing was decided", () => {
    const half = halfOf("web-account-eur");
    expect(half.clickId).toMatch(/^dj0yJnU9/);
    expect(half).not.toHaveProperty("visitor");
    expect(half.consent).toEqual({ marketing: "unknown", by: "order", at: RECEIVED });
  });

  test("accepting newsletters is no consent", () => {
    const changed = { buyer_accepts_marketing: true, note_attributes: [] };
    expect(halfOf("web-guest-us", changed).consent.marketing).toBe("unknown");
  });

  test("the landing page is not where the order was placed", () => {
    expect(halfOf("web-guest-us")).not.toHaveProperty("url");
  });
});

describe("refunds", () => {
  // biome-ignore format: a table
  test.each([
    // what                                     body               order           id              amount  currency
    ["what was paid back",                      "refund",          "6278078310001", "929361400011", 25.98,  "USD"],
    ["in euros, in two parts, one more failed", "refund-eur",      "6278078301112", "929361400022", 124.20, "EUR"],
    ["one that is on its way, by its lines",    "refund-pending",  "6278078301112", "929361400033", 124.20, "EUR"],
  ])("%s", (_, name, order, id, amount, currency) => {
    expect(read(bodyOf(name), "refunds/create")).toEqual({
      refunds: [{ shop: 7, order: `order.k3x9.${order}`, id, amount, currency, atMs: Date.parse("2026-11-24T21:02:40Z") }],
    });
  });

  test("taking out what is not paid yet gives no money back", () => {
    expect(read(bodyOf("refund-of-an-edit"), "refunds/create")).toEqual({ ignored: "the refund gave no money back" });
  });

  test("a refund that failed gave no money back", () => {
    const transactions = (bodyOf("refund-eur").transactions as Json[]).filter(({ status }) => status === "failure");
    expect(transactions).toHaveLength(1);
    expect(read({ ...bodyOf("refund-eur"), transactions }, "refunds/create")).toHaveProperty("ignored");
  });

  test("transactions tell both currencies where an API version has sets", () => {
    const amount_set = {
      shop_money: { amount: "28.00", currency_code: "USD" },
      presentment_money: { amount: "25.76", currency_code: "EUR" },
    };
    const transactions = [{ kind: "refund", status: "success", amount: "28.00", currency: "USD", amount_set }];
    expect(read({ ...bodyOf("refund"), transactions }, "refunds/create")).toMatchObject({
      refunds: [{ amount: 25.76, currency: "EUR" }],
    });
  });
});

describe("what is not kept", () => {
  test("an edit comes without its order", () => {
    expect(read(bodyOf("order-edit"), "orders/edited")).toEqual({
      ignored: "an edit comes without its order, which orders/updated tells",
    });
  });

  test.each(["orders/fulfilled", "products/update", "app/uninstalled", "", "constructor"])("the topic %j", (topic) => {
    expect(read(bodyOf("web-guest-us"), topic)).toHaveProperty("ignored");
  });

  test("an order without an id", () => {
    expect(read({ ...bodyOf("web-guest-us"), id: null, admin_graphql_api_id: null })).toEqual({
      fault: { field: "id", message: "is missing; an order has one" },
    });
  });

  test("what is no order, no JSON or no text", () => {
    expect(read(["order"])).toEqual({ fault: { field: "body", message: "must be an object" } });
    expect(fromShopify("orders/create", new TextEncoder().encode("id=1"), shop, RECEIVED)).toEqual({
      fault: { field: "body", message: "is not JSON" },
    });
    expect(fromShopify("orders/create", Uint8Array.of(0xff, 0xfe), shop, RECEIVED)).toHaveProperty("fault");
  });
});

test("Shopify's test notification is taken, with every digit of its id", () => {
  const { id, half } = eventOf("test-notification");
  expect(id).toBe("order.k3x9.820982911946154508");
  expect(half.order).toMatchObject({ state: "cancelled", channels: ["web", "test"] });
  expect(half.properties.items?.[0]).not.toHaveProperty("product_id");
});

test("an order with nothing but nulls is an order all the same", () => {
  const { id, half } = eventOf("null-heavy");
  expect(id).toBe("order.k3x9.6278078322223");
  expect(half.matchKeys).toEqual({});
  expect(half.timeMs).toBe(RECEIVED);
  expect(half.order).toEqual({ asOfMs: RECEIVED, state: "placed", channels: ["unknown"] });
  expect(eventValue("Placed Order", half.properties, "goods")).toBeUndefined();
});

const orders = readdirSync(fixture("shopify-orders"))
  .map((file) => file.replace(/\.json$/, ""))
  .filter((name) => !/^(refund|order-edit)/.test(name));

test.each(orders)("what %s says is of the contract", (name) => {
  const { properties } = halfOf(name);
  expect(propertiesSchema.parse(properties)).toEqual(properties);
});

describe("whatever is put into the fields", () => {
  const odd = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(null, "", "0.00", -1, 1e15, 1e300, "9".repeat(400), "x".repeat(5_000), [], {}, [null], true),
    fc.record({ shop_money: fc.jsonValue(), presentment_money: fc.jsonValue() }),
  );

  /** Paths of everything in a body, as keys. */
  const pathsOf = (value: unknown, path: string[] = []): string[][] =>
    typeof value === "object" && value !== null
      ? [
          ...(path.length ? [path] : []),
          ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key])),
        ]
      : [path];

  const put = (body: Json, path: readonly string[], value: unknown): void => {
    const [key = "", ...rest] = path;
    if (rest.length === 0) body[key] = value;
    else if (typeof body[key] === "object" && body[key] !== null) put(body[key] as Json, rest, value);
  };

  const changedBody = (names: readonly string[]) => {
    const bodies = names.map((name) => ({ body: bodyOf(name), paths: fc.constantFrom(...pathsOf(bodyOf(name))) }));
    return fc.constantFrom(...bodies).chain(({ body, paths }) =>
      fc.array(fc.tuple(paths, odd), { minLength: 1, maxLength: 12 }).map((changes) => {
        const copy = structuredClone(body);
        // A value of its own for each: one that were put into itself would be no JSON.
        for (const [path, value] of changes) put(copy, path, structuredClone(value));
        return copy;
      }),
    );
  };

  test("an order gives an event of the contract or a fault in words", () => {
    fc.assert(
      fc.property(changedBody(orders), (body) => {
        const reading = read(body);
        if ("fault" in reading) {
          expect(reading.fault).toEqual({ field: "id", message: "is missing; an order has one" });
          return;
        }
        if (!("event" in reading)) throw new Error("an order that is neither kept nor refused");
        const { id, half } = reading.event;
        expect(propertiesSchema.parse(half.properties)).toEqual(half.properties);
        expect(half.orderIds?.[0]).toBe(id);
        expect(half.timeMs).toBeGreaterThan(0);
        expect(half.timeMs).toBeLessThanOrEqual(RECEIVED);
        expect(half.properties.value ?? 0).toBeGreaterThanOrEqual(0);
        expect(JSON.stringify(half)).not.toContain("undefined");
        for (const hashes of Object.values(half.matchKeys))
          for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{64}$/);
      }),
      { numRuns: 300 },
    );
  });

  test("a refund gives refunds or words", () => {
    fc.assert(
      fc.property(changedBody(["refund", "refund-eur", "refund-pending"]), (body) => {
        const reading = read(body, "refunds/create");
        if ("ignored" in reading) expect(reading.ignored).toMatch(/^the refund /);
        else if (!("refunds" in reading)) throw new Error(JSON.stringify(reading));
        for (const { amount, currency, atMs } of "refunds" in reading ? reading.refunds : []) {
          expect(amount).toBeGreaterThan(0);
          expect(Number.isFinite(amount)).toBe(true);
          expect(currency).toMatch(/^[A-Z]{3}$/);
          expect(atMs).toBeLessThanOrEqual(RECEIVED);
        }
      }),
      { numRuns: 200 },
    );
  });

  test("any JSON at all, under any topic, is answered", () => {
    const topics = fc.constantFrom(
      "orders/create",
      "orders/paid",
      "orders/updated",
      "orders/edited",
      "refunds/create",
      "x",
    );
    fc.assert(
      fc.property(topics, fc.jsonValue(), (topic, body) => {
        const reading = read(body, topic);
        expect("fault" in reading || "ignored" in reading).toBe(true);
      }),
    );
  });
});
