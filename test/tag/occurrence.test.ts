import { describe, expect, test } from "vitest";
import type { EventProperties } from "#tag/contract";
import { eventValue } from "#tag/money";
import { due, HOLD_MS, merged, type Occurrence, see } from "#tag/occurrence";
import {
  CALL,
  DATA_LAYER,
  GTAG,
  JSON_LD,
  MARKED,
  MICRODATA,
  OPEN_GRAPH,
  OTHER_GOOGLE,
  SHOP,
  type Sighting,
  type Source,
} from "#tag/sighting";

const VIEW = "Viewed Product";
const LIST = "Viewed Collection";
const ADD = "Added To Cart";
const ORDER = "Placed Order";

const mug = { product_id: "1001", sku: "MUG-SAGE-L", name: "Harbor Mug", price: 24, currency: "USD" };
const bowl = { product_id: "1002", sku: "BOWL-OAK", name: "Orchard Bowl", price: 38.5, currency: "USD" };

type Seen = [ms: number, source: Source, name: string, properties: EventProperties];

/** What is told of these sightings by the time the page is left, one entry an event. */
const told = (...sightings: Seen[]): Sighting[] => {
  const seen: Occurrence[] = [];
  for (const [ms, source, eventName, properties] of sightings)
    see(seen, { source, eventName, properties, address: "https://www.fennelandoak.example/", time: ms });
  return due(seen, Infinity, true).map(merged);
};

describe("one occurrence gives one event, two give two", () => {
  // biome-ignore format: a table
  test.each<[string, number, Seen[]]>([
    ["a view that every source sees",                    1, [[0, DATA_LAYER, VIEW, mug], [0, CALL, VIEW, mug], [900, JSON_LD, VIEW, mug], [900, OPEN_GRAPH, VIEW, { name: "Harbor Mug | Fennel & Oak" }]]],
    ["a view told again much later in the page",         1, [[0, JSON_LD, VIEW, mug], [600_000, DATA_LAYER, VIEW, mug]]],
    ["a view called for twice",                          1, [[0, CALL, VIEW, mug], [5_000, CALL, VIEW, mug]]],
    ["GA4's item ID is the SKU",                         1, [[0, DATA_LAYER, VIEW, { product_id: "MUG-SAGE-L" }], [900, JSON_LD, VIEW, mug]]],
    ["GA4's item ID is the variant",                     1, [[0, DATA_LAYER, VIEW, { product_id: "41001" }], [900, JSON_LD, VIEW, { variant_id: "41001" }]]],
    ["only the name is shared, in other letters",        1, [[0, DATA_LAYER, VIEW, { name: "HARBOR MUG" }], [900, JSON_LD, VIEW, { sku: "X", name: "Harbor Mug" }]]],
    ["Open Graph names the page, not the product",       1, [[0, OPEN_GRAPH, VIEW, { name: "Shop mugs" }], [900, DATA_LAYER, VIEW, mug]]],
    ["a call that names nothing",                        1, [[0, CALL, VIEW, { price: 24 }], [900, JSON_LD, VIEW, mug]]],
    ["a call that knows the ID alone",                   1, [[0, CALL, VIEW, { product_id: "1001", price: 24 }], [900, JSON_LD, VIEW, { sku: "MUG-SAGE-L", name: "Harbor Mug" }]]],
    ["names escaped for HTML in one of them",            1, [[0, DATA_LAYER, VIEW, { product_id: "9", name: "Mug & Co." }], [900, JSON_LD, VIEW, { product_id: "1001", name: "Mug &amp; Co" }]]],
    ["another by its ID, called for without a name",     2, [[0, JSON_LD, VIEW, mug], [9_000, CALL, VIEW, { product_id: "1002" }]]],
    ["a lone character of another script",               2, [[0, JSON_LD, VIEW, { name: "茶" }], [9_000, DATA_LAYER, VIEW, { name: "碗" }]]],
    ["another product in a quick view",                  2, [[0, JSON_LD, VIEW, mug], [9_000, DATA_LAYER, VIEW, bowl]]],
    ["an add by call and dataLayer",                     1, [[0, CALL, ADD, mug], [300, DATA_LAYER, ADD, { name: "Harbor Mug" }]]],
    ["an add by gtag() and by a plain push",             1, [[0, GTAG, ADD, mug], [5, DATA_LAYER, ADD, mug]]],
    ["an add by ID, and by another's SKU and name",      1, [[0, CALL, ADD, { product_id: "1001" }], [5, DATA_LAYER, ADD, { product_id: "MUG-SAGE-L", name: "Harbor Mug" }]]],
    ["the dataLayer first",                              1, [[0, DATA_LAYER, ADD, mug], [120, CALL, ADD, mug]]],
    ["an add seen by the other source too late",         2, [[0, CALL, ADD, mug], [2_600, DATA_LAYER, ADD, mug]]],
    ["two adds of the same source",                      2, [[0, CALL, ADD, mug], [10, CALL, ADD, mug]]],
    ["two adds that two sources see",                    2, [[0, CALL, ADD, mug], [10, CALL, ADD, mug], [20, DATA_LAYER, ADD, mug], [30, DATA_LAYER, ADD, mug]]],
    ["adds of two products, seen crosswise",             2, [[0, DATA_LAYER, ADD, mug], [10, DATA_LAYER, ADD, bowl], [20, CALL, ADD, { product_id: "1002" }], [30, CALL, ADD, { product_id: "1001" }]]],
    ["adds of two products by two of GA4's ways",        2, [[0, GTAG, ADD, { product_id: "1001" }], [10, DATA_LAYER, ADD, { product_id: "1002" }]]],
    ["adds of two products",                             2, [[0, CALL, ADD, mug], [10, DATA_LAYER, ADD, bowl]]],
    ["an add of lines, and of the product alone",        1, [[0, DATA_LAYER, ADD, { items: [mug, bowl] }], [10, CALL, ADD, bowl]]],
    ["a view and an add",                                2, [[0, CALL, VIEW, mug], [10, DATA_LAYER, ADD, mug]]],
    ["an order that three sources see",                  1, [[0, CALL, ORDER, { id: "5001" }], [10, DATA_LAYER, ORDER, { id: "5001" }], [900, JSON_LD, ORDER, { id: "5001" }]]],
    ["an order by its ID and by its number",             1, [[0, CALL, ORDER, { id: "5543", order_aliases: ["#1001"] }], [10, DATA_LAYER, ORDER, { id: "1001" }]]],
    ["two orders of the same goods",                     2, [[0, CALL, ORDER, { id: "5001", items: [mug] }], [10, DATA_LAYER, ORDER, { id: "5002", items: [mug] }]]],
    ["an order, once without its id",                    1, [[0, CALL, ORDER, { total_price: 31 }], [10, DATA_LAYER, ORDER, { id: "5001" }]]],
    ["a collection in structured data and dataLayer",    1, [[0, DATA_LAYER, LIST, { id: "table", name: "collection_page" }], [900, JSON_LD, LIST, { name: "At the table" }]]],
    ["a collection with several lists on its page",      1, [[0, DATA_LAYER, LIST, { id: "new" }], [10, DATA_LAYER, LIST, { id: "sale" }]]],
    ["recommendations on a product's page",              1, [[0, DATA_LAYER, LIST, { id: "also-like" }], [900, JSON_LD, VIEW, mug]]],
    ["a collection called for on a product's page",      2, [[0, CALL, LIST, { id: "table" }], [900, JSON_LD, VIEW, mug]]],
    ["an add for GA4 and for Google Ads",                1, [[0, GTAG, ADD, mug], [5, OTHER_GOOGLE, ADD, mug]]],
    ["two adds for GA4 and for Universal Analytics",     2, [[0, DATA_LAYER, ADD, mug], [5, OTHER_GOOGLE, ADD, mug], [90, DATA_LAYER, ADD, mug], [95, OTHER_GOOGLE, ADD, mug]]],
    ["an add on a marked button that is pushed too",     1, [[0, MARKED, ADD, { product_id: "1001" }], [300, DATA_LAYER, ADD, { product_id: "MUG-SAGE-L", name: "Harbor Mug" }]]],
    ["an add on a marked button that calls too",         1, [[0, MARKED, ADD, mug], [5, CALL, ADD, mug]]],
    ["an add by GA4's variant, and by the platform's",   1, [[0, CALL, ADD, { product_id: "1001", variant_id: "41001" }], [5, DATA_LAYER, ADD, { product_id: "MUG", variant_id: "MUG-SAGE-L" }]]],
    ["JSON-LD and microdata by other names and ids",     1, [[900, JSON_LD, VIEW, mug], [900, MICRODATA, VIEW, { product_id: "77", name: "Harbor Mug in sage" }]]],
    ["microdata in the page, and another's quick view",  2, [[900, MICRODATA, VIEW, mug], [9_000, DATA_LAYER, VIEW, bowl]]],
    ["a collection that is marked on a product's page",  2, [[900, MARKED, LIST, { id: "table" }], [900, JSON_LD, VIEW, mug]]],
    ["a search by call and dataLayer",                   1, [[0, CALL, "Searched", { query: "mug" }], [10, DATA_LAYER, "Searched", { query: "mug" }]]],
  ])("%s: %d", (_, events, sightings) => {
    expect(told(...sightings)).toHaveLength(events);
  });
});

test("the better source is believed, and the others fill its gaps", () => {
  const [event, ...more] = told(
    [0, DATA_LAYER, VIEW, { product_id: "1001", name: "Harbor Mug - Sage", price: 23.99, category: "Tableware" }],
    [0, CALL, VIEW, { product_id: "1001", price: 24 }],
    [900, JSON_LD, VIEW, { ...mug, price: 24.5, vendor: "Fennel & Oak" }],
    [900, OPEN_GRAPH, VIEW, { name: "Harbor Mug | Fennel & Oak", vendor: "fennelandoak" }],
  );
  expect(more).toEqual([]);
  expect(event?.properties).toEqual({
    product_id: "1001",
    sku: "MUG-SAGE-L",
    name: "Harbor Mug",
    price: 24,
    currency: "USD",
    category: "Tableware",
    vendor: "Fennel & Oak",
  });
});

describe("money", () => {
  const sums = (...sightings: Seen[]) => {
    const { price, value, currency, total_price } = told(...sightings)[0]?.properties ?? {};
    return { price, value, currency, total_price };
  };

  test("is one source's alone: another's sum may be of another variant, or in another currency", () => {
    expect(
      sums(
        [0, DATA_LAYER, VIEW, { name: "Harbor Mug", price: 3600, value: 3600, currency: "JPY" }],
        [900, JSON_LD, VIEW, mug],
      ),
    ).toEqual({ price: 24, currency: "USD" });
    expect(
      sums(
        [0, CALL, ORDER, { id: "5001", total_price: 46.5, currency: "EUR" }],
        [10, DATA_LAYER, ORDER, { id: "5001", value: 38, currency: "EUR" }],
      ),
    ).toEqual({ total_price: 46.5, currency: "EUR" });
  });

  test("is not a source's that knows only tax or discount", () => {
    expect(
      sums(
        [0, CALL, ORDER, { id: "5001", total_tax: 3 }],
        [10, DATA_LAYER, ORDER, { id: "5001", value: 48, currency: "USD" }],
      ),
    ).toEqual({ value: 48, currency: "USD" });
  });

  test("is completed by another's tax and shipping in the same currency", () => {
    const [order] = told(
      [0, CALL, ORDER, { id: "5001", total_price: 58.5, currency: "USD" }],
      [10, DATA_LAYER, ORDER, { id: "5001", value: 48, total_shipping: 7.5, total_tax: 3, currency: "USD" }],
    );
    expect(eventValue(ORDER, order?.properties ?? {}, "goods")).toBe(48);
  });

  test("of a source without a currency takes the page's", () => {
    expect(
      sums([0, DATA_LAYER, VIEW, { name: "Harbor Mug", price: 24 }], [900, OPEN_GRAPH, VIEW, { currency: "USD" }]),
    ).toEqual({ price: 24, currency: "USD" });
  });

  test("in another currency than the best source names is told in its own", () => {
    expect(
      sums(
        [0, CALL, ADD, { product_id: "1001", currency: "USD" }],
        [5, DATA_LAYER, ADD, { product_id: "1001", price: 22, currency: "EUR" }],
      ),
    ).toEqual({ price: 22, currency: "EUR" });
  });
});

describe("a quantity", () => {
  // biome-ignore format: a table
  test.each<[string, EventProperties, EventProperties, EventProperties, number]>([
    // what                                       the better source says            the other says                           is told                                 which is worth
    ["of the better source, with another's price", { quantity: 2 },                 { price: 24, value: 24, quantity: 1 },    { price: 24, quantity: 2 },             48],
    ["that both know, with the other's value",     { quantity: 2 },                 { price: 24, value: 44, quantity: 2 },    { price: 24, value: 44, quantity: 2 },  44],
    ["with a value for another one",               { quantity: 3 },                 { value: 48, quantity: 2 },               { value: 48, quantity: 2 },             48],
    ["with the better source's price",             { price: 24 },                   { value: 44, quantity: 2 },               { price: 24, quantity: 2 },             48],
    ["with the better source's value",             { value: 24 },                   { price: 22, value: 44, quantity: 2 },    { value: 24 },                          24],
    ["of one, told or not, with a value",          { value: 20, price: 24 },        { quantity: 1 },                          { value: 20, price: 24, quantity: 1 },  20],
  ])("%s", (_, better, other, properties, value) => {
    const [event] = told(
      [0, CALL, ADD, { product_id: "1001", currency: "USD", ...better }],
      [5, DATA_LAYER, ADD, { product_id: "1001", currency: "USD", ...other }],
    );
    expect(event?.properties).toEqual({ product_id: "1001", currency: "USD", ...properties });
    expect(eventValue(ADD, event?.properties ?? {}, "goods")).toBe(value);
  });
});

test("lines of an order in another currency keep their names and lose their prices", () => {
  const items = [{ product_id: "1001", name: "Harbor Mug", price: 26, discount: 2, quantity: 2 }];
  const order = (currency: string) =>
    told(
      [0, CALL, ORDER, { id: "5001", total_price: 46.5, total_tax: 3, currency: "EUR" }],
      [10, DATA_LAYER, ORDER, { id: "5001", value: 52, currency, items }],
    )[0]?.properties ?? {};
  expect(order("USD").items).toEqual([{ product_id: "1001", name: "Harbor Mug", quantity: 2 }]);
  expect(eventValue(ORDER, order("USD"), "goods")).toBe(43.5);
  expect(order("EUR").items).toEqual(items);
});

describe("GA4's item ID", () => {
  test("is no product ID where it is known to be the SKU", () => {
    const [event] = told([0, DATA_LAYER, VIEW, { product_id: "BOWL" }], [900, JSON_LD, VIEW, { sku: "BOWL" }]);
    expect(event?.properties).toEqual({ sku: "BOWL" });
  });

  test("is one where a better source says so, equal to the SKU or not", () => {
    const both = { product_id: "BOWL", sku: "BOWL" };
    expect(told([0, DATA_LAYER, VIEW, { product_id: "BOWL" }], [9, JSON_LD, VIEW, both])[0]?.properties).toEqual(both);
  });

  test("is one where the shop's platform says so, though its structured data has it for an SKU", () => {
    const { sku, product_id, ...rest } = mug;
    const jsonLd: Seen = [0, JSON_LD, VIEW, { ...rest, sku: product_id }];
    expect(told(jsonLd, [9, SHOP, VIEW, { ...rest, product_id }])[0]?.properties).toEqual({ ...rest, product_id });
    const same = { ...rest, product_id, sku: product_id };
    expect(told(jsonLd, [9, SHOP, VIEW, same])[0]?.properties).toEqual(same);
  });

  test("is one where nothing else is known", () => {
    expect(told([0, DATA_LAYER, VIEW, { product_id: "1001" }])[0]?.properties).toEqual({ product_id: "1001" });
  });
});

test("an event keeps the time when it was first seen, and the ID that the merchant gave it", () => {
  const seen: Occurrence[] = [];
  const add = { eventName: ADD, properties: mug, address: "" };
  see(seen, { ...add, source: DATA_LAYER, time: 1_000 });
  see(seen, { ...add, source: CALL, eventID: "add-77", aliases: ["urn:cart:9"], time: 1_100 });
  expect(seen).toHaveLength(1);
  expect(seen.map(merged)[0]).toMatchObject({ time: 1_000, eventID: "add-77", aliases: ["urn:cart:9"] });
});

test("what is not known to have come about adds to what another source has seen, and is nothing alone", () => {
  const seen: Occurrence[] = [];
  const add = { eventName: ADD, address: "", time: 0 };
  const unsure: Sighting = { ...add, source: SHOP, properties: mug, isUnsure: true };
  expect(see(seen, unsure)).toBeUndefined();
  expect(see(seen, { ...add, source: DATA_LAYER, properties: { name: "Orchard Bowl" } })).toBeDefined();
  expect(see(seen, unsure)).toBeUndefined();
  expect(see(seen, { ...add, source: DATA_LAYER, properties: { name: "Harbor Mug" } })).toBeDefined();
  expect(see(seen, unsure)).toBeDefined();
  expect(due(seen, Infinity, true).map((one) => merged(one).properties)).toEqual([{ name: "Orchard Bowl" }, mug]);
});

test("what happened on the page before is told with its time and address, and is what this page's dataLayer tells now", () => {
  const seen: Occurrence[] = [];
  const then = { address: "https://www.fennelandoak.example/product/harbor-mug/", time: 1_000 };
  see(seen, { ...then, source: SHOP, eventName: ADD, properties: mug }, 9_000);
  see(seen, { address: "", source: DATA_LAYER, eventName: ADD, properties: { name: "Harbor Mug" }, time: 11_000 });
  expect(due(seen, 9_000 + HOLD_MS - 1, true)).toEqual([]);
  expect(due(seen, 9_000 + HOLD_MS, true).map(merged)).toMatchObject([{ ...then, properties: mug }]);
});

describe("when it is told", () => {
  // biome-ignore format: a table
  test.each<[string, Source, string, number, boolean, boolean]>([
    // what                                        source      event  ms after         settled told
    ["a call, at once",                            CALL,       VIEW,  0,               false,  true],
    ["a view, not before the page has settled",    DATA_LAYER, VIEW,  60_000,          false,  false],
    ["a view, once it has",                        DATA_LAYER, VIEW,  60_000,          true,   true],
    ["a late view, after a moment",                DATA_LAYER, VIEW,  HOLD_MS - 1,     true,   false],
    ["an add waits a moment for a call",           DATA_LAYER, ADD,   HOLD_MS - 1,     false,  false],
    ["an add does not wait for the page",          DATA_LAYER, ADD,   HOLD_MS,         false,  true],
    ["a marked view, not before it has settled",   MARKED,     VIEW,  60_000,          false,  false],
  ])("%s", (_, source, eventName, ms, isSettled, isTold) => {
    const seen: Occurrence[] = [];
    see(seen, { source, eventName, properties: mug, address: "", time: 0 });
    expect(due(seen, ms, isSettled)).toHaveLength(isTold ? 1 : 0);
  });

  test("what was told is not told again", () => {
    const seen: Occurrence[] = [];
    see(seen, { source: CALL, eventName: ADD, properties: mug, address: "", time: 0 });
    for (const one of due(seen, 0, false)) one.told = true;
    expect(due(seen, Infinity, true)).toEqual([]);
  });
});
