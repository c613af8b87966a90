// @vitest-environment jsdom

import { expect, test } from "vitest";
import { openGraph } from "#tag/open-graph";
import { shaped } from "#tag/shape";

const says = (meta: Record<string, string>): unknown => {
  const tags = Object.entries(meta).map(([property, content]) => `<meta property="${property}" content="${content}">`);
  return shaped(openGraph(new DOMParser().parseFromString(tags.join("\n"), "text/html")));
};

const mug = { "og:type": "product", "og:title": "Harbor Mug" };

// biome-ignore format: a table
test.each<[string, Record<string, string>, unknown]>([
  ["price and currency",       { ...mug, "product:price:amount": "24.00", "product:price:currency": "USD" },        { name: "Harbor Mug", price: 24, currency: "USD" }],
  ["an older way to say them", { ...mug, "og:price:amount": "1,299.00", "og:price:currency": "USD" },               { name: "Harbor Mug", price: 1299, currency: "USD" }],
  ["the item's id",            { ...mug, "product:retailer_item_id": "1001" },                                      { name: "Harbor Mug", product_id: "1001" }],
  ["a variant of a group",     { ...mug, "product:item_group_id": "1001", "product:retailer_item_id": "41002" },    { name: "Harbor Mug", product_id: "1001", variant_id: "41002" }],
  ["the brand",                { ...mug, "product:brand": "Fennel &amp; Oak" },                                     { name: "Harbor Mug", vendor: "Fennel & Oak" }],
  ["an older type",            { ...mug, "og:type": "og:product" },                                                 { name: "Harbor Mug" }],
  ["an article",               { ...mug, "og:type": "article" },                                                    undefined],
  ["a group of products",      { ...mug, "og:type": "product.group" },                                              undefined],
  ["nothing",                  {},                                                                                  undefined],
])("a page that says %s", (_, meta, told) => {
  expect(says(meta)).toEqual(told);
});
