// @vitest-environment jsdom

import { expect, test } from "vitest";
import { GA4_EVENTS, ga4Properties } from "#tag/ga4";
import { openGraph } from "#tag/open-graph";
import { shaped } from "#tag/shape";
import { structured } from "#tag/structured";
import { UNIVERSAL_ACTIONS } from "#tag/universal-analytics";
import { DOCS, tables } from "./any-shop-docs.ts";
import { attributeOf, markable } from "./tag/markable.ts";

const [events = [], parameters = [], actions = [], , product = [], meta = [], attributes = []] = tables(DOCS);

/** A value that the property can have. */
const worth = (property: string): string => (property === "currency" ? "EUR" : "24");
const FIGURES = /price|quantity|value|total/;
const told = (property: string): unknown => (FIGURES.test(property) ? 24 : worth(property));

/** `a.b` with this value. */
const nested = (path: string, value: unknown): Record<string, unknown> =>
  path.split(".").reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Record<string, unknown>;

test("the docs' table of GA4's events is the tag's", () => {
  expect(events).toEqual([...GA4_EVENTS]);
});

test("the docs' table of Universal Analytics' actions is the tag's", () => {
  expect(actions).toEqual(UNIVERSAL_ACTIONS.map((row) => [...row]));
});

test("the docs' table of attributes is the contract's, and three of its own", () => {
  const own = ["event", "view", "item", "phone"].map((name) => `data-pinrelay-${name}`);
  expect(attributes.map(([attribute]) => attribute).sort()).toEqual([...own, ...markable.map(attributeOf)].sort());
});

test.each(parameters)("GA4's %s is %s", (path, property) => {
  const event = /_list/.test(path) ? "view_item_list" : /items/.test(path) ? "view_item" : "purchase";
  expect(shaped(ga4Properties(event, nested(path, worth(property))))).toEqual({ [property]: told(property) });
});

test.each(product)("a product's %s is %s", (path, property) => {
  const group = path.startsWith("hasVariant") ? { productGroupID: "1001" } : {};
  const node = { "@type": "Product", name: "Harbor Mug", ...group, ...nested(path, worth(property)) };
  const said = shaped(structured([node], document, new URL("https://www.fennelandoak.example/mug"), 0));
  expect(said).toMatchObject({ "Viewed Product": { [property]: told(property) } });
});

test.each(meta)("the metadata's %s is %s", (name, property) => {
  const page = { "og:type": "product", "product:retailer_item_id": "1001", [name]: worth(property) };
  const html = Object.entries(page).map(([key, content]) => `<meta property="${key}" content="${content}">`);
  const said = openGraph(new DOMParser().parseFromString(html.join(""), "text/html"));
  expect(shaped(said)).toMatchObject({ [property]: told(property) });
});

test("what GA4, structured data and metadata can say is in the docs", () => {
  const saidBy = (table: string[][]) => [...new Set(table.map(([, property = ""]) => property))].sort();
  const nodes = [{ "@type": "Product", name: "Harbor Mug" }];
  const view = structured(nodes, document, new URL("https://www.fennelandoak.example/mug"), 0)["Viewed Product"];
  expect(saidBy(product)).toEqual(Object.keys(view ?? {}).sort());
  const page = '<meta property="og:type" content="product"><meta property="og:price:amount" content="24">';
  const said = openGraph(new DOMParser().parseFromString(page, "text/html"));
  expect([...saidBy(meta), "variant_id"].sort()).toEqual(Object.keys(said ?? {}).sort());
  const { items: _, total_price: __, ...whole } = ga4Properties("purchase", { user_data: {} });
  const line = ga4Properties("view_item", { items: [{}] });
  expect(saidBy(parameters)).toEqual(
    [...new Set([...Object.keys(whole), ...Object.keys(line)])].filter((key) => key !== "total_price").sort(),
  );
});
