import { describe, expect, test } from "vitest";
import { GA4_EVENTS, ga4Properties } from "#tag/ga4";
import { shaped } from "#tag/shape";

const mug = {
  item_id: "1001",
  item_name: "Harbor Mug",
  item_brand: "Fennel & Oak",
  item_category: "Tableware",
  item_variant: "Sage / Large",
  price: 24,
  discount: 6,
  quantity: 2,
};
const bowl = { item_id: "1002", item_name: "Orchard Bowl", price: "38.50", quantity: 1 };
const seenMug = {
  product_id: "1001",
  name: "Harbor Mug",
  vendor: "Fennel & Oak",
  category: "Tableware",
  variant_name: "Sage / Large",
  price: 24,
  quantity: 2,
};
const seenBowl = { product_id: "1002", name: "Orchard Bowl", price: 38.5, quantity: 1 };

test("its names are the shop's by a table, and others are not counted", () => {
  const names =
    "view_item view_item_list add_to_cart purchase begin_checkout add_payment_info search sign_up generate_lead";
  expect(names.split(" ").map((name) => GA4_EVENTS.get(name))).toEqual([
    "Viewed Product",
    "Viewed Collection",
    "Added To Cart",
    "Placed Order",
    "Started Checkout",
    "Added Payment Info",
    "Searched",
    "Signed Up",
    "Generated Lead",
  ]);
  for (const name of ["select_item", "remove_from_cart", "gtm.js", "constructor", undefined])
    expect(GA4_EVENTS.get(name)).toBeUndefined();
});

describe("what it says", () => {
  // biome-ignore format: a table
  test.each<[string, Record<string, unknown> | undefined, unknown]>([
    ["view_item",      { currency: "USD", value: 24, items: [mug] },                                          { ...seenMug, currency: "USD", value: 24 }],
    ["add_to_cart",    { currency: "USD", value: "48.00", items: [mug] },                                     { ...seenMug, currency: "USD", value: 48 }],
    ["add_to_cart",    { currency: "USD", items: [mug, bowl] },                                               { currency: "USD", items: [seenMug, seenBowl] }],
    ["view_item_list", { item_list_id: "table", item_list_name: "At the table", items: [bowl] },              { id: "table", name: "At the table", items: [seenBowl] }],
    ["purchase",       { transaction_id: 5001, currency: "USD", value: 86.5, tax: 7.5, shipping: "5", coupon: "WELCOME", items: [mug] },
                                                                                                              { id: "5001", currency: "USD", value: 86.5, total_tax: 7.5, total_shipping: 5, coupon: "WELCOME", items: [seenMug] }],
    ["search",         { search_term: "mug" },                                                                { query: "mug", items: [] }],
    ["sign_up",        undefined,                                                                             { items: [] }],
  ])("%s", (event, said, told) => {
    expect(shaped(ga4Properties(event, said))).toEqual(told);
  });

  test("every line of an order is told", () => {
    const items = Array.from({ length: 60 }, () => bowl);
    expect(shaped(ga4Properties("purchase", { items }))).toEqual({ items: items.map(() => seenBowl) });
  });
});
