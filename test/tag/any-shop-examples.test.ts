/** The examples of docs/any-shop.md, as they stand there, in a real browser. */
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { DOCS, examples } from "../any-shop-docs.ts";
import { until } from "../until.ts";
import { eachStage } from "./each-stage.ts";
import type { Stage } from "./stage.ts";

let stage: Stage;
eachStage((set) => {
  stage = set;
});

const mug = { product_id: "1001", name: "Harbor Mug", price: 24 };
const bowl = { product_id: "1002", name: "Orchard Bowl", price: 38.5 };

/** What the shopper does with each example, in their order, and what is told. */
// biome-ignore format: a table
const HTML: [what: string, act: (page: Page) => Promise<unknown>, name: string, properties: object][] = [
  ["adds two mugs",   async (page) => { await page.fill("input", "2"); await page.click("button"); },                         "Added To Cart",            { ...mug, currency: "USD", quantity: 2 }],
  ["searches",        async (page) => { await page.fill("input", "oak bowl"); await page.press("input", "Enter"); },          "Searched",                 { query: "oak bowl" }],
  ["asks for news",   async (page) => { await page.fill("input", "maya.hartley@example.com"); await page.click("button"); },  "Subscribed To Newsletter", { $email: "maya.hartley@example.com" }],
  ["views a mug",     async () => {},                                                                                         "Viewed Product",           { ...mug, currency: "USD" }],
  ["views a list",    async () => {},                                                                                         "Viewed Collection",        { id: "table", name: "At the table", currency: "USD", items: [mug, bowl] }],
  ["has ordered",     async () => {},                                                                                         "Placed Order",             {
    id: "5001", total_price: 58.5, total_tax: 3, total_shipping: 7.5, currency: "USD", $email: "maya.hartley@example.com", items: [{ ...mug, quantity: 2 }],
  }],
];

test("every example of HTML is tried", () => {
  expect(examples(DOCS, "html")).toHaveLength(HTML.length);
});

describe("an example whose shopper", () => {
  test.each(HTML.map((row, index) => [...row, index] as const))("%s", async (_, act, name, properties, index) => {
    const next = `<head>${stage.tag()}</head>`;
    const html = `${next}<body>${examples(DOCS, "html")[index]}</body>`;
    stage.pages = { "/": html, "/search": next, "/next": next };
    const { page } = await stage.visit();
    await page.goto(`${stage.shop}/`);
    await until(() => stage.pintrk.length > 0);
    await act(page);
    await page.goto(`${stage.shop}/next`);
    await until(() => stage.events("$page_load").some(({ url }) => url.endsWith("/next")));
    const told = stage.events().filter((event) => event.name !== "$page_load");
    expect(told.map((event) => [event.name, event.properties])).toEqual([[name, properties]]);
  });
});

test("the example of a call works before the script has come", async () => {
  const [code = "", ...more] = examples(DOCS, "js");
  expect(more).toEqual([]);
  stage.pages = { "/": `<head><script>${code}</script>${stage.tag()}</head>` };
  const { page, words } = await stage.visit();
  await page.goto(`${stage.shop}/`);
  await until(() => stage.tracked("addtocart").length === 1);
  await until(() => stage.events("Added To Cart").length === 1);
  expect(stage.events("Added To Cart")[0]?.properties).toEqual({ ...mug, currency: "USD", quantity: 2 });
  expect(words).toEqual([]);
});
