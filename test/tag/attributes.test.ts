/** What the makers of a shop mark in its pages, in a real browser: which clicks and forms are told, and how often. */
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { until } from "../until.ts";
import { BUILDS } from "./bundle.ts";
import { eachStage } from "./each-stage.ts";
import type { Stage } from "./stage.ts";

let stage: Stage;
eachStage((set) => {
  stage = set;
});

const ADD = 'data-pinrelay-event="Added To Cart"';
const MUG = 'data-pinrelay-product-id="1001" data-pinrelay-price="24" data-pinrelay-currency="USD"';

/** Opens a page with this in it, and waits until the tag listens. */
const open = async (body: string): Promise<Page> => {
  stage.pages = { "/": `<head>${stage.tag()}</head><body>${body}</body>`, "/cart": `<head>${stage.tag()}</head>` };
  const { page } = await stage.visit();
  await page.goto(`${stage.shop}/`);
  await until(() => stage.pintrk.length > 0);
  return page;
};

/** What was told by the time the next page is. What a page that is left could not send, the next one sends first. */
const told = async (page: Page): Promise<string[]> => {
  await page.goto(`${stage.shop}/cart`);
  await until(() => stage.events("$page_load").length > 1);
  return stage
    .events()
    .map(({ name }) => name)
    .filter((name) => name !== "$page_load");
};

const script = (code: string): string => `<script>${code}</script>`;
const STAY = script(`addEventListener("submit", (event) => event.preventDefault());`);

describe("a click", () => {
  // biome-ignore format: a table
  test.each<[string, string, number]>([
    ["on a button",                              `<button class="x" type="button" ${ADD}>Add</button>`,                                                1],
    ["on what is in it",                         `<button type="button" ${ADD}><b class="x">Add</b></button>`,                                         1],
    ["on a drawing in it",                       `<button type="button" ${ADD}><svg width="9" height="9"><rect class="x" width="9" height="9"/></svg></button>`, 1],
    ["on anything else",                         `<div class="x" ${ADD}>Add</div>`,                                                                    1],
    ["that the page stops",                      `<button class="x" ${ADD}>Add</button>${script('document.body.addEventListener("click", (event) => { event.stopImmediatePropagation(); event.preventDefault() }, true)')}`, 1],
    ["whose element is taken away by it",        `<button class="x" ${ADD} onclick="this.remove()">Add</button>`,                                      1],
    ["on a label and the field that it is for",  `<label ${ADD}><input type="checkbox"> <span class="x">Add</span></label>`,                           1],
    ["beside it",                                `<button ${ADD}>Add</button><p class="x">Read on</p>`,                                                0],
    ["on what is disabled",                      `<button class="x" ${ADD} disabled>Sold out</button>`,                                                0],
    ["on what is in it",                         `<button ${ADD} disabled><b class="x">Sold out</b></button>`,                                         0],
    ["on a link that is disabled",               `<a class="x" ${ADD} aria-disabled="true">Sold out</a>`,                                              0],
    ["in fields that are disabled",              `<fieldset disabled><button class="x" ${ADD}>Sold out</button></fieldset>`,                           0],
    ["on a form that tells when it is sent",     `<form ${ADD}><p class="x">Add</p></form>`,                                                           0],
    ["in a form, but not to send it",            `<form><button class="x" type="button" ${ADD}>Add</button><input required></form>`,                   1],
    ["that sends a form",                        `<form><button class="x" ${ADD}>Add</button></form>${STAY}`,                                          1],
    ["that sends a form, or something else",     `<form onclick="event.preventDefault()"><button class="x" ${ADD}>Add</button></form>`,                1],
    ["that sends a form elsewhere",              `<form id="f"></form><button form="f" class="x" ${ADD}>Add</button>${STAY}`,                          1],
    ["that would send a form not filled in",     `<form><input required><button class="x" ${ADD}>Add</button></form>${STAY}`,                          0],
    ["that would send one elsewhere",            `<form id="f"><input required></form><button form="f" class="x" ${ADD}>Add</button>${STAY}`,          0],
    ["in what holds a form not filled in",       `<div ${ADD}><form><input required><button class="x">Add</button></form></div>${STAY}`,               0],
    ["that sends it all the same",               `<form><input required><button class="x" formnovalidate ${ADD}>Add</button></form>${STAY}`,           1],
    ["that sends one that asks for nothing",     `<form novalidate><input required><button class="x" ${ADD}>Add</button></form>${STAY}`,               1],
  ])("%s: %#", async (_, body, events) => {
    const page = await open(body);
    await page.locator(".x").dispatchEvent("mousedown");
    await page.locator(".x").click({ force: true });
    expect(await told(page)).toEqual(Array(events).fill("Added To Cart"));
  });

  test("by the keyboard is one", async () => {
    const page = await open(`<button ${ADD}>Add</button>`);
    await page.locator("button").press("Enter");
    expect(await told(page)).toEqual(["Added To Cart"]);
  });

  test("on an element that was added later is told, with what is around it by then", async () => {
    const page = await open("<main></main>");
    await page.evaluate(
      `document.querySelector("main").innerHTML = '<p ${MUG}><input name="qty" value="1"><button ${ADD} data-pinrelay-quantity-from="[name=qty]">Add</button></p>'`,
    );
    await page.fill("[name=qty]", "3");
    await page.click("button");
    expect(await told(page)).toEqual(["Added To Cart"]);
    await until(() => stage.tracked().length > 0);
    expect(stage.events("Added To Cart")[0]).toMatchObject({
      tag: "addtocart",
      url: `${stage.shop}/`,
      properties: { product_id: "1001", price: 24, currency: "USD", quantity: 3 },
    });
    expect(stage.tracked("addtocart")).toMatchObject([
      { words: ["track", "addtocart", { value: 72, order_quantity: 3 }, null] },
    ]);
  });

  test("twice at once is one, twice in a row is two, and on two buttons is two", async () => {
    const page = await open(`<button id="a" ${ADD}>Add</button><button id="b" ${ADD}>Add</button>`);
    await page.dblclick("#a");
    await page.click("#b");
    await until(() => stage.tracked("addtocart").length === 2);
    // The half second is by the page's own clock.
    await page.waitForFunction("performance.now() > 500 + (window.first ??= performance.now())");
    await page.click("#a");
    expect(await told(page)).toHaveLength(3);
  });

  test("on a link that leaves the page arrives, on both channels, under one ID", async () => {
    const page = await open(`<a href="/cart" ${ADD} ${MUG}>Add</a>`);
    await page.click("a");
    await page.waitForURL("**/cart");
    await until(() => stage.events("$page_load").length === 2);
    const [event, ...more] = stage.events("Added To Cart");
    expect(more).toEqual([]);
    expect(event).toMatchObject({ url: `${stage.shop}/`, properties: { product_id: "1001", price: 24 } });
    await until(() => stage.tracked().length > 0);
    expect(stage.tracked("addtocart")).toMatchObject([
      { words: ["track", "addtocart", { event_id: event?.id }, null] },
    ]);
  });
});

describe("a form", () => {
  const form = (attributes = "", inner = ""): string =>
    `<form action="/cart" data-pinrelay-event="Searched" data-pinrelay-query-from="[name=q]" ${attributes}><input name="q" required>${inner}</form>`;

  // biome-ignore format: a table
  test.each<[string, string, (page: Page) => Promise<unknown>]>([
    ["by its button",                 form("", "<button>Search</button>"),                    (page) => page.click("button")],
    ["by a button elsewhere",         `${form('id="f"')}<button form="f">Search</button>`,    (page) => page.click("button")],
    ["by an image",                   form("", '<input type="image" alt="Search">'),          (page) => page.click("[type=image]")],
    ["by Enter",                      form(),                                                 (page) => page.press("[name=q]", "Enter")],
    ["by Enter, with a button",       form("", "<button>Search</button>"),                    (page) => page.press("[name=q]", "Enter")],
    ["by a script that asks",         form(),                                                 (page) => Promise.all([page.waitForURL("**/cart?*"), page.evaluate("document.forms[0].requestSubmit()")])],
    ["to a script that stays",        form("", `<button>Search</button>${STAY}`),             (page) => page.click("button")],
  ])("that is sent %s is told with what is in its fields", async (_, body, act) => {
    const page = await open(body);
    await page.fill("[name=q]", "oak bowl");
    await act(page);
    expect(await told(page)).toEqual(["Searched"]);
    expect(stage.events("Searched")[0]).toMatchObject({ url: `${stage.shop}/`, properties: { query: "oak bowl" } });
    await until(() => stage.tracked().length > 0);
    expect(stage.tracked("search")).toHaveLength(1);
  });

  // biome-ignore format: a table
  test.each<[string, string, (page: Page) => Promise<unknown>, string[]]>([
    ["that is not filled in right is not sent",    form("", "<button>Search</button>"),                                    (page) => page.click("button"),                   []],
    ["whose button is marked too tells that one",  form("", '<button formnovalidate data-pinrelay-event="Contacted">Ask</button>'), (page) => page.click("button"),          ["Contacted"]],
    ["that is only typed into tells nothing",      form(),                                                                 (page) => page.fill("[name=q]", "mug"),           []],
    ["whose marked button is pressed by Enter",    `<form><input name="q"><button ${ADD}>Add</button></form>`,             (page) => page.press("[name=q]", "Enter"),        ["Added To Cart"]],
    ["that is sent twice at once is one",          form("novalidate", `<button>Search</button>${STAY}`),                   (page) => page.dblclick("button"),                ["Searched"]],
  ])("%s", async (_, body, act, events) => {
    const page = await open(body);
    await act(page);
    expect(await told(page)).toEqual(events);
  });
});

describe("a marked view", () => {
  const view = (name: string, more: string): string => `<main data-pinrelay-view="${name}" ${more}></main>`;

  test("is told once the page has settled, with what structured data knows besides", async () => {
    const jsonLd = `<script type="application/ld+json">${JSON.stringify({ "@type": "Product", productID: "1001", sku: "MUG-SAGE-L", name: "Harbor Mug, sage", offers: { price: 30, priceCurrency: "EUR" } })}</script>`;
    const page = await open(view("Viewed Product", `${MUG} data-pinrelay-name="Harbor Mug"`) + jsonLd);
    await until(() => stage.tracked("pagevisit").length === 1);
    expect(await told(page)).toEqual(["Viewed Product"]);
    expect(stage.events("Viewed Product")[0]?.properties).toEqual({
      product_id: "1001",
      sku: "MUG-SAGE-L",
      name: "Harbor Mug",
      price: 24,
      currency: "USD",
    });
  });

  test("of a list on a product's page counts, since somebody marked it", async () => {
    const list = view("Viewed Collection", 'data-pinrelay-id="table" data-pinrelay-name="At the table"');
    const page = await open(view("Viewed Product", MUG) + list);
    expect((await told(page)).sort()).toEqual(["Viewed Collection", "Viewed Product"]);
  });

  test("that is no page's view is told once a page, however often the page is looked at", async () => {
    const page = await open(view("Started Checkout", MUG));
    for (const query of ["a", "b"]) {
      await page.evaluate(`pinrelay({ method: "track", eventName: "Searched", properties: { query: "${query}" } })`);
      await until(() => stage.events("Searched").some(({ properties }) => properties.query === query));
    }
    await until(() => stage.events("Started Checkout").length === 1);
    expect((await told(page)).sort()).toEqual(["Searched", "Searched", "Started Checkout"]);
  });

  test("of an order is told once, however often its page is loaded", async () => {
    const order = `<ul data-pinrelay-view="Placed Order" data-pinrelay-id="5001" data-pinrelay-total-price="51" data-pinrelay-total-tax="3" data-pinrelay-currency="USD" data-pinrelay-email="maya@example.com">
      <li data-pinrelay-item data-pinrelay-product-id="1001" data-pinrelay-price="24" data-pinrelay-quantity="2">Harbor Mug</li></ul>`;
    const page = await open(order);
    await until(() => stage.tracked("checkout").length === 1);
    await page.reload();
    await until(() => stage.events("$page_load").length === 2);
    await page.goto("about:blank");
    await page.goto(`${stage.shop}/cart`);
    await until(() => stage.events("$page_load").length === 3);
    expect(stage.events("Placed Order")).toMatchObject([
      {
        id: "order.k3x9q2m7.5001",
        properties: {
          total_price: 51,
          $email: "maya@example.com",
          items: [{ product_id: "1001", price: 24, quantity: 2 }],
        },
      },
    ]);
    expect(stage.tracked("checkout")).toMatchObject([
      { words: ["track", "checkout", { value: 48, order_quantity: 2 }, null] },
    ]);
  });
});

test.each(BUILDS)("a marked button is heard by the build %s", async (build) => {
  stage.build = build;
  const page = await open(`<button ${ADD}>Add</button>`);
  await page.click("button");
  expect(await told(page)).toEqual(["Added To Cart"]);
});

test("a click that another source sees too is one, and what that one knows is told with it", async () => {
  const page = await open(
    `${script("dataLayer = []")}<button ${ADD} data-pinrelay-product-id="1001" onclick="dataLayer.push({ event: 'add_to_cart', ecommerce: { currency: 'USD', items: [{ item_id: 'MUG-SAGE-L', item_name: 'Harbor Mug', price: 24 }] } })">Add</button>`,
  );
  await page.click("button");
  expect(await told(page)).toEqual(["Added To Cart"]);
  expect(stage.events("Added To Cart")[0]?.properties).toMatchObject({
    product_id: "1001",
    name: "Harbor Mug",
    price: 24,
  });
});
