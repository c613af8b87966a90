/** Shops made by hand, in a real browser: what the shopper does there, and which events come of it, exactly those. */
import { readFileSync } from "node:fs";
import type { BrowserContext, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { until } from "../until.ts";
import { eachStage } from "./each-stage.ts";
import type { Stage, Visit } from "./stage.ts";

let stage: Stage;
eachStage((set) => {
  stage = set;
  stage.build = "any";
});

const file = (name: string): string => readFileSync(new URL(`../fixtures/any-shop/${name}`, import.meta.url), "utf8");

/** A page of these shops as it is served, the tag pasted in. */
const served = (name: string, nonce = ""): string =>
  file(`${name}.html`).replace("<!-- tag -->", stage.tag(nonce)).replace("RELAY", stage.relay);

/** An event's name, some of its properties, and what it is worth to the Pinterest Tag. */
type Expected = [name: string, properties?: object, value?: number];

const NEXT = "/next";

/** Opens a page of the shop, and waits until the tag is there and sees it. */
const open = async (
  path: string,
  pages: Record<string, string>,
  prepare?: Parameters<Stage["visit"]>[1],
): Promise<Visit> => {
  stage.pages = { ...pages, [NEXT]: served("next") };
  const visit = await stage.visit({}, prepare);
  await visit.page.goto(stage.shop + path, { waitUntil: "domcontentloaded" });
  await until(() => stage.pintrk.length > 0);
  return visit;
};

/**
 * The shopper turns away, and goes on once both halves are out: a page that is left sooner may take the browser's half
 * with it. By the time the next page is told, all of this one is: what it could not send any more the next one sends first.
 */
const expectExactly = async ({ page, errors }: Visit, expected: Expected[]): Promise<void> => {
  await page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))");
  await until(() => stage.tracked().length >= expected.length);
  await page.goto(stage.shop + NEXT);
  await until(() => stage.events("$page_load").some(({ url }) => url === stage.shop + NEXT));
  const told = stage.events().filter(({ name }) => name !== "$page_load");
  const byName = (one: { name: string }, other: { name: string }) => one.name.localeCompare(other.name);
  expect(told.map(({ name, properties }) => ({ name, properties })).sort(byName)).toMatchObject(
    expected.map(([name, properties = {}]) => ({ name, properties })).sort(byName),
  );
  // Both halves of each event, under one ID.
  const ids = (data: unknown) => (data as { event_id: string }).event_id;
  expect(
    stage
      .tracked()
      .map(({ words }) => ids(words[2]))
      .sort(),
  ).toEqual(told.map(({ id }) => id).sort());
  for (const [name, , value] of expected)
    if (value !== undefined) {
      const id = told.find((event) => event.name === name)?.id;
      expect(stage.tracked().find(({ words }) => ids(words[2]) === id)?.words[2]).toMatchObject({ value });
    }
  expect(errors).toEqual([]);
};

describe("a shop with microdata", () => {
  const pages = () => ({
    "/moebel/esstisch-aue.html": served("microdata-product"),
    "/moebel/": served("microdata-list"),
    "/warenkorb": served("next"),
  });
  const table = {
    product_id: "4711",
    sku: "AUE-180-EI",
    name: "Esstisch Aue",
    vendor: "Werkstatt Lindau",
    price: 1299,
    currency: "EUR",
  };

  // biome-ignore format: a table
  test.each<[string, string, (page: Page) => Promise<unknown>, Expected[]]>([
    ["looks at a table",              "/moebel/esstisch-aue.html",  async () => {},                   [["Viewed Product", table, 1299]]],
    ["looks at it, with parameters",  "/moebel/esstisch-aue.html?utm_source=pinterest#preis", async () => {}, [["Viewed Product", table, 1299]]],
    ["buys it, which nobody says",    "/moebel/esstisch-aue.html",  (page) => page.click("button"),   [["Viewed Product", table, 1299]]],
    ["looks at the furniture",        "/moebel/",                   async () => {},                   [["Viewed Collection", { name: "Möbel", items: [
      { product_id: "4711", name: "Esstisch Aue", price: 1299, currency: "EUR" },
      { product_id: "4712", name: "Bank Aue", price: 449, currency: "EUR" },
    ] }]]],
  ])("whose shopper %s", async (_, path, act, expected) => {
    const visit = await open(path, pages());
    await act(visit.page);
    await expectExactly(visit, expected);
  });
});

describe("a shop with GA4 alone", () => {
  const pages = () => ({
    "/products/harbor-mug": served("ga4-product"),
    "/search": served("ga4-search"),
    "/checkout": served("ga4-checkout"),
    "/thank-you": served("ga4-thanks"),
  });
  const mug = { product_id: "1001", name: "Harbor Mug", price: 24, currency: "USD" };
  const view: Expected = ["Viewed Product", mug, 24];
  const checkout: Expected = [
    "Started Checkout",
    { value: 48, currency: "USD", items: [{ product_id: "1001", quantity: 2 }] },
    48,
  ];
  const found: Expected[] = [
    ["Searched", { query: "mug" }],
    [
      "Viewed Collection",
      { id: "search", name: "Search results", items: [{ product_id: "1001" }, { product_id: "1004" }] },
    ],
  ];

  /** The container comes when the tag is there already; the cart answers like this. */
  const backend = (status: number) => async (context: BrowserContext) => {
    await context.route("**/container.js*", async (route) => {
      await until(() => stage.pintrk.length > 0);
      await route.fulfill({ contentType: "text/javascript", body: file("ga4-container.js") });
    });
    await context.route("**/cart/add", (route) => (status ? route.fulfill({ status }) : route.abort()));
  };
  const isIn = (page: Page) => page.waitForFunction('dataLayer.some(({ event }) => event === "view_item")');
  const add = async (page: Page, said: string) => {
    await isIn(page);
    await page.fill("[name=quantity]", "2");
    await page.click("#add");
    await page.getByText(said).waitFor();
  };

  // biome-ignore format: a table
  test.each<[string, string, number, (page: Page) => Promise<unknown>, Expected[]]>([
    ["looks at a mug",             "/products/harbor-mug", 200, isIn,                                                     [view]],
    ["adds two",                   "/products/harbor-mug", 200, (page) => add(page, "Added"),                             [view, ["Added To Cart", { ...mug, variant_name: "Sage / Large", quantity: 2 }, 48]]],
    ["adds what is sold out",      "/products/harbor-mug", 409, (page) => add(page, "Sorry"),                             [view]],
    ["adds while the line is down", "/products/harbor-mug", 0,  (page) => add(page, "Sorry"),                             [view]],
    ["adds and leaves at once",    "/products/harbor-mug", 200, async (page) => { await isIn(page); await page.click("#buy"); await page.waitForURL("**/checkout"); },
                                                                                                                          [view, ["Added To Cart", mug, 24], checkout]],
    ["asks for news",              "/products/harbor-mug", 200, async (page) => { await isIn(page); await page.click("#newsletter button"); },
                                                                                                                          [view, ["Generated Lead", { value: 2, currency: "USD" }, 2]]],
    ["searches",                   "/search?q=mug",        200, async () => {},                                           found],
    ["goes to the checkout",       "/checkout",            200, async () => {},                                           [checkout]],
    ["signs up there",             "/checkout",            200, (page) => page.click("#account"),                         [checkout, ["Signed Up"]]],
    ["pays",                       "/checkout",            200, (page) => page.click("#payment"),                         [checkout, ["Added Payment Info", { value: 48, items: [{ product_id: "1001" }] }, 48]]],
    ["takes a thing out again",    "/checkout",            200, (page) => page.click("#remove"),                          [checkout]],
    ["has ordered",                "/thank-you",           200, (page) => page.reload(),                                  [["Placed Order", {
      id: "5001", value: 48, total_price: 58.5, total_tax: 3, total_shipping: 7.5, coupon: "WELCOME", $email: "maya.hartley@example.com", $phone_number: "+15035550142", $first_name: "Maya", $country_code: "US",
      items: [{ product_id: "1001", name: "Harbor Mug", price: 24, quantity: 2 }],
    }, 48]]],
  ])("whose shopper %s", async (_, path, status, act, expected) => {
    const visit = await open(path, pages(), backend(status));
    await act(visit.page);
    await expectExactly(visit, expected);
  });

  test("whose container comes long after the page has settled", async () => {
    let come = () => {};
    const isDue = new Promise<void>((resolve) => {
      come = resolve;
    });
    const visit = await open("/products/harbor-mug", pages(), async (context) => {
      await context.route("**/container.js*", async (route) => {
        await isDue;
        await route.fulfill({ contentType: "text/javascript", body: file("ga4-container.js") });
      });
    });
    await visit.page.waitForFunction("performance.now() > 2_000");
    come();
    await until(() => stage.tracked("pagevisit").length === 1);
    await expectExactly(visit, [view]);
  });
});

describe("a shop with one graph of JSON-LD", () => {
  // biome-ignore format: a table
  test.each<[string, string, string, Expected[]]>([
    ["looks at a mug",   "/product/harbor-mug/",     "json-ld-product", [["Viewed Product", { product_id: "1001", sku: "MUG-SAGE-L", name: "Harbor Mug", vendor: "Fennel & Oak", price: 24, currency: "USD" }, 24]]],
    ["looks at mugs",    "/product-category/mugs/",  "json-ld-list",    [["Viewed Collection", { name: "Mugs", items: [{ product_id: "1001", name: "Harbor Mug", price: 24 }, { name: "Tide Mug" }] }]]],
    ["looks at nothing", "/about",                   "next",            []],
  ])("whose shopper %s", async (_, path, name, expected) => {
    await expectExactly(await open(path, { [path]: served(name) }), expected);
  });
});

test("a shop that sells in yen, by what it says to Facebook and to Universal Analytics", async () => {
  const visit = await open("/mugs/todai", { "/mugs/todai": served("yen-product") });
  await visit.page.click("#add");
  await expectExactly(visit, [
    ["Viewed Product", { name: "灯台マグ | 茴香と樫", price: 12_800, currency: "JPY" }, 12_800],
    ["Added To Cart", { product_id: "2001", price: 12_800, quantity: 2, currency: "JPY" }, 25_600],
  ]);
});

test("a shop with a product's page in a frame: what is marked there counts, its view does not", async () => {
  const visit = await open("/mug", { "/mug": served("frame-shop"), "/configurator": served("frame-product") });
  const frame = visit.page.frameLocator("iframe");
  await until(() => stage.pintrk.some(({ path }) => path === "/configurator"));
  await frame.locator("#glaze").selectOption("Sky");
  await frame.locator("button").click();
  await expectExactly(visit, [
    ["Viewed Product", { product_id: "1001", price: 24 }, 24],
    ["Added To Cart", { product_id: "1001", variant_id: "1001-2", price: 31, currency: "USD" }, 31],
  ]);
});

test("a shop with a strict content policy", async () => {
  const nonce = 'nonce="Zm9yZXN0"';
  const visit = await open("/mug", { "/mug": served("strict-csp", nonce), "/cart": served("next") });
  await visit.page.fill("[name=quantity]", "3");
  await visit.page.press("[name=quantity]", "Enter");
  await visit.page.waitForURL("**/cart?quantity=3");
  const mug = { product_id: "1001", name: "Harbor Mug", price: 24, currency: "USD" };
  await expectExactly(visit, [
    ["Viewed Product", mug, 24],
    ["Added To Cart", { ...mug, quantity: 3 }, 72],
  ]);
  expect(visit.words.filter((text) => /policy/i.test(text))).toEqual([]);
});

describe("a shop whose makers marked its pages", () => {
  const pages = () => ({
    "/table": served("marked-list"),
    "/thank-you": served("marked-thanks"),
    ...Object.fromEntries(["/cart", "/search", "/letter", "/harbor-mug"].map((path) => [path, served("next")])),
  });
  const lines = [
    { product_id: "1001", name: "Harbor Mug", price: 24 },
    { product_id: "1002", name: "Orchard Bowl", price: 38.5 },
  ];
  const list: Expected = ["Viewed Collection", { id: "table", name: "At the table", currency: "USD", items: lines }];

  // biome-ignore format: a table
  test.each<[string, string, (page: Page) => Promise<unknown>, Expected[]]>([
    ["looks around",                "/table",     async () => {},                                                   [list]],
    ["follows a card's link",       "/table",     (page) => page.click("article a >> nth=0"),                       [list]],
    ["adds by a link, and is gone", "/table",     async (page) => { await page.click("a.add"); await page.waitForURL("**/cart?add=1001"); },
                                                                                                                    [list, ["Added To Cart", { ...lines[0], currency: "USD" }, 24]]],
    ["wants what is sold out",      "/table",     (page) => page.click("button.add", { force: true }),              [list]],
    ["wishes for it instead",       "/table",     (page) => page.click("circle"),                                   [list, ["Added To Wishlist", { ...lines[1], currency: "USD" }, 38.5]]],
    ["searches",                    "/table",     async (page) => { await page.fill("[name=q]", "mug"); await page.press("[name=q]", "Enter"); await page.waitForURL("**/search?q=mug"); },
                                                                                                                    [list, ["Searched", { query: "mug" }]]],
    ["searches for nothing",        "/table",     (page) => page.click("[role=search] button"),                     [list]],
    ["asks for news",               "/table",     async (page) => { await page.fill("[type=email]", "maya.hartley@example.com"); await page.click("#letter button"); await page.waitForURL("**/letter?*"); },
                                                                                                                    [list, ["Subscribed To Newsletter", { $email: "maya.hartley@example.com" }]]],
    ["asks for news to nowhere",    "/table",     async (page) => { await page.fill("[type=email]", "maya"); await page.click("#letter button"); },
                                                                                                                    [list]],
    ["has ordered",                 "/thank-you", (page) => page.reload(),                                          [["Placed Order", {
      id: "5001", total_price: 58.5, total_tax: 3, total_shipping: 7.5, currency: "USD", $email: "maya.hartley@example.com", $phone_number: "+15035550142",
      items: [{ product_id: "1001", name: "Harbor Mug", price: 24, quantity: 2 }],
    }, 48]]],
  ])("whose shopper %s", async (_, path, act, expected) => {
    const visit = await open(path, pages());
    await act(visit.page);
    await expectExactly(visit, expected);
  });
});
