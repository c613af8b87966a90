// @vitest-environment jsdom
import { beforeEach, describe, expect, test, vi } from "vitest";
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
const bowl = { item_id: "1002", item_name: "Orchard Bowl", price: "38.50", quantity: "1" };
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

const usd = { currency: "USD" };

/** Each event, what is said with it, and what is told. */
// biome-ignore format: a table
const EVENTS: [event: string, said: Record<string, unknown>, name: string, told: unknown][] = [
  ["view_item",        { ...usd, value: 24, items: [mug] },                                      "Viewed Product",      { ...seenMug, ...usd, value: 24 }],
  ["view_item_list",   { item_list_id: "table", item_list_name: "At the table", items: [bowl] }, "Viewed Collection",   { id: "table", name: "At the table", items: [seenBowl] }],
  ["add_to_cart",      { ...usd, value: "48.00", items: [mug] },                                 "Added To Cart",       { ...seenMug, ...usd, value: 48 }],
  ["add_to_cart",      { ...usd, items: [mug, bowl] },                                           "Added To Cart",       { ...usd, items: [seenMug, seenBowl] }],
  ["add_to_wishlist",  { ...usd, value: 38.5, items: [bowl] },                                   "Added To Wishlist",   { ...seenBowl, ...usd, value: 38.5 }],
  ["begin_checkout",   { ...usd, value: 48, coupon: "WELCOME", items: [mug] },                   "Started Checkout",    { ...usd, value: 48, coupon: "WELCOME", items: [seenMug] }],
  ["add_payment_info", { ...usd, value: 48, payment_type: "Credit Card", items: [mug] },         "Added Payment Info",  { ...usd, value: 48, items: [seenMug] }],
  ["purchase",         { ...usd, transaction_id: 5001, value: 86.5, tax: 7.5, shipping: "5", coupon: "WELCOME", new_customer: true, items: [mug, bowl] },
                                                                                                 "Placed Order",        { ...usd, id: "5001", value: 86.5, total_tax: 7.5, total_shipping: 5, coupon: "WELCOME", $is_new_customer: true, items: [seenMug, seenBowl] }],
  ["search",           { search_term: "mug" },                                                   "Searched",            { query: "mug" }],
  ["sign_up",          { method: "Google" },                                                     "Signed Up",           {}],
  ["generate_lead",    { ...usd, value: 10, lead_source: "Newsletter" },                         "Generated Lead",      { ...usd, value: 10 }],
];

test("every event of the table is tried, and no other is counted", () => {
  expect(new Set(EVENTS.map(([event]) => event))).toEqual(new Set(GA4_EVENTS.keys()));
  const others =
    "select_item view_promotion select_promotion add_shipping_info remove_from_cart view_cart refund login page_view gtm.js constructor";
  for (const name of [...others.split(" "), undefined]) expect(GA4_EVENTS.get(name)).toBeUndefined();
});

describe("an event", () => {
  let seen: [name: string, said: unknown][];
  let look: () => void;
  beforeEach(async () => {
    vi.resetModules();
    delete window.dataLayer;
    seen = [];
    const { anyShop } = await import("#tag/any-shop");
    look = () => {
      for (const source of anyShop)
        source({
          see: (_, name, said) => Boolean(name && said && seen.push([name, shaped(said)])),
          begin: () => undefined,
          set: () => {},
          mayTell: () => true,
          consent: () => ({ marketing: "granted", by: "call", at: 0 }),
          visitor: () => ({ id: "5e".repeat(32) }),
          isComplete: true,
        });
    };
  });
  const layer = (): unknown[] => (window.dataLayer ??= []);
  function gtag(..._: unknown[]): void {
    // biome-ignore lint/complexity/noArguments: gtag() pushes its arguments as they are.
    layer().push(arguments);
  }

  // biome-ignore format: a table
  const WAYS: [way: string, tell: (event: string, said: object) => void][] = [
    ["by a plain push",                (event, said) => layer().push({ event, ecommerce: said })],
    ["after a reset",                  (event, said) => layer().push({ ecommerce: null }, { event, ecommerce: said })],
    ["beside the reset",               (event, said) => layer().push({ event: "promo", ecommerce: { items: [bowl] } }, { ecommerce: null }, { event, ...said })],
    ["through gtag()",                 (event, said) => gtag("event", event, said)],
  ];
  const CASES = WAYS.flatMap(([way, tell]) =>
    EVENTS.map(([event, said, name, told]) => ({ way, tell, event, said, name, told })),
  );

  test.each(CASES)("$event $way is heard before the tag came and after", ({ tell, event, said, name, told }) => {
    tell(event, said);
    look();
    tell(event, said);
    look();
    expect(seen).toEqual([
      [name, told],
      [name, told],
    ]);
  });

  test.each(["select_item", "view_promotion", "select_promotion", "remove_from_cart", "view_cart", "refund"])(
    "%s is not counted, in whatever way it is pushed",
    (event) => {
      look();
      for (const [, tell] of WAYS) tell(event, { ...usd, value: 48, items: [mug] });
      expect(seen).toEqual([]);
    },
  );
});

describe("what it says", () => {
  const says = (event: string, said: Record<string, unknown>): unknown => shaped(ga4Properties(event, said));

  test("of every line of an order is told", () => {
    const items = Array.from({ length: 60 }, () => bowl);
    expect(says("purchase", { items })).toEqual({ items: items.map(() => seenBowl) });
  });

  test("of a list may be said by its items", () => {
    const items = [{ ...bowl, item_list_id: "table", item_list_name: "At the table" }];
    expect(says("view_item_list", { items })).toEqual({ id: "table", name: "At the table", items: [seenBowl] });
  });

  // biome-ignore format: a table
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ["a product and its variant",        { item_group_id: "1001", item_id: "41001" },         { product_id: "1001", variant_id: "41001" }],
    ["an id that is a number",           { item_id: 1001 },                                   { product_id: "1001" }],
    ["an SKU beside the id",             { item_id: "1001", sku: "MUG-SAGE-L" },              { product_id: "1001", sku: "MUG-SAGE-L" }],
    ["an SKU by a longer name",          { item_id: "1001", item_sku: "MUG-SAGE-L" },         { product_id: "1001", sku: "MUG-SAGE-L" }],
    ["a variant beside the id",          { item_id: "1001", variant_id: 41001 },              { product_id: "1001", variant_id: "41001" }],
    ["names of Universal Analytics",     { id: "1001", name: "Harbor Mug", brand: "Oak", category: "Mugs", variant: "Sage" },
                                                                                              { product_id: "1001", name: "Harbor Mug", vendor: "Oak", category: "Mugs", variant_name: "Sage" }],
    ["a price after its discount",       { item_id: "1001", price: "18,00", discount: 6 },    { product_id: "1001", price: 18 }],
  ])("of a product: %s", (_, item, told) => {
    expect(says("begin_checkout", { items: [item] })).toEqual({ items: [told] });
  });

  // biome-ignore format: a table
  test.each<[string, Record<string, unknown>, number | undefined]>([
    ["one unit",       {},                          24],
    ["also in words",  { quantity: "1" },           24],
    ["not of two",     { quantity: 2 },             undefined],
    ["nor where known", { price: 30 },              30],
  ])("of the value is the price of what has none: %s", (_, item, price) => {
    const told = says("view_item", { ...usd, value: 24, items: [{ item_id: "1001", ...item }] });
    expect(told).toMatchObject({ product_id: "1001", value: 24 });
    expect((told as { price?: number }).price).toBe(price);
  });

  test("of the value of several is nobody's price", () => {
    expect(says("add_to_cart", { value: 62.5, items: [{ item_id: "1001" }, { item_id: "1002" }] })).toEqual({
      value: 62.5,
      items: [{ product_id: "1001" }, { product_id: "1002" }],
    });
  });

  const HASH = "6f1ed002ab5595859014ebf0951522d9".repeat(2);
  const address = {
    first_name: "Maya",
    last_name: "Hartley",
    city: "Portland",
    region: "OR",
    postal_code: "97201",
    country: "US",
    street: "12 Elm St",
  };
  const seenAddress = {
    $first_name: "Maya",
    $last_name: "Hartley",
    $city: "Portland",
    $state: "OR",
    $zip_code: "97201",
    $country_code: "US",
  };
  // biome-ignore format: a table
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ["email and phone",           { email: "maya@example.com", phone_number: "+15035550142" },      { $email: "maya@example.com", $phone_number: "+15035550142" }],
    ["an email by a longer name", { email_address: "maya@example.com" },                            { $email: "maya@example.com" }],
    ["a hashed email",            { sha256_email_address: HASH },                                   { $email: HASH }],
    ["the first of several",      { email: ["maya@example.com", "m.h@example.com"] },               { $email: "maya@example.com" }],
    ["no phone hashed with its +", { sha256_phone_number: HASH },                                   {}],
    ["an address",                { address },                                                      seenAddress],
    ["the first of addresses",    { address: [address, { first_name: "Ann" }] },                    seenAddress],
    ["names that are hashed",     { address: { sha256_first_name: HASH, sha256_last_name: HASH } }, { $first_name: HASH, $last_name: HASH }],
    ["what is left empty",        { email: "", phone_number: null, address: {} },                   {}],
  ])("of the visitor: %s", (_, user_data, told) => {
    expect(says("purchase", { transaction_id: "5001", user_data })).toEqual({ id: "5001", ...told });
  });
});
