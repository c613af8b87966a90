import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { EVENTS } from "@pinrelay/tag/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Half } from "#relay/core/event";
import { NO_RULES } from "#relay/core/rules";
import { DEFAULT_SETTINGS, NO_SECRETS, type Shop, type ShopSettings } from "#relay/core/settings";
import { judge } from "#relay/judge";
import { FIELDS } from "#relay/pinterest/mapping";

/** A destination that is told everything. */
const ALL = { rules: NO_RULES };

const specification = JSON.parse(
  readFileSync(new URL("fixtures/pinterest-conversions-openapi.json", import.meta.url), "utf8"),
);
const event = specification.components.schemas.ConversionEvents.properties.data.items.properties;
const official = {
  "": event,
  custom_data: event.custom_data.properties,
  user_data: specification.components.schemas.ConversionEventsUserDataProperties.properties,
};

const NOW = Date.UTC(2026, 10, 24, 10, 0, 0);
const hash = (digit: string) => digit.repeat(64);
const shop = (settings: Partial<ShopSettings> = {}): Shop => ({
  id: 1,
  key: "k3x9",
  origins: [],
  settings: { ...DEFAULT_SETTINGS, ...settings },
  secrets: NO_SECRETS,
});
const half = (change: Partial<Half> = {}): Half => ({
  source: "browser",
  timeMs: NOW - 1_500,
  receivedMs: NOW,
  tagName: "checkout",
  url: "https://www.fennelandoak.example/thank-you/5001001",
  language: "EN-us",
  visitor: hash("5"),
  clickId: "dj0yJnU9b2JDcFFH",
  partnerId: "XY1000bdLBmSYrnmrXBUKWRTkkyHYlZXRCOkV5uPIk",
  matchKeys: {
    em: [hash("a")],
    ph: [hash("b")],
    ge: [hash("c")],
    db: [hash("d")],
    ln: [hash("e")],
    fn: [hash("f")],
    ct: [hash("1")],
    st: [hash("2")],
    zp: [hash("3")],
    country: [hash("4")],
    external_id: [hash("6")],
    hashed_maids: [hash("7")],
  },
  properties: {
    id: "5001001",
    currency: "USD",
    total_price: 116.15,
    total_tax: 8.15,
    total_shipping: 7,
    items: [
      { product_id: "1001", variant_id: "1001-2", sku: "MUG-SAGE-L", name: "Sage mug", price: 24, vendor: "Oak" },
      { product_id: "1002", name: "Bowl", price: 38.5, quantity: 2, category: "Tableware" },
    ],
    predicted_ltv: 2794.82,
    external_measurement_id: "rbos-cb7a9e56",
    external_measurement_vendor_id: 1,
    query: "mug",
  },
  consent: { marketing: "granted", by: "call", at: NOW },
  network: { ip: "203.0.113.7", userAgent: "Mozilla/5.0" },
  ...change,
});
const judged = (name: string, halves: Half[], settings: Partial<ShopSettings> = {}, nowMs = NOW) => {
  const one = shop(settings);
  return judge({ shop: 1, name, id: "the-id", halves, attempts: 0 }, one, ALL, () => one.settings, nowMs);
};
const payload = (name: string, change: Partial<Half> = {}, settings: Partial<ShopSettings> = {}) => {
  const judgement = judged(name, [half(change)], settings);
  if ("outcome" in judgement) throw new Error(judgement.outcome);
  return JSON.parse(judgement.payload);
};

describe("the mapping table", () => {
  test("names only fields of the official schema, each once", () => {
    const theirs = FIELDS.map(([field]) => field);
    expect(new Set(theirs).size).toBe(theirs.length);
    for (const field of theirs) {
      const [group, key] = field.includes(".") ? field.split(".") : ["", field];
      expect(Object.keys(official[group as keyof typeof official]), field).toContain(key);
    }
  });

  test("has every field of user_data, and of custom_data all but Pinterest's internal np", () => {
    const mapped = (group: string) =>
      FIELDS.flatMap(([field]) => (field.startsWith(`${group}.`) ? [field.split(".")[1]] : []));
    expect(mapped("user_data").sort()).toEqual(Object.keys(official.user_data).sort());
    expect([...mapped("custom_data"), "np"].sort()).toEqual(Object.keys(official.custom_data).sort());
  });
});

test("an order says all that is known of it, each field in the form Pinterest wants", () => {
  expect(payload("Placed Order")).toEqual({
    event_name: "checkout",
    action_source: "web",
    event_time: NOW / 1000 - 2,
    event_id: "the-id",
    event_source_url: "https://www.fennelandoak.example/thank-you/5001001",
    language: "en",
    user_data: {
      ...half().matchKeys,
      // The visitor ID alone: it is what the Pinterest Tag was told.
      external_id: [hash("5")],
      client_ip_address: "203.0.113.7",
      client_user_agent: "Mozilla/5.0",
      click_id: "dj0yJnU9b2JDcFFH",
      partner_id: "XY1000bdLBmSYrnmrXBUKWRTkkyHYlZXRCOkV5uPIk",
    },
    custom_data: {
      value: "101.00",
      currency: "USD",
      num_items: 3,
      order_id: "5001001",
      content_ids: ["1001", "1002"],
      contents: [
        { id: "1001", item_name: "Sage mug", item_price: "24.00", item_brand: "Oak" },
        { id: "1002", item_name: "Bowl", item_price: "38.50", quantity: 2, item_category: "Tableware" },
      ],
      search_string: "mug",
      predicted_ltv: "2794.82",
      external_measurement_id: "rbos-cb7a9e56",
      external_measurement_vendor_id: 1,
    },
  });
});

test("the same event makes the same bytes", () => {
  expect(judged("Placed Order", [half()])).toEqual(judged("Placed Order", [half()]));
});

test("a free order is sent with the value 0.00", () => {
  const properties = {
    id: "1",
    currency: "USD",
    total_price: 0,
    items: [{ product_id: "1", price: 20 }],
    total_discount: 20,
  };
  expect(payload("Placed Order", { properties }).custom_data.value).toBe("0.00");
});

test("an amount in yen has no decimals", () => {
  const properties = { product_id: "1", price: 1200, currency: "JPY" };
  expect(payload("Viewed Product", { properties, tagName: "pagevisit" }).custom_data).toMatchObject({
    value: "1200",
    contents: [{ item_price: "1200" }],
  });
});

test.each([
  ["product", ["1001", "1002"]],
  ["variant", ["1001-2"]],
  ["sku", ["MUG-SAGE-L"]],
  ["shopify_US_{product_id}_{variant_id}", ["shopify_US_1001_1001-2"]],
] as const)("content ID mode %s: a missing id is left out, never replaced", (contentId, ids) => {
  const { custom_data } = payload("Placed Order", {}, { contentId });
  expect(custom_data.content_ids).toEqual(ids);
  expect(custom_data.contents.map(({ id }: { id: string }) => id)).toEqual(ids);
  expect(custom_data.num_items).toBe(3);
});

test("whatever a shop writes, the payload is JSON that says just that", () => {
  const words = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.string({ unit: "binary", minLength: 1 }),
    fc.constantFrom('12" mug', "back\\slash", "new\nline", "\u007f", "Kännchen", '"},{"'),
  );
  fc.assert(
    fc.property(words, words, words, (name, query, userAgent) => {
      const properties = { product_id: name, name, vendor: query, query, price: 24, currency: "USD" };
      const sent = payload("Viewed Product", { properties, network: { ip: "203.0.113.7", userAgent } });
      expect(sent.user_data.client_user_agent).toBe(userAgent);
      const { content_ids, content_name, content_brand, search_string, contents } = sent.custom_data;
      expect([content_ids, content_name, content_brand, search_string]).toEqual([[name], name, query, query]);
      expect(contents).toEqual([{ id: name, item_name: name, item_price: "24.00", item_brand: query }]);
    }),
  );
});

test("cloth by the metre is counted in whole units, each line of it too", () => {
  const items = [{ product_id: "7", name: "Linen", price: 12, quantity: 2.5 }];
  const { num_items, contents } = payload("Added To Cart", { properties: { items, currency: "USD" } }).custom_data;
  expect([num_items, contents[0].quantity]).toEqual([3, 3]);
});

test("an empty field is left out, not sent empty", () => {
  const bare = payload("Signed Up", { tagName: "signup", properties: {}, matchKeys: { em: [hash("a")] } });
  expect(bare).not.toHaveProperty("custom_data");
  expect(Object.keys(bare.user_data)).toEqual([
    "em",
    "external_id",
    "client_ip_address",
    "client_user_agent",
    "click_id",
    "partner_id",
  ]);
});

describe("what is sent under which name", () => {
  test.each(EVENTS.filter(([, , api]) => api))("%s, fired as %s, is %s", (name, tag, api) => {
    const { tagName: _, ...untold } = half();
    const judgement = judged(name, [tag ? half({ tagName: tag }) : untold]);
    expect("payload" in judgement && JSON.parse(judgement.payload).event_name).toBe(api);
  });

  test("the API name pairs with the tag name that fired, whatever the shop calls the event", () => {
    expect(payload("Kaufabschluss", { tagName: "checkout" }).event_name).toBe("checkout");
  });

  // biome-ignore format: a table
  test.each<[string, string | undefined, Partial<ShopSettings>, string]>([
    ["$page_load",                         "page",      {},                          "browser only"],
    ["$page_load",                         "page",      { pageLoad: "page_visit" },  "browser only"],
    ["$page_load",                         "pagevisit", { pageLoad: "page_visit" },  "page_visit"],
    ["$page_load",                         "page",      { pageLoad: "page" },        "page"],
    ["Placed Recurring Subscription Order", undefined,  {},                          "unmapped"],
    ["Opened Chat",                        undefined,   {},                          "unmapped"],
  ])("%s as %s with %o is %s", (name, tagName, settings, expected) => {
    const { tagName: _, ...untold } = half();
    const result = judged(name, [tagName ? half({ tagName }) : untold], settings);
    expect("outcome" in result ? result.outcome : JSON.parse(result.payload).event_name).toBe(expected);
  });
});

describe("match keys", () => {
  const only = (matchKeys: Half["matchKeys"], network?: Half["network"]) => {
    const { network: _, ...bare } = half({ matchKeys });
    const judgement = judged("Placed Order", [network ? { ...bare, network } : bare]);
    return "outcome" in judgement ? judgement.outcome : "sent";
  };
  test.each([
    ["email", { em: [hash("a")] }, undefined, "sent"],
    ["a mobile advertising ID", { hashed_maids: [hash("a")] }, undefined, "sent"],
    ["IP address and user agent", {}, { ip: "203.0.113.7", userAgent: "Mozilla/5.0" }, "sent"],
    ["an IP address alone", {}, { ip: "203.0.113.7" }, "unmatched"],
    ["a user agent alone", {}, { userAgent: "Mozilla/5.0" }, "unmatched"],
    ["a phone number and an external ID", { ph: [hash("a")], external_id: [hash("b")] }, undefined, "unmatched"],
  ])("%s", (_, keys, network, outcome) => {
    expect(only(keys, network)).toBe(outcome);
  });
});

describe("the external ID", () => {
  const [visitor, customer, other] = [hash("5"), hash("6"), hash("7")];
  const { tagName: _, visitor: __, ...bare } = half({ matchKeys: { em: [hash("a")], external_id: [customer] } });
  const order: Half = { ...bare, source: "shopify" };
  const stranger = (one: Half): Half => ({ ...one, matchKeys: { em: [hash("a")] } });

  // biome-ignore format: a table
  test.each<[string, Half[], string[] | undefined]>([
    ["that the Tag was told, of a customer, is the visitor's",  [{ ...bare, visitor, tagName: "checkout" }],         [visitor]],
    ["that the Tag was told, of nobody known",                  [stranger({ ...bare, visitor, tagName: "checkout" })], [visitor]],
    ["that the Tag was told without a visitor is none",         [{ ...bare, tagName: "checkout" }],                  undefined],
    ["of a page whose Tag is not told has both",                [{ ...bare, visitor }],                              [visitor, customer]],
    ["of a page without a customer is the visitor's",           [stranger({ ...bare, visitor })],                    [visitor]],
    ["of an order that no page told is the customer's",         [order],                                             [customer]],
    ["of an order that the Tag was told as well",               [stranger({ ...bare, visitor, tagName: "checkout" }), order], [visitor]],
    ["of an order whose page told no Tag has both",             [stranger({ ...bare, visitor }), order],             [visitor, customer]],
    ["is the Tag's visitor, whoever else was seen",             [{ ...order, visitor: other }, { ...bare, visitor, tagName: "checkout" }], [visitor]],
    ["as an older release kept it, of a page that told the Tag", [{ ...bare, visitor, tagName: "checkout", matchKeys: { external_id: [visitor, customer] } }], [visitor]],
  ])("%s", (_case, halves, expected) => {
    for (const told of [halves, [...halves].reverse()]) {
      const judgement = judged("Placed Order", told);
      const sent = "payload" in judgement ? JSON.parse(judgement.payload).user_data : judgement;
      expect(sent.external_id).toEqual(expected);
    }
    // One order of the halves makes the same bytes as the other.
    expect(judged("Placed Order", [...halves].reverse())).toEqual(judged("Placed Order", halves));
  });

  test("does not go by what the Tag acknowledged, since one that comes late tells the event all the same", () => {
    const one = shop();
    const due = { shop: 1, name: "Placed Order", id: "i", halves: [half()], attempts: 0, ack: "absent" } as const;
    const judgement = judge(due, one, ALL, () => one.settings, NOW);
    expect("payload" in judgement && JSON.parse(judgement.payload).user_data.external_id).toEqual([visitor]);
  });
});

describe("age and consent at the claim", () => {
  const MINUTE = 60_000;
  const aged = (
    minutes: number,
    ack: "fired" | "failed" | "absent" | undefined,
    change: Partial<Half> = {},
    settings = {},
  ) => {
    const one = shop(settings);
    const due = {
      shop: 1,
      name: "Placed Order",
      id: randomUUID(),
      halves: [half(change)],
      attempts: 0,
      ...(ack ? { ack } : {}),
    };
    const judgement = judge(due, one, ALL, () => one.settings, half().timeMs + minutes * MINUTE);
    return "outcome" in judgement ? judgement.outcome : "sent";
  };
  // biome-ignore format: a table
  test.each<[number, "fired" | "failed" | "absent" | undefined, object, string]>([
    [60,       "fired",   {},                              "sent"],
    [61,       "fired",   {},                              "late"],
    [61,       undefined, {},                              "late"],
    [61,       undefined, { unknownCountsAsFired: false }, "sent"],
    [61,       "failed",  {},                              "sent"],
    [61,       "absent",  {},                              "sent"],
    [10_080,   "absent",  {},                              "sent"],
    [10_081,   "absent",  {},                              "expired"],
  ])("after %i minutes, told by the tag: %s, settings %o: %s", (minutes, ack, settings, outcome) => {
    expect(aged(minutes, ack, {}, settings)).toBe(outcome);
  });

  test.each([
    ["granted", "require", "sent"],
    ["unknown", "require", "no consent"],
    ["unknown", "implied", "sent"],
    ["denied", "implied", "no consent"],
    ["denied", "always", "sent"],
  ] as const)("consent %s where the shop's mode is %s: %s", (marketing, consent, outcome) => {
    expect(aged(0, undefined, { consent: { marketing, by: "call", at: NOW } }, { consent })).toBe(outcome);
  });

  test("limited data processing is said where state and country are known, else nothing is sent", () => {
    const consent = { marketing: "granted", by: "GPC", at: NOW, limited: true } as const;
    expect(payload("Placed Order", { consent }).custom_data.opt_out_type).toBe("LDP");
    expect(aged(0, undefined, { consent, matchKeys: { country: [hash("4")] } })).toBe("no consent");
  });

  test("a payload frozen earlier is sent again to the byte", () => {
    const due = { shop: 1, name: "Placed Order", id: "i", halves: [half()], attempts: 1, payload: '{"as":"it was"}' };
    expect(judge(due, shop(), ALL, () => shop().settings, NOW)).toEqual({ payload: '{"as":"it was"}' });
  });
});
