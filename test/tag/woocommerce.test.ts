/** A shop on WooCommerce in a real browser: what the shopper does, and the events that are told of it, exactly those. */
import type { BrowserContext, Page } from "playwright-core";
import { afterEach, describe, expect, test } from "vitest";
import { keptAddress } from "#relay/sources/address";
import type { EventProperties } from "#tag/contract";
import { until } from "../until.ts";
import { eachStage } from "./each-stage.ts";
import type { Stage } from "./stage.ts";
import { openWooShop, type WooOptions, type WooShop } from "./woo-shop.ts";

type Theme = WooOptions["theme"];
type Act = (page: Page) => Promise<unknown>;
type Told = readonly [name: string, properties: EventProperties];

let stage: Stage;
let shop: WooShop;
eachStage((set) => {
  stage = set;
  stage.build = "woocommerce";
});
afterEach(() => {
  shop.close();
});

const THEMES: readonly Theme[] = ["storefront", "blocks"];

const VIEW = "Viewed Product";
const LIST = "Viewed Collection";
const ADD = "Added To Cart";
const START = "Started Checkout";
const ORDER = "Placed Order";

const MUG = "/product/harbor-mug/";
const NAPKIN = "/product/linen-napkin/";
const THROW = "/product/fjord-throw/";
const SET = "/product/table-for-two/";
const CATEGORY = "/product-category/tableware/";
const RECEIVED = "/checkout/order-received";

// What the shop sells, as events say it.
const usd = { currency: "USD" };
const mug = { product_id: "101", sku: "MUG-SAGE", name: "Harbor Mug", price: 24, ...usd };
const bowl = { product_id: "102", sku: "BOWL-OAK", name: "Orchard Bowl", price: 38.5, ...usd };
const napkin = { product_id: "103", name: "Linen Napkin", price: 12, ...usd };
const wool = { product_id: "201", name: "Fjord Throw – Wool", price: 89, ...usd };
const slate = { ...wool, variant_id: "212", sku: "THROW-SLATE", variant_name: "Slate", price: 99 };
const set = { product_id: "301", name: "Table for Two", price: 12, ...usd };

const views = (properties: EventProperties): Told => [VIEW, properties];
const adds = (properties: EventProperties, quantity = 1): Told => [ADD, { ...properties, quantity }];

/** What a list shows of its products. */
const list = (theme: Theme): EventProperties[] =>
  [
    mug,
    bowl,
    { product_id: "105", name: "Ember Candle", price: 18, ...usd },
    ...(theme === "storefront" ? [wool] : []),
  ].map(({ currency, ...item }) => item);
const lists = (theme: Theme): Told => [LIST, { id: "21", name: "Tableware", items: list(theme) }];

/** Opens a shop with the tag in every page's head, and a shopper's page. */
const open = async (
  theme: Theme,
  options: Partial<WooOptions> = {},
  prepare?: (context: BrowserContext) => Promise<unknown>,
) => {
  shop = await openWooShop({ theme, head: stage.tag(), ...options });
  return stage.visit({}, prepare);
};

const go =
  (path: string): Act =>
  (page) =>
    page.goto(shop.origin + path);
const click =
  (selector: string): Act =>
  (page) =>
    page.click(selector);
/** The button of a product in a list. */
const buttonOf = (id: number) => `li .add_to_cart_button[data-product_id="${id}"]`;
const SUBMIT = "main form [type=submit]";
const fill =
  (values: Record<string, string>): Act =>
  async (page) => {
    for (const [name, value] of Object.entries(values)) await page.fill(`main [name="${name}"]`, value);
  };
const choose: Act = async (page) => {
  await page.selectOption("main [name=attribute_pa_color]", "slate");
  await page.waitForFunction("document.querySelector('[name=variation_id]').value === '212'");
};

const count = (name: string) => stage.events(name).length;
/** The page has settled: what is chosen from here on changes nothing of what was looked at. */
const viewed: Act = () => until(() => count(VIEW) > 0);
/** A page that is asked at each of its frames has to paint them. */
const POLLING = { polling: 30 };
const both =
  (...acts: Act[]): Act =>
  async (page) => {
    for (const act of acts) await act(page);
  };
/** Waits until the tag hears what the page does. */
const ready: Act = (page) => page.waitForFunction("window.pinrelay && 'onadded_to_cart' in window", undefined, POLLING);
/** Does what loads a page, and waits for that page. */
const leads =
  (act: Act): Act =>
  async (page) => {
    const before = count("$page_load");
    await act(page);
    await until(() => count("$page_load") > before);
    await ready(page);
  };
/** Does what some events are told of before the page is left. */
const tells =
  (name: string, act: Act, more = 1): Act =>
  async (page) => {
    const before = count(name);
    await act(page);
    await until(() => count(name) >= before + more);
  };

const LAST = "/?last";

/**
 * All that is told of a visit but page loads, once nothing more can come: the shopper goes on to a page that shows
 * nothing, what waits there for its outcome has one, and is told. What was not answered for by then the next page tells
 * again before its load.
 */
const told = async (page: Page): Promise<Told[]> => {
  await leads(go("/"))(page);
  await page.waitForFunction(() => {
    try {
      return /^(\[\])?$/.test(sessionStorage["_pinrelay.pending"] ?? "");
    } catch {
      return true;
    }
  });
  // A page that can keep nothing is to live until its last words are out.
  await page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))");
  await page.goto(shop.origin + LAST);
  await until(() => stage.events("$page_load").some(({ url }) => url === shop.origin + LAST));
  const events = stage.events().filter(({ name }) => name !== "$page_load");
  return sorted(events.map(({ name, properties }) => [name, properties] as const));
};

/** In one order, whichever of a page's events was told first. */
const sorted = (events: readonly Told[]): Told[] =>
  [...events].sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));

// biome-ignore format: a table
const looks: [what: string, path: string, events: (theme: Theme) => Told[]][] = [
  ["a product",                         MUG,                                                       () => [views(mug)]],
  ["a product without an SKU",          NAPKIN,                                                    () => [views(napkin)]],
  ["a variable product",                THROW,                                                     () => [views(wool)]],
  ["a grouped product",                 SET,                                                       () => [views(set)]],
  ["a category",                        CATEGORY,                                                  (theme) => [lists(theme)]],
  ["the shop",                          "/shop/",                                                  (theme) => [[LIST, { name: "Shop", items: list(theme) }]]],
  ["what was searched for",             "/?s=mug&post_type=product",                               () => [["Searched", { query: "mug" }]]],
  ["the second page of that",           "/page/2/?s=mug&post_type=product",                        () => []],
  ["the cart",                          "/cart/",                                                  () => []],
  ["a page of words",                   "/",                                                       () => []],
  ["the page where an order is paid",   "/checkout/order-pay/1235/?key=wc_order_b9Lq2VtRz5xWs",    () => []],
  ["an order that failed",              `${RECEIVED}/1235/?key=wc_order_b9Lq2VtRz5xWs`,            () => []],
];

describe.each(THEMES)("in a theme of the kind %s, a shopper who looks at", (theme) => {
  test.each(looks)("%s", async (_, path, events) => {
    const { page, errors } = await open(theme);
    await leads(go(path))(page);
    expect(await told(page)).toEqual(sorted(events(theme)));
    expect(errors).toEqual([]);
  });
});

// In a classic theme a form leads to the page again, so that is viewed once more; a block adds within the page.
// biome-ignore format: a table
const classic: [what: string, path: string, acts: Act[], events: Told[]][] = [
  ["adds the product of the page",             MUG,       [leads(click(SUBMIT))],                                        [views(mug), adds(mug), views(mug)]],
  ["adds two of it",                           MUG,       [fill({ quantity: "2" }), leads(click(SUBMIT))],               [views(mug), adds(mug, 2), views(mug)]],
  ["adds it twice",                            MUG,       [leads(click(SUBMIT)), leads(click(SUBMIT))],                  [views(mug), adds(mug), views(mug), adds(mug), views(mug)]],
  ["adds a variation of it",                   THROW,     [viewed, choose, leads(click(SUBMIT))],           [views(wool), adds(slate), views(wool)]],
  ["adds three lines of a grouped product",    SET,       [fill({ "quantity[101]": "1", "quantity[102]": "2", "quantity[103]": "3" }), leads(click(SUBMIT))], [views(set), [ADD, { items: [{ ...mug, quantity: 1 }, { ...bowl, quantity: 2 }, { ...napkin, quantity: 3 }] }], views(set)]],
  ["adds two, of which one is sold out",       SET,       [fill({ "quantity[102]": "1", "quantity[105]": "1" }), leads(click(SUBMIT))],                      [views(set), adds(bowl), views(set)]],
  ["adds what is sold out",                    SET,       [fill({ "quantity[105]": "1" }), leads(click(SUBMIT))],        [views(set), views(set)]],
  ["adds from a list",                         CATEGORY,  [tells(ADD, click(buttonOf(101)))],                            [lists("storefront"), adds(mug)]],
  ["adds it twice from a list",                CATEGORY,  [tells(ADD, click(buttonOf(101))), tells(ADD, click(buttonOf(101)))], [lists("storefront"), adds(mug), adds(mug)]],
  ["adds two from a list at once",             CATEGORY,  [tells(ADD, both(click(buttonOf(101)), click(buttonOf(102))), 2)], [lists("storefront"), adds(mug), adds(bowl)]],
  ["adds what is sold out from a list",        CATEGORY,  [leads(click(buttonOf(105)))],                                 [lists("storefront"), views(mug)]],
  ["goes to a product's options from a list",  CATEGORY,  [leads(click("li.post-201 .add_to_cart_button"))],             [lists("storefront"), views(wool)]],
];

test.each(classic)("in a classic theme, a shopper who %s", async (_, path, acts, events) => {
  const { page, errors } = await open("storefront");
  await leads(go(path))(page);
  for (const act of acts) await act(page);
  expect(await told(page)).toEqual(sorted(events));
  expect(errors).toEqual([]);
});

// biome-ignore format: a table
const blocks: [what: string, path: string, acts: Act[], events: Told[]][] = [
  ["adds the product of the page",             MUG,       [tells(ADD, click(SUBMIT))],                                   [views(mug), adds(mug)]],
  ["adds two of it",                           MUG,       [fill({ quantity: "2" }), tells(ADD, click(SUBMIT))],          [views(mug), adds(mug, 2)]],
  ["adds it twice",                            MUG,       [tells(ADD, click(SUBMIT)), tells(ADD, click(SUBMIT))],        [views(mug), adds(mug), adds(mug)]],
  ["adds a variation of it",                   THROW,     [viewed, choose, tells(ADD, click(SUBMIT))],                   [views(wool), adds(slate)]],
  ["adds three lines of a grouped product",    SET,       [fill({ "quantity[101]": "1", "quantity[102]": "2", "quantity[103]": "3" }), tells(ADD, click(SUBMIT))], [views(set), [ADD, { items: [{ ...mug, quantity: 1 }, { ...bowl, quantity: 2 }, { ...napkin, quantity: 3 }] }]]],
  ["adds two, of which one is sold out",       SET,       [fill({ "quantity[102]": "1", "quantity[105]": "1" }), tells(ADD, click(SUBMIT))],                      [views(set), adds(bowl)]],
  ["adds what is sold out",                    SET,       [fill({ "quantity[105]": "1" }), click(SUBMIT)],               [views(set)]],
  ["adds from a list",                         CATEGORY,  [tells(ADD, click(buttonOf(101)))],                            [lists("blocks"), adds(mug)]],
  ["adds it twice from a list",                CATEGORY,  [tells(ADD, click(buttonOf(101))), tells(ADD, click(buttonOf(101)))], [lists("blocks"), adds(mug), adds(mug)]],
  ["adds two from a list at once",             CATEGORY,  [tells(ADD, both(click(buttonOf(101)), click(buttonOf(102))), 2)], [lists("blocks"), adds(mug), adds(bowl)]],
  ["adds what is sold out from a list",        CATEGORY,  [click(buttonOf(105))],                                        [lists("blocks")]],
];

test.each(blocks)("in a block theme, a shopper who %s", async (_, path, acts, events) => {
  const { page, errors } = await open("blocks");
  await leads(go(path))(page);
  for (const act of acts) await act(page);
  expect(await told(page)).toEqual(sorted(events));
  expect(errors).toEqual([]);
});

test.each(THEMES)(
  "what is chosen before the page has settled is what was looked at, in a theme of the kind %s",
  async (theme) => {
    // By the page's own clock: a busy machine's page may settle before a shopper of the test's can choose.
    const foot = `<script>addEventListener("DOMContentLoaded", () => setTimeout(() => {
    const select = document.querySelector("main [name=attribute_pa_color]");
    if (!select) return;
    select.value = "slate";
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }, 50));</script>`;
    const { page, errors } = await open(theme, { foot });
    await leads(go(THROW))(page);
    await viewed(page);
    const price = theme === "storefront" ? 99 : 89;
    expect(await told(page)).toEqual(sorted([views({ ...wool, price, variant_id: "212" })]));
    expect(errors).toEqual([]);
  },
);

test.each(THEMES)("the file of every platform tells the same of a theme of the kind %s", async (theme) => {
  stage.build = "every";
  const { page, errors } = await open(theme);
  await leads(go(MUG))(page);
  await leads(go(CATEGORY))(page);
  await tells(ADD, click(buttonOf(101)))(page);
  await leads(tells(ORDER, go(`${RECEIVED}/1236/?key=wc_order_x9y8z7`)))(page);
  const names = (await told(page)).map(([name]) => name);
  expect(names).toEqual([ADD, ORDER, LIST, VIEW]);
  expect(errors).toEqual([]);
});

describe("a shop that", () => {
  // biome-ignore format: a table
  test.each<[what: string, theme: Theme, options: Partial<WooOptions>, path: string, act: Act, events: Told[]]>([
    ["goes to the cart after a form",              "storefront", { redirect: true },              MUG,                          leads(click(SUBMIT)),             [views(mug), adds(mug)]],
    ["goes to the cart after an addition by AJAX", "storefront", { redirect: true },              CATEGORY,                     leads(click(buttonOf(101))),      [lists("storefront"), adds(mug)]],
    ["goes to the cart after a link",              "storefront", { redirect: true, ajax: false }, CATEGORY,                     leads(click(buttonOf(101))),      [lists("storefront"), adds(mug)]],
    ["adds by links",                              "storefront", { ajax: false },                 CATEGORY,                     leads(click(buttonOf(101))),      [lists("storefront"), adds(mug), lists("storefront")]],
    ["adds by links what is sold out",             "storefront", { ajax: false },                 CATEGORY,                     leads(click(buttonOf(105))),      [lists("storefront"), lists("storefront")]],
    ["mails a link that adds",                     "storefront", {},                              "/?add-to-cart=102&quantity=2", leads(go("/")),                 [adds(bowl, 2)]],
    ["mails a link to what is sold out",           "storefront", {},                              "/?add-to-cart=105",          leads(go("/")),                   []],
    ["has no rewritten addresses",                 "blocks",     { plain: true },                 CATEGORY,                     tells(ADD, click(buttonOf(101))), [lists("blocks"), adds(mug)]],
    ["closes its REST API to a form",              "storefront", { closed: true },                MUG,                          tells(ADD, leads(click(SUBMIT))),             [views(mug), adds(mug), views(mug)]],
    ["closes its REST API, its form adds nothing", "storefront", { closed: true },                SET,                          both(fill({ "quantity[105]": "1" }), leads(click(SUBMIT))), [views(set), views(set)]],
    // Nobody says in which currency: the event goes without what it is worth.
    ["closes its REST API, and names no currency", "storefront", { closed: true },                CATEGORY,                     tells(ADD, click(buttonOf(102))), [lists("storefront"), adds({ product_id: "102", sku: "BOWL-OAK", name: "Orchard Bowl", price: 38.5 })]],
    ["writes prices as in 1.299,00 €",             "storefront", { lang: "de-DE", currency: "EUR" }, "/produkt-kategorie/tische/", tells(ADD, click(buttonOf(401))), [[LIST, { id: "31", name: "Tische", items: [{ product_id: "401", sku: "TISCH-EICHE", name: "Eichentisch", price: 1299 }] }], adds({ product_id: "401", sku: "TISCH-EICHE", name: "Eichentisch", price: 1299, currency: "EUR" })]],
    ["writes them so, and has a form",             "storefront", { lang: "de-DE", currency: "EUR" }, "/produkt/eichentisch/",   leads(click(SUBMIT)),             [views({ product_id: "401", sku: "TISCH-EICHE", name: "Eichentisch", price: 1299, currency: "EUR" }), adds({ product_id: "401", sku: "TISCH-EICHE", name: "Eichentisch", price: 1299, currency: "EUR" }), views({ product_id: "401", sku: "TISCH-EICHE", name: "Eichentisch", price: 1299, currency: "EUR" })]],
    ["sells in yen",                               "storefront", { lang: "ja", currency: "JPY", minorUnit: 0 }, "/product-category/utsuwa/", tells(ADD, click(buttonOf(501))), [[LIST, { id: "41", name: "器", items: [{ product_id: "501", sku: "YUNOMI-1", name: "湯のみ", price: 3400 }] }], adds({ product_id: "501", sku: "YUNOMI-1", name: "湯のみ", price: 3400, currency: "JPY" })]],
    ["sells in dinars, as in 1.250", "storefront", { lang: "ar", currency: "KWD", minorUnit: 3 }, "/product-category/dallah/", tells(ADD, click(buttonOf(601))), [[LIST, { id: "51", name: "دلال", items: [{ product_id: "601", sku: "DALLAH-1", name: "دلة", price: 1.25 }] }], adds({ product_id: "601", sku: "DALLAH-1", name: "دلة", price: 1.25, currency: "KWD" })]],
    ["sells in dinars of Iraq, as in 25.000", "storefront", { lang: "ar", currency: "IQD", minorUnit: 0 }, "/product-category/dallah-iq/", tells(ADD, click(buttonOf(602))), [[LIST, { id: "52", name: "دلال", items: [{ product_id: "602", sku: "DALLAH-2", name: "دلة", price: 25000 }] }], adds({ product_id: "602", sku: "DALLAH-2", name: "دلة", price: 25000, currency: "IQD" })]],
    ["has chosen a variation already",             "storefront", { preselects: true },            THROW,                        async (page) => { await page.waitForFunction("document.querySelector('[name=variation_id]').value === '211'"); }, [views({ ...wool, variant_id: "211" })]],
  ])("%s", async (_, theme, options, path, act, events) => {
    const { page, errors } = await open(theme, options);
    await leads(go(path))(page);
    await act(page);
    expect(await told(page)).toEqual(sorted(events));
    expect(errors).toEqual([]);
  });

  test("is worth what it is told in yen and in euros", async () => {
    const { page } = await open("storefront", { lang: "ja", currency: "JPY", minorUnit: 0 });
    await leads(go("/product-category/utsuwa/"))(page);
    await tells(ADD, click(buttonOf(501)))(page);
    await until(() => stage.tracked("addtocart").length > 0);
    expect(stage.tracked("addtocart")).toMatchObject([
      { words: ["track", "addtocart", { value: 3400, currency: "JPY" }, null] },
    ]);
  });
});

describe("an addition that several speak of is one:", () => {
  const push = `dataLayer.push({ ecommerce: null }, { event: "add_to_cart", ecommerce: { currency: "USD", value: 24, items: [{ item_id: "101", item_name: "Harbor Mug", price: 24, quantity: 1 }] } });`;
  const script = (code: string) => `<script>window.dataLayer = window.dataLayer || []; ${code}</script>`;
  const gtm4wp = (event: string) =>
    script(`addEventListener("DOMContentLoaded", () => jQuery(document.body).on("${event}", () => { ${push} }));`);
  const onPress = (code: string) =>
    script(`document.addEventListener("click", (event) => { if (event.target.closest("${SUBMIT}")) { ${code} } });`);
  const call = `pinrelay({ method: "track", eventName: "Added To Cart", properties: { product_id: "101", quantity: 1 } });`;
  const afterReload = script(
    `addEventListener("DOMContentLoaded", () => { if (document.querySelector(".woocommerce-message")) { ${push} } });`,
  );

  // biome-ignore format: a table
  test.each<[what: string, theme: Theme, head: string, path: string, act: Act]>([
    ["request, jQuery event and dataLayer",             "storefront", gtm4wp("added_to_cart"),                                           CATEGORY,  tells(ADD, click(buttonOf(101)))],
    ["request, blocks' event and dataLayer",            "blocks",     script(`addEventListener("wc-blocks_added_to_cart", () => { ${push} });`), CATEGORY,  tells(ADD, click(buttonOf(101)))],
    ["jQuery event made native by a block",             "storefront", script(`addEventListener("DOMContentLoaded", () => jQuery(document).on("added_to_cart", () => document.body.dispatchEvent(new CustomEvent("wc-blocks_added_to_cart"))));`), CATEGORY,  tells(ADD, click(buttonOf(101)))],
    ["a form, and a dataLayer before it is sent",       "storefront", onPress(push),                                                     MUG,       leads(click(SUBMIT))],
    ["a form, and a dataLayer of the next page",        "storefront", afterReload,                                                       MUG,       leads(click(SUBMIT))],
    ["a form, and the merchant's own call",             "storefront", onPress(call),                                                     MUG,       leads(click(SUBMIT))],
    ["a block's form, and the merchant's own call",     "blocks",     onPress(call),                                                     MUG,       tells(ADD, click(SUBMIT))],
  ])("%s", async (_, theme, head, path, act) => {
    const { page, errors } = await open(theme);
    shop.options.head += head;
    await leads(go(path))(page);
    await act(page);
    const events = await told(page);
    expect(events.filter(([name]) => name === ADD)).toMatchObject([[ADD, { product_id: "101", quantity: 1 }]]);
    expect(errors).toEqual([]);
  });
});

describe("an addition is told where the request does not tell it:", () => {
  test("by jQuery's event, from a theme that adds in a way of its own", async () => {
    const own = `<script>addEventListener("DOMContentLoaded", () => document.querySelector("form.cart").addEventListener("submit", (event) => {
      event.preventDefault();
      fetch("/wp-admin/admin-ajax.php", { method: "POST", body: "action=theme_add_to_cart" }).catch(() => {}).then(() => jQuery(document.body).trigger("added_to_cart", [{}, "0f6c1a"]));
    }));</script>`;
    const { page } = await open("storefront");
    shop.options.head += own;
    await leads(go(MUG))(page);
    await fill({ quantity: "3" })(page);
    await tells(ADD, click(SUBMIT))(page);
    expect(await told(page)).toEqual(sorted([views(mug), adds(mug, 3)]));
  });

  test("by the blocks' event, in a page that has put another fetch in our place", async () => {
    const { page, errors } = await open("blocks");
    shop.options.head = `<script>const native = window.fetch.bind(window);</script>${stage.tag()}`;
    await leads(go(CATEGORY))(page);
    await page.evaluate("window.fetch = native");
    await tells(ADD, click(buttonOf(101)))(page);
    expect(await told(page)).toEqual(sorted([lists("blocks"), adds(mug)]));
    expect(errors).toEqual([]);
  });

  test("once, in a page that wraps fetch", async () => {
    const { page } = await open("blocks");
    await leads(go(CATEGORY))(page);
    await page.evaluate("{ const { fetch } = window; window.fetch = (...words) => fetch(...words); }");
    await tells(ADD, click(buttonOf(101)))(page);
    expect(await told(page)).toEqual(sorted([lists("blocks"), adds(mug)]));
  });
});

describe("requests of other kinds", () => {
  const post = (path: string, body: unknown, more = "") =>
    `fetch("/wp-json/wc/store/v1/cart/${path}", { method: "POST", headers: { "Content-Type": "application/json" ${more} }, body: ${JSON.stringify(JSON.stringify(body))} })`;

  test("a payment button fills a cart of its own to learn what it would cost: nothing is added", async () => {
    const { page } = await open("blocks");
    await leads(go(MUG))(page);
    await page.evaluate(post("add-item", { id: 102, quantity: 1 }, `, "Cart-Token": "ey"`));
    expect(await told(page)).toEqual(sorted([views(mug)]));
  });

  test("and not either where that is in the cart already", async () => {
    const { page } = await open("blocks");
    await leads(go(MUG))(page);
    await tells(ADD, click(SUBMIT))(page);
    await page.evaluate(post("add-item", { id: 101, quantity: 1 }, `, "Cart-Token": "ey"`));
    expect(await told(page)).toEqual(sorted([views(mug), adds(mug)]));
  });

  test("a script of the shop's own adds to the cart, and says so: that counts", async () => {
    const { page } = await open("blocks");
    await leads(go(CATEGORY))(page);
    await tells(ADD, (page) =>
      page.evaluate(
        `${post("add-item", { id: 102, quantity: 2 })}.then(() => document.body.dispatchEvent(new CustomEvent("wc-blocks_added_to_cart", { bubbles: true })))`,
      ),
    )(page);
    expect(await told(page)).toEqual(sorted([lists("blocks"), adds(bowl, 2)]));
  });

  test("blocks of WooCommerce 9.9 to 10.2 add by a new total, and so does the mini-cart's stepper, which adds nothing", async () => {
    const { page } = await open("blocks", { button: "product-button-10-1" });
    await leads(go(CATEGORY))(page);
    await tells(ADD, click(buttonOf(101)))(page);
    await tells(ADD, click(buttonOf(101)))(page);
    await page.evaluate("document.querySelector('.wc-block-components-quantity-selector__button--plus').click()");
    await until(() => shop.carts().includes("101×3"));
    expect(await told(page)).toEqual(sorted([lists("blocks"), adds(mug), adds(mug)]));
  });

  test("WooCommerce's own script for a product's page names the variation in the product's place", async () => {
    const { page } = await open("storefront");
    await leads(go(THROW))(page);
    await tells(ADD, (page) =>
      page.evaluate(
        `fetch("/?wc-ajax=add_to_cart", { method: "POST", headers: { "Content-Type": "application/x-www-form-urlencoded" }, body: new URLSearchParams({ attribute_pa_color: "slate", quantity: 1, product_id: 212, variation_id: 212 }) })`,
      ),
    )(page);
    expect(await told(page)).toEqual(sorted([views(wool), adds(slate)]));
  });
});

describe("a shopper who leaves in the tick of the addition", () => {
  // biome-ignore format: a table
  test.each<[theme: Theme, id: number, events: Told[]]>([
    ["storefront", 101, [adds(mug)]],
    ["blocks",     101, [adds(mug)]],
    ["storefront", 105, []],
    ["blocks",     105, []],
  ])("of the kind %s, of %d: the next page finds out", async (theme, id, events) => {
    // A busy machine's page may be there still after a second, and hear it.
    const { page, errors } = await open(theme, { slowness: Infinity });
    await leads(go(CATEGORY))(page);
    await leads((page) => page.evaluate(`document.querySelector('${buttonOf(id)}').click(); location.href = "/cart/";`))(page);
    expect(await told(page)).toEqual(sorted([lists(theme), ...events]));
    for (const { url, time } of stage.events(ADD)) {
      expect(url).toBe(shop.origin + CATEGORY);
      expect(time).toBeLessThan(stage.events("$page_load")[1]?.time ?? 0);
    }
    expect(errors).toEqual([]);
  });
});

describe("a shopper who adds one twice and leaves in that tick, in a theme of the kind", () => {
  // biome-ignore format: a table
  test.each<[theme: Theme, stock: number, events: Told[]]>([
    ["storefront", 1, [adds(mug)]],
    ["blocks",     1, [adds(mug)]],
    ["storefront", 2, [adds(mug), adds(mug)]],
    ["blocks",     2, [adds(mug), adds(mug)]],
  ])("%s, where there are %d of it: what is in the cart is told", async (theme, stock, events) => {
    const { page } = await open(theme, { slowness: Infinity, stock: { 101: stock } });
    await leads(go(CATEGORY))(page);
    const press = `document.querySelector('${buttonOf(101)}').click();`;
    await leads((page) => page.evaluate(`${press} ${press} location.href = "/cart/";`))(page);
    expect(await told(page)).toEqual(sorted([lists(theme), ...events]));
  });
});

test.each(THEMES)("two tabs that add at once tell one each, in a theme of the kind %s", async (theme) => {
  const { page, context } = await open(theme, { slowness: 200 });
  const other = await context.newPage();
  await leads(go(CATEGORY))(page);
  await leads(go(MUG))(other);
  await Promise.all([page.click(buttonOf(102)), other.click(SUBMIT)]);
  await until(() => count(ADD) === 2);
  await leads(go("/cart/"))(other);
  expect((await told(page)).filter(([name]) => name === ADD)).toEqual(sorted([adds(bowl), adds(mug)]));
});

describe("a page", () => {
  const denied = (names: string[]) => (context: BrowserContext) =>
    context.addInitScript((all) => {
      const deny = (): never => {
        throw new DOMException("denied", "SecurityError");
      };
      for (const name of all)
        Object.defineProperty(name === "cookie" ? Document.prototype : window, name, { get: deny, set: deny });
    }, names);
  const quickAdd = tells(ADD, click(buttonOf(101)));
  const listAndMug = () => [lists("storefront"), adds(mug)];

  test("with the script pasted twice tells each once", async () => {
    const { page } = await open("storefront", { head: stage.tag() + stage.tag() });
    await leads(go(CATEGORY))(page);
    await quickAdd(page);
    expect(await told(page)).toEqual(sorted(listAndMug()));
  });

  test("with the script at the end of its body tells all", async () => {
    const { page } = await open("storefront", { head: "", foot: stage.tag() });
    await leads(go(CATEGORY))(page);
    await quickAdd(page);
    expect(await told(page)).toEqual(sorted(listAndMug()));
  });

  test("with a policy that forbids inline scripts tells all", async () => {
    const csp = `default-src 'self'; script-src 'self' 'nonce-r4nd0m' ${stage.relay}; connect-src 'self' ${stage.relay}; img-src 'self' data:`;
    const { page, words } = await open("storefront", { csp });
    await leads(go(CATEGORY))(page);
    await quickAdd(page);
    await until(() => stage.tracked("addtocart").length === 1);
    expect(await told(page)).toEqual(sorted(listAndMug()));
    expect(words.filter((text) => /Content Security Policy/.test(text))).toEqual([]);
  });

  test("in a frame tells nothing: the page around it has a tag of its own", async () => {
    const { page } = await open("storefront");
    shop.options.foot = `<iframe src="${CATEGORY}"></iframe>`;
    await leads(go("/cart/"))(page);
    shop.options.foot = "";
    const frame = page.frames().find((one) => one.url().endsWith(CATEGORY));
    await frame?.click(buttonOf(101));
    await until(() => shop.carts().includes("101×1"));
    expect(await told(page)).toEqual([]);
    // Three pages, and none in the frame.
    expect(count("$page_load")).toBe(3);
  });

  test("whose ad blocker stops Pinterest's library still tells the relay", async () => {
    const { page, errors } = await open("storefront", {}, (context) =>
      context.route("**/core.js", (route) => route.abort()),
    );
    await leads(go(CATEGORY))(page);
    await quickAdd(page);
    expect(await told(page)).toEqual(sorted(listAndMug()));
    expect(stage.pintrk).toEqual([]);
    expect(errors).toEqual([]);
  });

  test("whose ad blocker stops the tag sells as before", async () => {
    const { page, errors } = await open("storefront", {}, (context) =>
      context.route("**/tag.js", (route) => route.abort()),
    );
    await page.goto(shop.origin + CATEGORY);
    await page.click(buttonOf(101));
    await page.waitForSelector(`${buttonOf(101)}.added`);
    expect([stage.requests, errors]).toEqual([[], []]);
  });

  test("without storage tells what it lives to hear; what a form added it cannot keep for the next page", async () => {
    const { page, errors } = await open("storefront", {}, denied(["localStorage", "sessionStorage"]));
    // Each page lives until what it shows is told: it can keep nothing for the next one.
    await tells(LIST, leads(go(CATEGORY)))(page);
    await quickAdd(page);
    await tells(VIEW, leads(go(MUG)))(page);
    await tells(VIEW, leads(click(SUBMIT)))(page);
    expect(await told(page)).toEqual(sorted([...listAndMug(), views(mug), views(mug)]));
    expect(errors).toEqual([]);
  });

  test("without cookies tells what the shop answered, though the shop has no cart to ask", async () => {
    const { page, context, errors } = await open("storefront", {}, denied(["cookie"]));
    await leads(go(CATEGORY))(page);
    await context.clearCookies();
    await quickAdd(page);
    const { currency, ...line } = mug;
    expect(await told(page)).toEqual(sorted([lists("storefront"), adds(line)]));
    expect(errors).toEqual([]);
  });

  test("that is no shop's on WooCommerce is left alone", async () => {
    shop = await openWooShop({ theme: "storefront" });
    stage.build = "every";
    stage.pages = { "/": `<head>${stage.tag()}</head><body class="home"><h1>Fennel &amp; Oak</h1></body>` };
    const { page } = await stage.visit();
    await page.goto(`${stage.shop}/`);
    await until(() => stage.pintrk.length > 0);
    await page.waitForFunction("document.readyState === 'complete'");
    expect(await page.evaluate("'onadded_to_cart' in window")).toBe(false);
  });
});

describe("a checkout", () => {
  const lines = [
    { ...mug, quantity: 2 },
    { ...slate, quantity: 1 },
  ];
  /** Puts two mugs and a throw in the cart. */
  const fillCart: Act = async (page) => {
    await leads(go(MUG))(page);
    await fill({ quantity: "2" })(page);
    await click(SUBMIT)(page);
    await until(() => shop.carts().includes("101×2"));
    await leads(go(THROW))(page);
    await choose(page);
    await click(SUBMIT)(page);
    await until(() => shop.carts().includes("212×1"));
  };

  test.each(THEMES)("is started once, with what is in the cart, in a theme of the kind %s", async (theme) => {
    const { page } = await open(theme);
    await fillCart(page);
    await leads(tells(START, go("/checkout/")))(page);
    expect((await told(page)).filter(([name]) => name === START)).toEqual([[START, { items: lines }]]);
    await until(() => stage.tracked("initiatecheckout").length > 0);
    expect(stage.tracked("initiatecheckout")).toMatchObject([
      { words: ["track", "initiatecheckout", { value: 147, currency: "USD", order_quantity: 3 }, null] },
    ]);
  });

  test("with nothing in the cart is not started", async () => {
    const { page } = await open("blocks");
    const answered = page.waitForResponse("**/wc/store/v1/cart").then((response) => response.finished());
    await leads(go("/checkout/"))(page);
    await answered;
    expect(await told(page)).toEqual([]);
  });

  test("is told from its rows where the REST API is closed", async () => {
    const { page } = await open("storefront", { closed: true });
    await leads(tells(START, go("/checkout/")))(page);
    expect(await told(page)).toEqual([
      [
        START,
        {
          items: [
            { name: "Harbor Mug", quantity: 2, price: 24 },
            { name: "Fjord Throw – Wool - Slate", quantity: 1, price: 99 },
          ],
        },
      ],
    ]);
  });

  test("ends in an order that is told once, with IDs and currency that its page does not show", async () => {
    const { page, errors } = await open("storefront");
    await fillCart(page);
    await leads(tells(START, go("/checkout/")))(page);
    const thanks = go(`${RECEIVED}/1234/?key=wc_order_a8Kp1UsQy4wVr`);
    await leads(tells(ORDER, thanks))(page);
    await leads(thanks)(page);
    await leads(go("/my-account/view-order/1234/"))(page);
    const events = await told(page);
    const [mugs, throws] = lines;
    expect(events.filter(([name]) => name === ORDER)).toEqual([
      [
        ORDER,
        {
          id: "1234",
          order_aliases: ["FO-2026-0088"],
          total_price: 153.83,
          value: 132.3,
          ...usd,
          items: [mugs, { ...throws, name: "Fjord Throw – Wool - Slate" }],
        },
      ],
    ]);
    expect(stage.events(ORDER)).toMatchObject([{ id: "order.k3x9q2m7.1234" }]);
    // The order's key opens its page to whoever has it: the relay keeps the address without.
    expect(keptAddress(stage.events(ORDER)[0]?.url)).toMatch(/order-received\/1234\/$/);
    const data = {
      event_id: "order.k3x9q2m7.1234",
      order_id: "1234",
      value: 132.3,
      currency: "USD",
      order_quantity: 3,
    };
    expect(stage.tracked("checkout")).toMatchObject([{ words: ["track", "checkout", data, null] }]);
    expect(JSON.stringify(stage.beacons)).not.toContain("maya.hartley");
    expect(errors).toEqual([]);
  });

  // biome-ignore format: a table
  test.each<[what: string, theme: Theme, path: string, order: EventProperties]>([
    ["of a block theme",                         "blocks",     `${RECEIVED}/1236/?key=wc_order_x`,                        { id: "1236", order_aliases: ["1236"], total_price: 57.5, value: 48, ...usd, items: [{ name: "Harbor Mug", quantity: 2, price: 24 }] }],
    ["in euros with tax in its prices",          "storefront", "/kasse/bestellung-erhalten/1237/?key=wc_order_x",         { id: "1237", order_aliases: ["1237"], total_price: 1308.9, value: expect.closeTo(1091.6, 2), items: [{ name: "Eichentisch", quantity: 1, price: 1299 }] }],
    ["whose address is not rewritten",           "storefront", "/?page_id=10&order-received=1234&key=wc_order_x9y8z7",    { id: "1234", order_aliases: ["FO-2026-0088"], total_price: 153.83, value: expect.closeTo(132.3, 2), items: [{ name: "Harbor Mug", quantity: 2, price: 24 }, { name: "Fjord Throw – Wool - Slate", quantity: 1, price: 99 }] }],
    ["whose address does not name it",           "storefront", "/?page_id=10&danke=1234&key=wc_order_x9y8z7",    { id: "FO-2026-0088", order_aliases: ["FO-2026-0088"], total_price: 153.83, value: expect.closeTo(132.3, 2), items: [{ name: "Harbor Mug", quantity: 2, price: 24 }, { name: "Fjord Throw – Wool - Slate", quantity: 1, price: 99 }] }],
  ])("shows an order %s", async (_, theme, path, order) => {
    const { page } = await open(theme);
    await leads(go(path))(page);
    expect(await told(page)).toEqual(sorted([[ORDER, order]]));
  });

  test("ends in an order in dinars, of which this tab knows by what was added", async () => {
    const { page } = await open("storefront", { lang: "ar", currency: "KWD", minorUnit: 3 });
    await leads(go("/product-category/dallah/"))(page);
    await tells(ADD, click(buttonOf(601)))(page);
    await leads(tells(ORDER, go(`${RECEIVED}/1239/?key=wc_order_x`)))(page);
    const dallah = { product_id: "601", sku: "DALLAH-1", name: "دلة", price: 1.25, currency: "KWD" };
    expect((await told(page)).filter(([name]) => name === ORDER)).toEqual([
      [
        ORDER,
        {
          id: "1239",
          order_aliases: ["1239"],
          total_price: 3.5,
          value: 2.5,
          currency: "KWD",
          items: [{ ...dallah, quantity: 2 }],
        },
      ],
    ]);
  });

  test("that GTM4WP tells too, by the order's number, is one", async () => {
    const { page } = await open("storefront");
    shop.options.head += `<script>window.dataLayer = [{ event: "purchase", ecommerce: { transaction_id: "FO-2026-0088", currency: "USD", value: 153.83, tax: 12.03, shipping: 9.5, items: [{ item_id: "101", item_name: "Harbor Mug", price: 24, quantity: 2 }] } }];</script>`;
    await leads(tells(ORDER, go(`${RECEIVED}/1234/?key=wc_order_a8Kp1UsQy4wVr`)))(page);
    shop.options.head = stage.tag();
    expect(await told(page)).toMatchObject([[ORDER, { id: "1234", value: 132.3, currency: "USD" }]]);
  });

  test.each(THEMES)(
    "that failed, or whose order nobody may see, is no order, in a theme of the kind %s",
    async (theme) => {
      const { page } = await open(theme);
      await leads(go(`${RECEIVED}/1235/?key=wc_order_b9Lq2VtRz5xWs`))(page);
      if (theme === "storefront") await leads(go(`${RECEIVED}/1238/?key=wc_order_c7Mn4XzPa2bYd`))(page);
      expect(await told(page)).toEqual([]);
    },
  );
});
