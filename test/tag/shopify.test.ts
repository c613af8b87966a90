/** What a shopper does in a Shopify theme → the events of it: exactly those, on both channels, whatever the theme does. */
import type { BrowserContext, Page } from "playwright-core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { BeaconEvent, Item } from "#tag/contract";
import { share } from "../long.ts";
import { until } from "../until.ts";
import { eachStage } from "./each-stage.ts";
import { docs, pasted } from "./guide.ts";
import { openShopifyShop, type ShopifyShop } from "./shopify-shop.ts";
import type { Stage, Visit } from "./stage.ts";

let stage: Stage;
let shop: ShopifyShop;
eachStage((set) => {
  stage = set;
});
beforeEach(async () => {
  stage.build = "shopify";
  shop = await openShopifyShop();
  shop.tag = pasted(stage.relay, docs("shopify"), "html", "tag.js");
});
afterEach(() => {
  shop.close();
});

/** A page that is asked at each of its frames has to paint them. */
const POLLING = { polling: 30 };

const MUG = "/products/harbor-mug";
const SAGE_S = 44012345678901;
const SAGE_L = 44012345678902;
const OAT_L = 44012345678903;
const BOWL = 44012345678904;
const THROW = 44012345678905;

/** One line of an event: variant, how many, at what price. */
const line = ({ variant_id, quantity, price, currency }: Item): string =>
  [variant_id, quantity && `×${quantity}`, price, currency].filter((part) => part !== undefined).join(" ");

const told = ({ name, properties: p }: BeaconEvent): string => {
  if (name === "Viewed Collection") return `${name} ${p.id} ${p.name}: ${p.items?.map(({ product_id }) => product_id)}`;
  return `${name} ${p.query ?? (p.items ? p.items.map(line).join(" + ") : line(p))}`;
};

/** All but page loads, by time. */
const events = (): BeaconEvent[] =>
  stage
    .events()
    .filter(({ name }) => name !== "$page_load")
    .sort((a, b) => a.time - b.time);
const lines = (): string[] => events().map(told);

/** Opens a page, and waits until its second file listens. */
const open = async (page: Page, path: string): Promise<void> => {
  await page.goto(shop.origin + path);
  await listens(page);
};
const listens = (page: Page) =>
  page.waitForFunction("XMLHttpRequest.prototype.send !== window.ownSend", undefined, POLLING);

/** A visit to the shop; each page keeps what the tag puts itself in front of once it listens. */
const visit = (prepare: (context: BrowserContext) => Promise<unknown> = async () => {}): Promise<Visit> =>
  stage.visit({}, async (context) => {
    await context.addInitScript("window.ownSend = XMLHttpRequest.prototype.send");
    await prepare(context);
  });

/**
 * Leaves the shop over two more pages: the first settles what the last one could not, and what is told by then has
 * arrived once the second one's load has. Where nothing was added nothing is to be settled.
 */
const leave = async (page: Page, isAdding = true): Promise<void> => {
  for (const path of isAdding ? ["/pages/about", "/pages/visit"] : ["/pages/visit"]) {
    await open(page, path);
    await page.waitForFunction(() => (sessionStorage.getItem("_pinrelay.adds") ?? "[]") === "[]", undefined, POLLING);
    await until(() => stage.events("$page_load").some(({ url }) => url.endsWith(path)));
  }
};

/** Something is told, and the Pinterest Tag is there: what comes before it does is lost to it when the page is left. */
const settled = async (): Promise<void> => until(() => events().length > 0 && stage.pintrk.length > 0);

/** Both halves say the same of each event that was told after the Pinterest Tag had come. */
const expectBothHalves = async (name: string, tagName: string): Promise<void> => {
  const ids = stage.events(name).map(({ id }) => id);
  await until(() => stage.tracked(tagName).length >= ids.length);
  const tracked = stage.tracked(tagName).map(({ words }) => (words[2] as { event_id: string }).event_id);
  expect(new Set(tracked)).toEqual(new Set(ids));
};

interface Step {
  /** What is different in the shop. */
  shop?: Partial<ShopifyShop>;
  path?: string;
  act?: (page: Page) => Promise<unknown>;
  expected: string[];
}

const walk = async (
  { shop: differs = {}, path = MUG, act = settled, expected }: Step,
  isAdding = true,
): Promise<Visit> => {
  Object.assign(shop, differs);
  const visited = await visit();
  await open(visited.page, path);
  await act(visited.page);
  await leave(visited.page, isAdding);
  // A page's last words may arrive after the next one's first.
  await until(() => lines().length >= expected.length);
  expect(lines()).toEqual(expected);
  expect(visited.errors).toEqual([]);
  return visited;
};

const choose = (variant: number, page: Page) => page.locator(`label[for=v-${variant}]`).click();
const add = async (page: Page, button = "#MainContent [name=add]") => {
  const answered = page.waitForResponse(/\/cart\/add/);
  await page.locator(button).first().click();
  return await answered;
};
/** Script of the theme: asks the Cart API, and waits for the answer. */
const post = (body: string, path = "/cart/add.js", more = "") =>
  `fetch("${path}", { method: "POST", body: ${body}, ${more} }).then((answer) => answer.text())`;
const json = (said: object) => `JSON.stringify(${JSON.stringify(said)})`;
const xhr = (body: string, more = "") =>
  `new Promise((done) => { const xhr = new XMLHttpRequest(); xhr.open("POST", "/cart/add.js"); ${more} xhr.onloadend = done; xhr.send(${body}); })`;
const says = (script: string) => (page: Page) => page.evaluate(script);
/** A click or a form that leads to another page. What is asked of the page before that one has come is asked of the last. */
const leads = (act: (page: Page) => Promise<unknown>, to: RegExp) => async (page: Page) => {
  await Promise.all([page.waitForURL(to), act(page)]);
  await listens(page);
};
/** The page does this before it can settle: a busy machine's page may settle before a shopper of the test's can choose. */
const early = (script: string) => `<script>addEventListener("DOMContentLoaded", () => { ${script} });</script>`;
/** The same, once the second file has seen which address the page came with. */
const onceHeard = (script: string) =>
  `<script>{ const { addEventListener } = document; document.addEventListener = function (type, ...more) { addEventListener.call(this, type, ...more); if (type === "shopify:product:view") { ${script} } }; }</script>`;
const chosen = (variant: number) => `document.querySelector("label[for=v-${variant}]")?.click();`;
const both =
  (...acts: ((page: Page) => Promise<unknown>)[]) =>
  async (page: Page) => {
    for (const act of acts) await act(page);
  };

const VIEW = `Viewed Product ${SAGE_S} 20 USD`;
const added = (variant: number, quantity = 1, price = 20, currency = "USD") =>
  `Added To Cart ${variant} ×${quantity} ${price} ${currency}`;

const BUNDLE: Step = {
  act: both(
    settled,
    says(
      post(
        json({ items: [{ id: SAGE_S, quantity: 2 }, { id: BOWL, quantity: 1 }, { id: THROW }] }),
        "/cart/add.js",
        `headers: { "Content-Type": "application/json" }`,
      ),
    ),
  ),
  expected: [VIEW, `Added To Cart ${SAGE_S} ×2 20 USD + ${BOWL} ×1 38.5 USD + ${THROW} ×1 129 USD`],
};

/** The file of every platform has the same sources and more of them, which must not disturb: a share of the rows shows it. */
describe.each([
  ["shopify", 1],
  ["every", 6],
] as const)("with the second file of %s", (build, nth) => {
  beforeEach(() => {
    stage.build = build;
  });

  // biome-ignore format: a table
  const VIEWS: Record<string, Step> = {
    "a product":                                         { expected: [VIEW] },
    "a variant by its address":                          { path: `${MUG}?variant=${SAGE_L}`, expected: [`Viewed Product ${SAGE_L} 24 USD`] },
    "a product in a collection":                         { path: "/collections/table/products/harbor-mug", expected: [VIEW] },
    "a product in French":                               { path: "/fr/products/harbor-mug", expected: [VIEW] },
    "a product without variants":                        { path: "/products/orchard-bowl", expected: [`Viewed Product ${BOWL} 38.5 USD`] },
    "a product in yen":                                  { shop: { currency: "JPY" }, expected: [`Viewed Product ${SAGE_S} 20 JPY`] },
    "another variant before the view has settled":       { shop: { head: early(chosen(OAT_L)) }, expected: [`Viewed Product ${OAT_L} 26.5 USD`] },
    "one that only the form knows":                      { shop: { head: early(`document.documentElement.dataset.keepsAddress = 1; ${chosen(OAT_L)}`) }, expected: [`Viewed Product ${OAT_L} 26.5 USD`] },
    "one that only the form knows, from an address":     { path: `${MUG}?variant=${SAGE_L}`, shop: { head: early(`document.documentElement.dataset.keepsAddress = 1; ${chosen(OAT_L)}`) }, expected: [`Viewed Product ${OAT_L} 26.5 USD`] },
    "one that only the address knows":                   { shop: { head: onceHeard(`history.replaceState({}, "", "?variant=${OAT_L}")`) }, expected: [`Viewed Product ${OAT_L} 26.5 USD`] },
    "one in a <select>":                                 { shop: { theme: "vintage", head: early(`const select = document.querySelector("select"); if (select) { select.value = "${OAT_L}"; select.dispatchEvent(new Event("change", { bubbles: true })); }`) }, expected: [`Viewed Product ${OAT_L} 26.5 USD`] },
    "one in a theme of 2026":                            { shop: { theme: "horizon", head: early(chosen(OAT_L)) }, expected: [`Viewed Product ${OAT_L} 26.5 USD`] },
    "other variants after that":                         { act: both(settled, (page) => choose(OAT_L, page), (page) => choose(SAGE_L, page)), expected: [VIEW] },
    "other variants after that, in a theme of 2026":     { shop: { theme: "horizon" }, act: both(settled, (page) => choose(OAT_L, page), (page) => choose(SAGE_L, page)), expected: [VIEW] },
    "a collection":                                      { path: "/collections/table", expected: ["Viewed Collection 412345678901 At the table: 8012345678901,8012345678902,8012345678903"] },
    "a collection that only the theme lists":            { path: "/collections/table", shop: { isListed: false }, expected: ["Viewed Collection 412345678901 At the table: 8012345678901,8012345678902,8012345678903"] },
    "a collection in a theme of 2026, with its cards":   { path: "/collections/table", shop: { theme: "horizon", isListed: false }, expected: ["Viewed Collection 412345678901 At the table: 8012345678901,8012345678902,8012345678903"] },
    "all products":                                      { path: "/en-gb/collections/all", expected: ["Viewed Collection all Products: 8012345678901,8012345678902,8012345678903"] },
    "results of a search":                               { path: "/search?q=mug+sage&options%5Bprefix%5D=last", expected: ["Searched mug sage"] },
    "results of a search in French":                     { path: "/fr/search?q=tasse", expected: ["Searched tasse"] },
    "the next page of them, and them in another order":  { path: "/search?q=mug", act: both(leads((page) => page.locator("nav a").click(), /page=2/), leads((page) => page.locator("main .search__button").click(), /search\?(?!.*page=2)/)), expected: ["Searched mug"] },
    "two searches":                                      { path: "/search?q=mug", act: both((page) => page.locator("main [name=q]").first().fill("bowl"), leads((page) => page.locator("main .search__button").click(), /q=bowl/)), expected: ["Searched mug", "Searched bowl"] },
    "a search for nothing":                              { path: "/search?q=+", act: listens, expected: [] },
    "home, a page and the cart":                         { path: "/", act: both((page) => open(page, "/pages/story"), (page) => open(page, "/cart")), expected: [] },
    "a product where Shopify's data is not there":       { shop: { hasMeta: false }, expected: [VIEW] },
    "a product where only its form's JSON is there":     { shop: { hasMeta: false, theme: "vintage" }, expected: [VIEW] },
    "a product in a theme of 2026, without that data":   { shop: { hasMeta: false, theme: "horizon" }, expected: [VIEW] },
    "a collection without that data":                    { shop: { hasMeta: false }, path: "/collections/table", expected: ["Viewed Collection 412345678901 At the table: 8012345678901,8012345678902,8012345678903"] },
  };

  describe("a shopper who looks at", () => {
    test.each(share(Object.entries(VIEWS), nth))("%s", (_, step) => walk(step, false).then(() => undefined));
  });

  // biome-ignore format: a table
  const ADDS: Record<string, Step> = {
    "by the product's form":                         { act: both(settled, add), expected: [VIEW, added(SAGE_S)] },
    "three of them":                                 { act: both(settled, (page) => page.locator("[name=quantity]").fill("3"), add), expected: [VIEW, added(SAGE_S, 3)] },
    "three, and two more":                           { act: both(settled, (page) => page.locator("[name=quantity]").fill("3"), add, (page) => page.locator("[name=quantity]").fill("2"), add), expected: [VIEW, added(SAGE_S, 3), added(SAGE_S, 2)] },
    "another variant":                               { act: both(settled, (page) => choose(OAT_L, page), add), expected: [VIEW, added(OAT_L, 1, 26.5)] },
    "at a price that a discount lowered":            { shop: { discount: 250 }, act: both(settled, add), expected: [VIEW, added(SAGE_S, 1, 17.5)] },
    "in yen":                                        { shop: { currency: "JPY" }, act: both(settled, add), expected: [`Viewed Product ${SAGE_S} 20 JPY`, added(SAGE_S, 1, 20, "JPY")] },
    "in a French shop":                              { path: "/fr/products/harbor-mug", act: both(settled, add), expected: [VIEW, added(SAGE_S)] },
    "a recommendation":                              { act: both(settled, (page) => add(page, "#related-products [name=add]")), expected: [VIEW, added(BOWL, 1, 38.5)] },
    "from a collection":                             { path: "/collections/table", act: both(settled, (page) => add(page, "li:nth-child(3) [name=add]")), expected: ["Viewed Collection 412345678901 At the table: 8012345678901,8012345678902,8012345678903", added(THROW, 1, 129)] },
    "by JSON":                                       { act: both(settled, says(post(json({ id: SAGE_L, quantity: 2 }), "/cart/add.js", `headers: { "Content-Type": "application/json" }`))), expected: [VIEW, added(SAGE_L, 2, 24)] },
    "by a form's text":                              { act: both(settled, says(post(`"id=${SAGE_L}&quantity=2"`, "/cart/add.js", `headers: { "Content-Type": "application/x-www-form-urlencoded" }`))), expected: [VIEW, added(SAGE_L, 2, 24)] },
    "without saying how many":                       { act: both(settled, says(post(`new URLSearchParams({ id: ${SAGE_L} })`))), expected: [VIEW, added(SAGE_L, 1, 24)] },
    "by a Request":                                  { act: both(settled, says(`fetch(new Request("/en-gb/cart/add.js", { method: "POST", body: ${json({ id: SAGE_L })}, headers: { "Content-Type": "application/json" } })).then((answer) => answer.text())`)), expected: [VIEW, added(SAGE_L, 1, 24)] },
    "by XMLHttpRequest, JSON":                       { act: both(settled, says(xhr(json({ id: SAGE_L, quantity: 2 }), `xhr.setRequestHeader("Content-Type", "application/json");`))), expected: [VIEW, added(SAGE_L, 2, 24)] },
    "by XMLHttpRequest, FormData":                   { act: both(settled, says(xhr(`new FormData(document.querySelector("product-form form"))`))), expected: [VIEW, added(SAGE_S)] },
    "by XMLHttpRequest, a form's text":              { act: both(settled, says(xhr(`"id=${SAGE_L}&quantity=2"`, `xhr.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");`))), expected: [VIEW, added(SAGE_L, 2, 24)] },
    "a bundle of three lines":                        BUNDLE,
    "a bundle, by names that are nested":            { act: both(settled, says(post(`new URLSearchParams("items[0][id]=${SAGE_S}&items[0][quantity]=2&items[1][id]=${BOWL}")`))), expected: [VIEW, `Added To Cart ${SAGE_S} ×2 20 USD + ${BOWL} ×1 38.5 USD`] },
    "a bundle, by names that are not counted":       { act: both(settled, says(post(`new URLSearchParams("items[][id]=${SAGE_S}&items[][quantity]=2&items[][id]=${BOWL}&items[][quantity]=1")`))), expected: [VIEW, `Added To Cart ${SAGE_S} ×2 20 USD + ${BOWL} ×1 38.5 USD`] },
    "one line, as a list":                           { act: both(settled, says(post(json({ items: [{ id: String(SAGE_L), quantity: "2" }] }), "/cart/add.js", `headers: { "Content-Type": "application/json" }`))), expected: [VIEW, added(SAGE_L, 2, 24)] },
    "by a request that is answered with a page":     { act: both(settled, says(post(`new URLSearchParams({ id: ${SAGE_L}, quantity: 2 })`, "/cart/add")), (page) => page.waitForFunction(() => sessionStorage.getItem("_pinrelay.adds") === "[]")), expected: [VIEW, added(SAGE_L, 2, 24)] },
    "in a theme of 2026":                            { shop: { theme: "horizon" }, act: both(settled, add), expected: [VIEW, added(SAGE_S)] },
    "by an action of 2026":                          { shop: { theme: "horizon" }, act: both(settled, says(`Shopify.actions.updateCart({ lines: [{ merchandiseId: "gid://shopify/ProductVariant/${OAT_L}", quantity: 2 }] })`), () => until(() => events().length === 2)), expected: [VIEW, added(OAT_L, 2, 26.5)] },
    "by a form that the browser sends":              { shop: { theme: "vintage" }, act: both(settled, (page) => page.locator("select").selectOption(String(SAGE_L)), add), expected: [VIEW, added(SAGE_L, 1, 24)] },
    "by a form that the browser sends, in French":   { shop: { theme: "vintage" }, path: "/fr/products/harbor-mug", act: both(settled, add), expected: [VIEW, added(SAGE_S)] },
    "by a link":                                     { shop: { theme: "vintage" }, act: both(settled, leads((page) => page.locator("a.btn--link").click(), /cart$/)), expected: [VIEW, added(SAGE_S, 3)] },
  };

  describe("a shopper who adds", () => {
    test.each(share(Object.entries(ADDS), nth))("%s", async (_, step) => {
      await walk(step);
      await expectBothHalves("Added To Cart", "addtocart");
    });
  });

  // biome-ignore format: a table
  const NOT_ADDS: Record<string, Step> = {
    "more than there is":                                 { shop: { stock: { [SAGE_S]: 1 } }, act: both(settled, add, add), expected: [VIEW, added(SAGE_S)] },
    "what there is not":                                  { act: both(settled, says(post(json({ id: 1 }), "/cart/add.js", `headers: { "Content-Type": "application/json" }`))), expected: [VIEW] },
    "a bundle of which one is sold out":                  { shop: { stock: { [BOWL]: 0 } }, act: both(settled, says(post(json({ items: [{ id: SAGE_S }, { id: BOWL }] }), "/cart/add.js", `headers: { "Content-Type": "application/json" }`))), expected: [VIEW] },
    "more than there is, by XMLHttpRequest":              { shop: { stock: { [SAGE_S]: 0 } }, act: both(settled, says(xhr(`"id=${SAGE_S}"`))), expected: [VIEW] },
    "more than there is, in a theme of 2026":             { shop: { theme: "horizon", stock: { [SAGE_S]: 0 } }, act: both(settled, add), expected: [VIEW] },
    "more than there is, by an action of 2026":           { shop: { theme: "horizon", stock: { [OAT_L]: 0 } }, act: both(settled, says(`Shopify.actions.updateCart({ lines: [{ merchandiseId: ${OAT_L}, quantity: 1 }] })`)), expected: [VIEW] },
    "more than there is, by a form the browser sends":    { shop: { theme: "vintage", stock: { [SAGE_S]: 1 } }, act: both(settled, leads(add, /cart$/), (page) => open(page, MUG), leads(add, /cart\/add/)), expected: [VIEW, added(SAGE_S), VIEW] },
    "and goes on from the shop's refusal":                { shop: { theme: "vintage", stock: { [SAGE_S]: 1 } }, act: both(settled, leads(add, /cart$/), (page) => open(page, MUG), leads(add, /cart\/add/), leads((page) => page.locator("main .button").click(), /all$/)), expected: [VIEW, added(SAGE_S), VIEW, "Viewed Collection all Products: 8012345678901,8012345678902,8012345678903"] },
    "and goes back from the shop's refusal":              { shop: { theme: "vintage", stock: { [SAGE_S]: 1 } }, act: both(settled, leads(add, /cart$/), (page) => open(page, MUG), leads(add, /cart\/add/), (page) => page.goBack(), listens), expected: [VIEW, added(SAGE_S), VIEW, VIEW] },
    "while the line is down":                             { shop: { isDown: true }, act: both(settled, says(`${post(`"id=${SAGE_S}"`)}.catch(() => {})`)), expected: [VIEW] },
    "and changes how many there are in the cart":         { act: both(settled, says(`fetch("/cart/change.js", { method: "POST", body: "id=${SAGE_S}&quantity=4" })`)), expected: [VIEW] },
    "a variant at a shop of another origin":              { act: both(settled, says(`fetch("${"http://127.0.0.1:9"}/cart/add.js", { method: "POST", body: "id=${SAGE_S}", mode: "no-cors" }).catch(() => {})`)), expected: [VIEW] },
  };

  describe("no add comes of a shopper who wants", () => {
    test.each(share(Object.entries(NOT_ADDS), nth))("%s", (_, step) => walk(step).then(() => undefined));
  });
});

describe("a shopper who leaves in the same tick as the add", () => {
  const gone = (how: string) => (page: Page) =>
    Promise.all([page.waitForURL(/cart$/), page.evaluate(`void ${how}; location.href = "/cart";`)]);
  const body = json({ id: SAGE_L, quantity: 2 });

  test.each([
    ["fetch", post(body, "/cart/add.js", `headers: { "Content-Type": "application/json" }`)],
    [
      "fetch with keepalive",
      post(body, "/cart/add.js", `keepalive: true, headers: { "Content-Type": "application/json" }`),
    ],
    [
      "XMLHttpRequest",
      xhr(`"id=${SAGE_L}&quantity=2"`, `xhr.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");`),
    ],
  ])("by %s: told once by the tab's next page, with the time and the address of then", async (_, how) => {
    await walk({
      // No answer comes while somebody is there to hear it, however slowly the page goes.
      shop: { replyAfterMs: Infinity },
      // One page alone is to ask the cart: it is not left while it does.
      act: both(settled, gone(how), (page) =>
        page.waitForFunction(() => sessionStorage.getItem("_pinrelay.adds") === "[]", undefined, POLLING),
      ),
      expected: [VIEW, added(SAGE_L, 2, 24)],
    });
    const [event] = stage.events("Added To Cart");
    expect(event?.url).toBe(shop.origin + MUG);
    const next = stage.events("$page_load").find(({ url }) => url.endsWith("/cart"));
    expect(event?.time).toBeLessThan(next?.time ?? 0);
    expect(shop.asked.filter((path) => path === "GET /cart.js")).toHaveLength(1);
    await expectBothHalves("Added To Cart", "addtocart");
  });

  test("which then fails: nothing is told", () =>
    walk({
      shop: { replyAfterMs: 150, stock: { [SAGE_L]: 1 } },
      act: both(settled, gone(post(body, "/cart/add.js", `headers: { "Content-Type": "application/json" }`))),
      expected: [VIEW],
    }).then(() => undefined));

  const ONE = post(json({ id: SAGE_S }), "/cart/add.js", `headers: { "Content-Type": "application/json" }`);
  test.each([
    ["that is in the cart already", both(add, gone(ONE))],
    ["that was asked for in the same tick", gone(`${ONE}; ${ONE}`)],
    [
      "that the shop said yes to in between",
      (page: Page) =>
        Promise.all([
          page.waitForURL(/cart$/),
          page.evaluate(`void (${ONE}).then(() => { location.href = "/cart" }); setTimeout(() => { ${ONE} }, 100)`),
        ]),
    ],
  ])("the last one, and there is one only, %s: that one alone is told", (_, act) =>
    walk({
      shop: { replyAfterMs: 150, stock: { [SAGE_S]: 1 } },
      act: both(settled, act),
      expected: [VIEW, added(SAGE_S)],
    }).then(() => undefined),
  );

  test("two of one kind, and the shop takes both: both are told", () =>
    walk({
      shop: { replyAfterMs: 150 },
      act: both(settled, gone(`${ONE}; ${ONE}`)),
      expected: [VIEW, added(SAGE_S), added(SAGE_S)],
    }).then(() => undefined));

  test("for another product's page: both are told of the address where they happened", async () => {
    await walk({
      act: both(settled, (page) =>
        Promise.all([
          page.waitForURL(/bowl/),
          page.evaluate(
            `void ${post(`"id=${SAGE_L}"`, "/cart/add.js", `headers: { "Content-Type": "application/x-www-form-urlencoded" }`)}; location.href = "/products/orchard-bowl";`,
          ),
        ]),
      ),
      expected: [VIEW, added(SAGE_L, 1, 24), `Viewed Product ${BOWL} 38.5 USD`],
    });
    expect(events().map(({ url }) => new URL(url).pathname)).toEqual([MUG, MUG, "/products/orchard-bowl"]);
  });
});

describe("nasty pages", () => {
  test("two tabs that add at once give two adds, one of each", async () => {
    shop.replyAfterMs = 100;
    const { context, page } = await visit();
    const other = await context.newPage();
    await Promise.all([open(page, MUG), open(other, "/products/orchard-bowl")]);
    await until(() => events().length === 2);
    await Promise.all([add(page), add(other)]);
    await leave(page);
    await leave(other);
    await until(() => lines().length >= 4);
    expect(lines().slice(2).sort()).toEqual([added(SAGE_S), added(BOWL, 1, 38.5)].sort());
  });

  test("a double click is two requests, and two adds", () =>
    walk({
      act: both(settled, async (page) => {
        await page.locator("product-info [name=add]").dblclick();
        await page.waitForFunction(() => document.documentElement.dataset.cart === "2 in the cart");
      }),
      expected: [VIEW, added(SAGE_S), added(SAGE_S)],
    }).then(() => undefined));

  test("a product's page in a frame tells nothing", async () => {
    const { page } = await visit();
    await page.goto(`${shop.origin}/frame`);
    await listens(page);
    await page.frames()[1]?.locator("product-info [name=add]").click();
    await until(() => shop.asked.length === 1);
    await leave(page);
    expect(lines()).toEqual([]);
    expect(stage.events("$page_load").map(({ url }) => new URL(url).pathname)).toEqual([
      "/frame",
      "/pages/about",
      "/pages/visit",
    ]);
  });

  test("the script pasted twice", async () => {
    await walk({
      shop: { tag: shop.tag + shop.tag },
      act: both(settled, add),
      expected: [VIEW, added(SAGE_S)],
    });
    expect(stage.pintrk.filter(({ words, path }) => words[0] === "load" && path === MUG)).toHaveLength(1);
  });

  test("the script pasted at the end of the body", () =>
    walk({ shop: { isAtEnd: true }, act: both(settled, add), expected: [VIEW, added(SAGE_S)] }).then(() => undefined));

  test("a blocker that keeps Pinterest's script away: the relay still hears", async () => {
    const { page, errors } = await visit((context) => context.route("**/core.js", (route) => route.abort()));
    await open(page, MUG);
    await until(() => events().length > 0);
    await add(page);
    await leave(page);
    await until(() => lines().length >= 2);
    expect(lines()).toEqual([VIEW, added(SAGE_S)]);
    expect(errors).toEqual([]);
  });

  test("a blocker that keeps the relay away: the shop works on, nothing is thrown", async () => {
    const { page, errors } = await visit((context) => context.route(`${stage.relay}/**`, (route) => route.abort()));
    await page.goto(shop.origin + MUG);
    await add(page);
    await page.waitForFunction(() => document.documentElement.dataset.cart === "1 in the cart");
    expect(errors).toEqual([]);
    expect(stage.requests).toEqual([]);
  });

  const denied = (host: string, ...names: string[]) =>
    names
      .map(
        (name) =>
          `Object.defineProperty(${host}, "${name}", { get() { throw new DOMException("denied", "SecurityError") }, set() { throw new DOMException("denied", "SecurityError") } });`,
      )
      .join("");
  const handicapped = async (script: string, act: (page: Page) => Promise<unknown>) => {
    const { page, errors } = await visit((context) => context.addInitScript(script));
    await page.goto(shop.origin + MUG);
    await settled();
    await act(page);
    // Leaving tells what is left to tell; the load of the page after it arrives later.
    await page.goto(`${shop.origin}/pages/about`);
    await until(() => stage.events("$page_load").some(({ url }) => url.endsWith("/pages/about")));
    expect(errors).toEqual([]);
  };

  /** What the page does not live to hear can be found out by no other. */
  const addAndStay = both(add, () => until(() => stage.events("Added To Cart").length === 1));

  test("storage is disabled: adds by request are told", async () => {
    await handicapped(denied("window", "localStorage", "sessionStorage"), addAndStay);
    expect(lines()).toEqual([VIEW, added(SAGE_S)]);
  });

  test("storage is disabled: an add by a form that the browser sends is lost, and not made up", async () => {
    shop.theme = "vintage";
    await handicapped(denied("window", "localStorage", "sessionStorage"), add);
    expect(lines()).toEqual([VIEW]);
  });

  test("cookies are blocked", async () => {
    await handicapped(denied("Document.prototype", "cookie"), addAndStay);
    expect(lines()).toEqual([VIEW, added(SAGE_S)]);
  });

  test("a page that redefines fetch, before the tag and after it", async () => {
    const wrap = `{ const own = window.fetch; window.fetch = (...words) => own(...words).then((answer) => answer); }`;
    await walk({
      shop: { head: `<script>${wrap}</script>` },
      act: both(settled, says(wrap), add),
      expected: [VIEW, added(SAGE_S)],
    });
  });

  test("a page whose fetch is frozen: its other requests are heard", () =>
    walk({
      shop: {
        head: `<script>Object.defineProperty(window, "fetch", { value: window.fetch, writable: false, configurable: false });</script>`,
      },
      act: both(
        settled,
        says(xhr(`"id=${SAGE_L}"`, `xhr.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");`)),
      ),
      expected: [VIEW, added(SAGE_L, 1, 24)],
    }).then(() => undefined));

  test("a content policy without unsafe-inline", async () => {
    shop.contentPolicy = (nonce) =>
      `script-src 'nonce-${nonce}'; connect-src 'self' ${stage.relay}; object-src 'none'; base-uri 'none'`;
    const { words } = await walk({ act: both(settled, add), expected: [VIEW, added(SAGE_S)] });
    expect(words.filter((text) => /Content Security Policy/.test(text) && !/\/said/.test(text))).toEqual([]);
  });

  test("an iframe's form, or one that goes into a frame, leaves the page where it is", () =>
    walk({
      shop: { theme: "vintage" },
      act: both(settled, async (page) => {
        await page.evaluate(
          `document.body.insertAdjacentHTML("beforeend", "<iframe name=quiet></iframe>"); document.querySelector("form[id^=product_form]").target = "quiet";`,
        );
        await add(page);
        await page.frame("quiet")?.waitForURL(/cart$/);
      }),
      expected: [VIEW, added(SAGE_S)],
    }).then(() => undefined));

  test("a page that is no Shopify's is left alone", async () => {
    stage.pages = {
      "/products/x": `<head>${stage.tag()}</head><body><form action="/cart/add"><input name=id value=1></form></body>`,
    };
    const { page } = await stage.visit();
    await page.goto(`${stage.shop}/products/x`);
    await until(() => stage.pintrk.length > 0);
    expect(await page.evaluate(`[String(fetch).includes("function fetch"), sessionStorage.length]`)).toEqual([true, 0]);
  });
});

test("what a product's view and an add say", async () => {
  await walk({
    path: `${MUG}?variant=${SAGE_L}`,
    act: both(settled, add),
    expected: [`Viewed Product ${SAGE_L} 24 USD`, added(SAGE_L, 1, 24)],
  });
  await expectBothHalves("Added To Cart", "addtocart");
  const [view, add_] = events();
  const mug = {
    product_id: "8012345678901",
    variant_id: String(SAGE_L),
    sku: "MUG-SAGE-L",
    name: "Harbor Mug",
    variant_name: "Sage / Large",
    price: 24,
    currency: "USD",
    vendor: "Fennel & Oak",
    category: "Mugs",
  };
  const image_url = "https://cdn.fennelandoak.example/files/harbor-mug.jpg?v=1756812000";
  expect(view?.properties).toEqual({ ...mug, url: shop.origin + MUG, image_url });
  expect(add_?.properties).toEqual({ ...mug, quantity: 1, url: `${shop.origin + MUG}?variant=${SAGE_L}`, image_url });
  expect(stage.tracked("addtocart")[0]?.words[2]).toMatchObject({
    value: 24,
    currency: "USD",
    order_quantity: 1,
    line_items: [{ product_id: "8012345678901" }],
  });
});

test("a bundle is worth the sum of its lines", async () => {
  await walk(BUNDLE);
  await expectBothHalves("Added To Cart", "addtocart");
  expect(stage.tracked("addtocart")[0]?.words[2]).toMatchObject({ value: 207.5, currency: "USD", order_quantity: 4 });
});

test("who is logged in is known by the shop's own ID", async () => {
  await walk({ shop: { customerId: 7123456789012 }, act: both(settled, add), expected: [VIEW, added(SAGE_S)] });
  expect(events().map(({ profile }) => profile)).toEqual([
    { $customer_id: "7123456789012" },
    { $customer_id: "7123456789012" },
  ]);
});

describe("what the theme says to others as well", () => {
  const push = (id: number | string) =>
    `dataLayer.push({ ecommerce: null }, { event: "add_to_cart", ecommerce: { currency: "USD", value: 20, items: [{ item_id: "${id}", item_name: "Harbor Mug", price: 20, quantity: 1, item_category: "Kitchen" }] } });`;
  const layer = "<script>window.dataLayer = window.dataLayer || [];</script>";
  const onClick = (id: number | string) =>
    says(`document.querySelector("[name=add]").addEventListener("click", () => { ${push(id)} });`);
  /** By the page's own clock: what a busy machine's test says may come too late to be the same add. */
  const addThenSay = (id: number | string) =>
    both(
      says(
        `new MutationObserver(() => setTimeout(() => { ${push(id)} window.isSaid = true; }, 100)).observe(document.documentElement, { attributeFilter: ["data-cart"] });`,
      ),
      add,
      (page) => page.waitForFunction("window.isSaid", undefined, POLLING),
    );

  // biome-ignore format: a table
  test.each<[string, Step]>([
    ["at the click, before a reply that is slow",   { shop: { head: layer, replyAfterMs: 600 }, act: both(settled, onClick(8012345678901), add), expected: [VIEW, added(SAGE_S)] }],
    ["at the click, before one that is slower than two adds are one", { shop: { head: layer, replyAfterMs: 3_000 }, act: both(settled, onClick(8012345678901), add), expected: [VIEW, added(SAGE_S)] }],
    ["at the click, by the variant's ID",           { shop: { head: layer }, act: both(settled, onClick(SAGE_S), add), expected: [VIEW, added(SAGE_S)] }],
    ["at the click, of an add that then fails",     { shop: { head: layer, stock: { [SAGE_S]: 0 }, replyAfterMs: 600 }, act: both(settled, onClick(8012345678901), add), expected: [VIEW] }],
    ["after the add, whatever came of it",          { shop: { head: layer, stock: { [SAGE_S]: 0 } }, act: both(settled, addThenSay(8012345678901)), expected: [VIEW] }],
    ["after the add",                               { shop: { head: layer }, act: both(settled, addThenSay(8012345678901)), expected: [VIEW, added(SAGE_S)] }],
    ["at the click of a form that the browser sends", { shop: { head: layer, theme: "vintage" }, act: both(settled, onClick(8012345678901), add), expected: [VIEW, added(SAGE_S)] }],
    ["in the tick that leaves the page",            { shop: { head: layer, replyAfterMs: 150 }, act: both(settled, (page) => Promise.all([page.waitForURL(/cart$/), page.evaluate(`${push(8012345678901)} void ${post(`"id=${SAGE_S}"`, "/cart/add.js", `headers: { "Content-Type": "application/x-www-form-urlencoded" }`)}; location.href = "/cart";`)])), expected: [VIEW, added(SAGE_S)] }],
    ["of adds that no request is for",              { shop: { head: layer }, act: both(settled, says(push(8012345678901)), () => until(() => events().length === 2)), expected: [VIEW, "Added To Cart ×1 20 USD"] }],
  ])("%s is one add at most", async (_, step) => {
    stage.build = "every";
    await walk(step);
    await expectBothHalves("Added To Cart", "addtocart");
  });

  test("a call for the add counts at once, and the request is not another one", async () => {
    const call = `pinrelay({ method: "track", eventName: "Added To Cart", properties: { product_id: "8012345678901", price: 20, currency: "USD", quantity: 1 } });`;
    const request = post(`new URLSearchParams("id=${SAGE_S}")`);
    await walk({ act: both(settled, says(`${call} ${request}`)), expected: [VIEW, "Added To Cart ×1 20 USD"] });
    stage.beacons.length = 0;
    const other = `(() => { const asked = ${request}; ${call} return asked; })()`;
    await walk({ act: both(settled, says(other)), expected: [VIEW, added(SAGE_S)] });
  });
});
