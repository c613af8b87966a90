import { expect, test } from "vitest";
import { GA4_EVENTS, ga4Properties } from "#tag/ga4";
import { shaped } from "#tag/shape";
import { UNIVERSAL_ACTIONS, universalEvents } from "#tag/universal-analytics";

const mug = {
  name: "Harbor Mug",
  id: "1001",
  price: "24.00",
  brand: "Fennel & Oak",
  category: "Tableware/Mugs",
  variant: "Sage",
};
const seenMug = {
  product_id: "1001",
  name: "Harbor Mug",
  vendor: "Fennel & Oak",
  category: "Tableware/Mugs",
  variant_name: "Sage",
  price: 24,
};

/** What is told of a push with this `ecommerce`. */
const told = (ecommerce: object, more: object = {}): [unknown, unknown][] =>
  universalEvents({ ecommerce, ...more }).map(([event, said]) => [
    GA4_EVENTS.get(event),
    shaped(ga4Properties(event, said)),
  ]);

// biome-ignore format: a table
test.each<[string, object, [unknown, unknown][]]>([
  ["a product's page",       { currencyCode: "EUR", detail: { actionField: { list: "Mugs" }, products: [mug] } },
                             [["Viewed Product", { ...seenMug, currency: "EUR" }]]],
  ["a list",                 { currencyCode: "EUR", impressions: [{ ...mug, list: "Mugs", position: 1 }] },
                             [["Viewed Collection", { name: "Mugs", currency: "EUR", items: [seenMug] }]]],
  ["both",                   { detail: { products: [mug] }, impressions: [{ ...mug, list: "Related" }] },
                             [["Viewed Product", seenMug], ["Viewed Collection", { name: "Related", items: [seenMug] }]]],
  ["an add",                 { currencyCode: "EUR", add: { products: [{ ...mug, quantity: 2 }] } },
                             [["Added To Cart", { ...seenMug, currency: "EUR", quantity: 2 }]]],
  ["an order",               { currencyCode: "EUR", purchase: { actionField: { id: "T5001", affiliation: "Online Store", revenue: "58.50", tax: "3.00", shipping: "7.50", coupon: "WELCOME" }, products: [{ ...mug, quantity: 2 }] } },
                             [["Placed Order", { id: "T5001", total_price: 58.5, total_tax: 3, total_shipping: 7.5, coupon: "WELCOME", currency: "EUR", items: [{ ...seenMug, quantity: 2 }] }]]],
  ["an order of no lines",   { purchase: { actionField: { id: "T5001", revenue: 58.5 } } },
                             [["Placed Order", { id: "T5001", total_price: 58.5 }]]],
  ["a removal",              { remove: { products: [mug] } },                                                    []],
  ["a click",                { click: { actionField: { list: "Mugs" }, products: [mug] } },                      []],
  ["a step of the checkout", { checkout: { actionField: { step: 2 }, products: [mug] } },                        []],
  ["a promotion",            { promoView: { promotions: [{ id: "JUNE", name: "June sale" }] } },                 []],
  ["a refund",               { refund: { actionField: { id: "T5001" } } },                                       []],
  ["nothing",                {},                                                                                 []],
])("%s", (_, ecommerce, events) => {
  expect(told(ecommerce)).toEqual(events);
});

test("the currency may stand beside it", () => {
  expect(told({ add: { products: [mug] } }, { currency: "EUR" })).toEqual([
    ["Added To Cart", { ...seenMug, currency: "EUR" }],
  ]);
});

test("every action is told as an event of GA4's", () => {
  for (const [, event] of UNIVERSAL_ACTIONS) expect(GA4_EVENTS.has(event)).toBe(true);
});
