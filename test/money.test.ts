import { contentId } from "@pinrelay/tag/content-id";
import type { Properties } from "@pinrelay/tag/contract";
import { orderEventId } from "@pinrelay/tag/contract";
import { eventValue, unitCount, type ValueMode } from "@pinrelay/tag/money";
import { describe, expect, test } from "vitest";

const USD = { currency: "USD" };
const mug = { product_id: "1001", price: 24 };
const bowl = { product_id: "1002", price: 38.5, quantity: 2 };

describe("the value of an event", () => {
  // biome-ignore format: a table
  test.each<[string, string, Properties, ValueMode, number | undefined]>([
    // what                                        event                properties                                                                        mode     value
    ["a view is worth one unit",                   "Viewed Product",    { ...mug, ...USD },                                                               "goods", 24],
    ["an add is worth what was added",             "Added To Cart",     { ...mug, ...USD, quantity: 3 },                                                  "goods", 72],
    ["an add of several lines is their sum",       "Added To Cart",     { ...USD, items: [mug, bowl] },                                                   "goods", 101],
    ["quantity is multiplied once",                "Placed Order",      { ...USD, items: [{ price: 40, quantity: 4 }], total_price: 160 },                "goods", 160],
    ["a collection is worth nothing",              "Viewed Collection", { ...USD, items: [mug, bowl] },                                                   "goods", undefined],
    ["an order without items: less tax, shipping", "Placed Order",      { ...USD, total_price: 120, total_tax: 10, total_shipping: 15 },                  "goods", 95],
    ["tax on top",                                 "Placed Order",      { ...USD, items: [mug, bowl], total_price: 116.15, total_tax: 8.15, total_shipping: 7 }, "goods", 101],
    ["tax inside the prices",                      "Placed Order",      { currency: "EUR", items: [{ price: 119 }], total_price: 123.9, total_tax: 19, total_shipping: 4.9 }, "goods", 100],
    ["discount not yet in the prices",             "Placed Order",      { ...USD, items: [{ price: 100 }], total_discount: 20, total_price: 88, total_tax: 3, total_shipping: 5 }, "goods", 80],
    ["discount already in the prices",             "Placed Order",      { ...USD, items: [{ price: 80 }], total_discount: 20, total_price: 85, total_shipping: 5 }, "goods", 80],
    ["discount of a line",                         "Placed Order",      { ...USD, items: [{ price: 50, quantity: 2, discount: 10 }], total_price: 90 },   "goods", 90],
    ["a line's discount, and the cart's beside it", "Placed Order",     { ...USD, items: [{ price: 100, discount: 10 }], total_discount: 5, total_price: 85 }, "goods", 85],
    ["a tip is not goods",                         "Placed Order",      { ...USD, items: [{ price: 50 }], total_price: 60, total_tax: 0 },                "goods", 50],
    ["a tip, and prices that include tax",         "Placed Order",      { ...USD, items: [{ price: 119 }], total_price: 130, total_tax: 19, taxes_included: true }, "goods", 100],
    ["a free order is worth zero",                 "Placed Order",      { ...USD, items: [{ price: 20 }], total_discount: 20, total_price: 0 },           "goods", 0],
    ["GA4's value is used as it is",               "Placed Order",      { ...USD, value: 66.6, items: [mug], total_price: 99 },                           "goods", 66.6],
    ["the setting total",                          "Placed Order",      { ...USD, items: [mug], total_price: 33, total_tax: 2, total_shipping: 7 },       "total", 33],
    ["the setting total, and only a value known",  "Placed Order",      { ...USD, value: 12 },                                                            "total", 12],
    ["no money, no value",                         "Signed Up",         {},                                                                               "goods", undefined],
    ["no currency, no value",                      "Viewed Product",    mug,                                                                              "goods", undefined],
    ["a line's currency will do",                  "Added To Cart",     { items: [{ ...mug, currency: "usd" }] },                                         "goods", 24],
    ["floating dust is wiped off",                 "Added To Cart",     { ...USD, items: [{ price: 0.1 }, { price: 0.2 }] },                              "goods", 0.3],
    ["yen have no decimals",                       "Added To Cart",     { currency: "JPY", price: 1200.4 },                                               "goods", 1200],
    ["dinars have three",                          "Added To Cart",     { currency: "KWD", price: 1.2345 },                                               "goods", 1.235],
    ["forints have two, whatever a runtime says",  "Added To Cart",     { currency: "HUF", price: 999.5 },                                                "goods", 999.5],
    ["Iraqi dinars have three",                    "Added To Cart",     { currency: "IQD", price: 1250.125 },                                             "goods", 1250.125],
    ["half a cent goes up",                        "Added To Cart",     { ...USD, price: 1.335, quantity: 3 },                                            "goods", 4.01],
    ["a fortune keeps its cents",                  "Added To Cart",     { ...USD, price: 98765432109.87 },                                                "goods", 98765432109.87],
    ["cloth by the metre",                         "Added To Cart",     { ...USD, price: 18, quantity: 1.5 },                                             "goods", 27],
    ["a line's discount, also in their total",     "Placed Order",      { ...USD, items: [{ price: 100, discount: 20 }], total_discount: 20 },            "goods", 80],
    ["a line's discount, and another of the cart", "Placed Order",      { ...USD, items: [{ price: 100, discount: 20 }], total_discount: 30 },            "goods", 70],
    ["never below zero",                           "Placed Order",      { ...USD, total_price: 0, total_shipping: 5 },                                    "goods", 0],
  ])("%s", (_, name, properties, mode, value) => {
    expect(eventValue(name, properties, mode)).toBe(value);
  });
});

// biome-ignore format: a table
test.each<[string, Properties, number | undefined]>([
  ["Viewed Product",    mug,                                      1],
  ["Placed Order",      { items: [mug, bowl] },                   3],
  ["Added To Cart",     { items: [{ price: 1, quantity: 0 }] },   0],
  ["Added To Cart",     { items: [{ quantity: 1.5, price: 1 }] }, 2],
  ["Viewed Collection", { items: [mug, bowl] },                   undefined],
  ["Signed Up",         {},                                       undefined],
])("units of %s are the sum of quantities", (name, properties, count) => {
  expect(unitCount(name, properties)).toBe(count);
});

describe("content IDs", () => {
  const item = { product_id: "1001", variant_id: "1001-2", sku: "MUG-SAGE-L" };
  // biome-ignore format: a table
  test.each([
    ["product",                                   item,                    "1001"],
    ["variant",                                   item,                    "1001-2"],
    ["sku",                                       item,                    "MUG-SAGE-L"],
    ["shopify_US_{product_id}_{variant_id}",      item,                    "shopify_US_1001_1001-2"],
    ["variant",                                   { product_id: "1001" },  undefined],
    ["shopify_US_{product_id}_{variant_id}",      { product_id: "1001" },  undefined],
    ["{nonsense}",                                item,                    undefined],
    ["product",                                   { product_id: "" },      undefined],
  ] as const)("%s", (mode, of, id) => {
    expect(contentId(of, mode)).toBe(id);
  });
});

// biome-ignore format: a table
test.each([
  ["5001001",                          "order.k3x9.5001001"],
  [" 5001001 ",                        "order.k3x9.5001001"],
  ["#1001",                            "order.k3x9.1001"],
  ["gid://shopify/Order/5678901234",   "order.k3x9.5678901234"],
  ["gid://shopify/OrderIdentity/56?x", "order.k3x9.56"],
  ["FR-2026/17",                       "order.k3x9.FR-2026/17"],
])("the event ID of order %s", (order, id) => {
  expect(orderEventId("k3x9", order)).toBe(id);
});
