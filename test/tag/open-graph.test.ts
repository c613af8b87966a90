// @vitest-environment jsdom

import { expect, test } from "vitest";
import { openGraph } from "#tag/open-graph";
import { shaped } from "#tag/shape";

const says = (meta: Record<string, string>, kind = "property"): unknown => {
  const tags = Object.entries(meta).map(([name, content]) => `<meta ${kind}="${name}" content="${content}">`);
  return shaped(openGraph(new DOMParser().parseFromString(tags.join("\n"), "text/html")));
};

const mug = { "og:type": "product", "og:title": "Harbor Mug" };
const price = { "product:price:amount": "24.00", "product:price:currency": "USD" };
const seen = { name: "Harbor Mug", price: 24, currency: "USD" };

// biome-ignore format: a table
test.each<[string, Record<string, string>, unknown]>([
  ["price and currency",            { ...mug, ...price },                                                                seen],
  ["an older way to say them",      { ...mug, "og:price:amount": "1,299.00", "og:price:currency": "USD" },               { ...seen, price: 1299 }],
  ["the new way and the older one", { ...mug, ...price, "og:price:amount": "30.00", "og:price:currency": "EUR" },        seen],
  ["a price as it is shown",        { ...mug, "product:price:amount": "1.299,00", "product:price:currency": "EUR" },     { ...seen, price: 1299, currency: "EUR" }],
  ["a price in yen",                { ...mug, "product:price:amount": "12,800", "product:price:currency": "JPY" },       { ...seen, price: 12_800, currency: "JPY" }],
  ["a price that is reduced",       { ...mug, ...price, "product:sale_price:amount": "19.00", "product:sale_price:currency": "USD" }, { ...seen, price: 19 }],
  ["a reduced price left empty",    { ...mug, ...price, "product:sale_price:amount": "" },                               seen],
  ["the item's id",                 { ...mug, "product:retailer_item_id": "1001" },                                      { name: "Harbor Mug", product_id: "1001" }],
  ["a variant of a group",          { ...mug, ...price, "product:item_group_id": "1001", "product:retailer_item_id": "41002" }, { ...seen, product_id: "1001", variant_id: "41002" }],
  ["brand and category",            { ...mug, ...price, "product:brand": "Fennel &amp; Oak", "product:category": "Mugs" }, { ...seen, vendor: "Fennel & Oak", category: "Mugs" }],
  ["an older type",                 { ...mug, ...price, "og:type": "og:product" },                                       seen],
  ["a product's variant",           { ...mug, ...price, "og:type": "product.item" },                                     seen],
  ["a product with variants",       { ...mug, ...price, "og:type": "product.group" },                                    seen],
  ["a group of products",           { ...mug, "og:type": "product.group" },                                              undefined],
  ["a list that it calls a product", { "og:type": "product", "og:title": "Mugs" },                                       undefined],
  ["an article",                    { ...mug, ...price, "og:type": "article" },                                          undefined],
  ["nothing",                       {},                                                                                  undefined],
])("a page that says %s", (_, meta, told) => {
  expect(says(meta)).toEqual(told);
  expect(says(meta, "name")).toEqual(told);
});
