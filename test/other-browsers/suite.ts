/** What the shopper does → the events that are told of it, exactly those: every browser answers to this one suite. */
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fixture } from "../fixture.ts";
import { ALLOWED, shopifyPage } from "../tag/checkout.ts";
import { ORDERED } from "../tag/checkout-data.ts";
import { pastedPixel } from "../tag/guide.ts";
import { type Scene, setScene } from "../tag/scene.ts";
import { openShopifyShop, type ShopifyShop } from "../tag/shopify-shop.ts";
import { openWooShop, type WooOptions } from "../tag/woo-shop.ts";
import { until } from "../until.ts";
import { type Act, acts, click, leads, leave, line, lines, open, type Shopper, says, shows, told } from "./shopper.ts";
import { openWalkingShop } from "./walking-shop.ts";
import type { Driven } from "./webdriver.ts";

/** How a shop is opened: its origin, where the shopper goes in the end, and what closes it. */
type Opened = { shop: string; end: string[]; close?: () => void };
type Open = (scene: Scene) => Promise<Opened>;

export const MUG = "/products/harbor-mug";
export const THANKS = "/thank-you";
const BY_JSON_LD = "/product/harbor-mug/";
const BY_MICRODATA = "/moebel/esstisch-aue.html";
const LIST = "/product-category/mugs/";
const MARKED_THANKS = "/marked-thank-you";
const IN_YEN = "/ja/mug";

/** A shop made by hand; its pages are those of the fixtures. */
export const anyShop: Open = async (scene) => {
  const page = (name: string): string =>
    readFileSync(fixture(`any-shop/${name}.html`), "utf8").replace("<!-- tag -->", scene.witness() + scene.tag());
  const next = page("next");
  scene.build = "any";
  scene.pages = {
    [MUG]: page("ga4-product"),
    [BY_JSON_LD]: page("json-ld-product").replace("</h1>", '</h1><a href="/care">How to care for it</a>'),
    [THANKS]: page("ga4-thanks"),
    [BY_MICRODATA]: page("microdata-product"),
    [LIST]: page("json-ld-list"),
    [MARKED_THANKS]: page("marked-thanks"),
    [IN_YEN]: page("yen-product"),
    "/": next,
    "/care": next,
    "/checkout": next,
    "/end": next,
  };
  return { shop: scene.shop, end: ["/end"] };
};

/** The relay is away for the first three beacons. */
const relayAway: Open = async (scene) => {
  scene.answers = ["down", 503, "down"];
  return anyShop(scene);
};

const woo =
  (theme: WooOptions["theme"]): Open =>
  async (scene) => {
    scene.build = "woocommerce";
    const { origin, close } = await openWooShop({ theme, head: scene.witness() + scene.tag() });
    return { shop: origin, end: ["/"], close };
  };

const shopify =
  (differs: Partial<ShopifyShop> = {}): Open =>
  async (scene) => {
    scene.build = "shopify";
    const shop = await openShopifyShop();
    Object.assign(shop, { head: scene.witness(), tag: scene.tag() }, differs);
    return { shop: shop.origin, end: ["/pages/about", "/pages/visit"], close: shop.close };
  };

const SAGE_S = 44012345678901;
const SAGE_L = 44012345678902;
// Without `keepalive` a browser may drop the request with the page, and then there is no add to tell.
const FORM = `{ keepalive: true, method: "POST", headers: { "Content-Type": "application/x-www-form-urlencoded" }, body: "id=${SAGE_L}&quantity=2" }`;
const XHR = `const xhr = new XMLHttpRequest(); xhr.open("POST", "/cart/add.js"); xhr.setRequestHeader("Content-Type", "application/json"); xhr.send('{ "id": ${SAGE_L}, "quantity": 2 }');`;

const ADD = "Added To Cart";
const VIEW = "Viewed Product";
const view = told(VIEW);
const add = told(ADD);
const wooReady = shows("'onadded_to_cart' in window");
const wooBowl = (button: string): Act => acts(wooReady, view, click(button), add);

const LOADS = "$page_load";
const MUG_SEEN = `${VIEW} ${SAGE_S} 20 USD`;

// biome-ignore format: a table
const DOES: readonly (readonly [does: string, shop: Open, path: string, act: Act, expected: readonly string[]])[] = [
  // Shops made by hand.
  ["looks at a product that JSON-LD tells",       anyShop,               BY_JSON_LD, view,                                                  [`${LOADS} ${BY_JSON_LD}`, `${VIEW} 1001 24 USD`]],
  ["looks at it but for a moment",                anyShop,               BY_JSON_LD, leads("/care", click("a")),                            [`${LOADS} ${BY_JSON_LD}`, `${LOADS} /care`, `${VIEW} 1001 24 USD`]],
  ["adds what GA4 tells",                         anyShop,               MUG,        acts(says("added()"), add),                            [`${LOADS} ${MUG}`, `${ADD} 1001 ×1 24 USD`]],
  ["adds twice",                                  anyShop,               MUG,        acts(says("added()"), add, says("added()"), told(ADD, 2)), [`${LOADS} ${MUG}`, `${ADD} 1001 ×1 24 USD`, `${ADD} 1001 ×1 24 USD`]],
  ["adds, and is gone in the same tick",          anyShop,               MUG,        leads("/checkout", click("#buy")),                     [`${LOADS} ${MUG}`, `${LOADS} /checkout`, `${ADD} 1001 ×1 24 USD`]],
  ["orders, and loads that page twice more",      anyShop,               THANKS,     acts(told("Placed Order"), open(THANKS), open(THANKS)), [`${LOADS} ${THANKS}`, `${LOADS} ${THANKS}`, `${LOADS} ${THANKS}`, "Placed Order 5001 1001 ×2 24"]],
  ["goes on without loading a page, and back",    anyShop,               "/",        acts(says(`history.pushState(null, "", "/new")`), told(LOADS, 2), says(`history.replaceState(null, "", "/new?sort=price")`), says("history.back()"), told(LOADS, 3)), [`${LOADS} /`, `${LOADS} /`, `${LOADS} /new`]],
  ["looks at a product that microdata tells",     anyShop,               BY_MICRODATA, view,                                                [`${LOADS} ${BY_MICRODATA}`, `${VIEW} 4711 1299 EUR`]],
  ["looks at a list that JSON-LD tells",          anyShop,               LIST,       told("Viewed Collection"),                             [`${LOADS} ${LIST}`, "Viewed Collection Mugs"]],
  ["orders where attributes say so",              anyShop,               MARKED_THANKS, told("Placed Order"),                               [`${LOADS} ${MARKED_THANKS}`, "Placed Order 5001 1001 ×2 24"]],
  ["adds what Universal Analytics tells, in yen", anyShop,               IN_YEN,     acts(click("#add"), add),                              [`${LOADS} ${IN_YEN}`, `${VIEW} 12800 JPY`, `${ADD} 2001 ×2 12800 JPY`]],
  ["tells while the relay is away, and goes on",  relayAway,             BY_JSON_LD, open("/care"),                                         [`${LOADS} ${BY_JSON_LD}`, `${LOADS} /care`, `${VIEW} 1001 24 USD`]],
  // WooCommerce.
  ["adds in a list by AJAX",                      woo("storefront"),     BY_JSON_LD, wooBowl("li .add_to_cart_button"),                     [`${LOADS} ${BY_JSON_LD}`, `${VIEW} 101 24 USD`, `${ADD} 102 ×1 38.5 USD`]],
  ["adds in a list by a block",                   woo("blocks"),         "/product-category/tableware/", acts(wooReady, click(`li .add_to_cart_button[data-product_id="102"]`), add), [`${LOADS} /product-category/tableware/`, "Viewed Collection 21 Tableware", `${ADD} 102 ×1 38.5 USD`]],
  ["adds by a product's form",                    woo("storefront"),     BY_JSON_LD, acts(wooReady, view, leads(BY_JSON_LD, click("main form [type=submit]")), add), [`${LOADS} ${BY_JSON_LD}`, `${LOADS} ${BY_JSON_LD}`, `${VIEW} 101 24 USD`, `${VIEW} 101 24 USD`, `${ADD} 101 ×1 24 USD`]],
  // Shopify.
  ["adds by a theme's fetch",                     shopify(),             MUG,        acts(view, click("product-info [name=add]"), add),     [`${LOADS} ${MUG}`, MUG_SEEN, `${ADD} ${SAGE_S} ×1 20 USD`]],
  ["adds in a theme of 2026",                     shopify({ theme: "horizon" }), MUG, acts(view, click("#MainContent [name=add]"), add),    [`${LOADS} ${MUG}`, MUG_SEEN, `${ADD} ${SAGE_S} ×1 20 USD`]],
  ["adds by XMLHttpRequest",                      shopify(),             MUG,        acts(view, says(XHR), add),                            [`${LOADS} ${MUG}`, MUG_SEEN, `${ADD} ${SAGE_L} ×2 24 USD`]],
  ["adds by a form that the browser sends",       shopify({ theme: "vintage" }), MUG, acts(view, leads("/cart", click("#MainContent [name=add]")), add), [`${LOADS} ${MUG}`, `${LOADS} /cart`, MUG_SEEN, `${ADD} ${SAGE_S} ×1 20 USD`]],
  ["adds, and is gone before the shop answers",   shopify({ replyAfterMs: 150 }), MUG, acts(view, leads("/cart", says(`fetch("/cart/add.js", ${FORM}).catch(() => {}); location.href = "/cart";`)), add), [`${LOADS} ${MUG}`, `${LOADS} /cart`, MUG_SEEN, `${ADD} ${SAGE_L} ×2 24 USD`]],
  ["wants more than there is",                    shopify({ stock: { [SAGE_S]: 0 } }), MUG, acts(view, click("product-info [name=add]"), shows("document.documentElement.dataset.cart")), [`${LOADS} ${MUG}`, MUG_SEEN]],
];

// biome-ignore format: a table
/** Consent managers in few words: what they say before a decision, and how each decision is made. */
const MANAGERS: readonly (readonly [name: string, script: string, yes: string, no: string])[] = [
  ["Google Consent Mode", `window.dataLayer = []; function gtag() { dataLayer.push(arguments) }; gtag("consent", "default", { ad_storage: "denied", ad_user_data: "denied", wait_for_update: 60000 });`,
    `gtag("consent", "update", { ad_storage: "granted", ad_user_data: "granted" })`, `gtag("consent", "update", { ad_storage: "denied", ad_user_data: "denied" })`],
  ["IAB TCF",             `var heard; window.__tcfapi = (command, version, callback) => { heard = callback; callback({ gdprApplies: true, eventStatus: "cmpuishown", purpose: { consents: {} } }, true) };`,
    `heard({ gdprApplies: true, eventStatus: "useractioncomplete", purpose: { consents: { 1: true, 3: true, 4: true, 7: true } } }, true)`, `heard({ gdprApplies: true, eventStatus: "useractioncomplete", purpose: { consents: {} } }, true)`],
];

export interface Browsers {
  /** As it comes. */
  open(): Promise<Driven>;
  /** One that stores nothing for a page. */
  openForgetful(): Promise<Driven>;
  /** One that opens a page which goes on by itself, with a back/forward cache. */
  walk(address: string): Promise<Pick<Driven, "close">>;
}

export function shopperSuite(browsers: Browsers): void {
  let scene: Scene;
  /** As the browser that was opened says it; what ran in it is told at the end. */
  let engine: string | undefined;
  beforeEach(async ({ task }) => {
    scene = await setScene();
    if (engine) task.meta.engine = engine;
  });
  afterEach(() => scene.close());

  /** Both halves of each event that has two, under one ID. */
  const expectBothHalves = () => {
    const ids = scene
      .tracked()
      .map(({ words }) => JSON.stringify(words[2]))
      .map((data) => /"event_id":"([^"]+)"/.exec(data)?.[1]);
    const events = scene.events().filter(({ name }) => name !== LOADS);
    expect(ids.sort()).toEqual(events.map(({ id }) => id).sort());
  };

  describe("as it comes", () => {
    let browser: Driven;
    beforeAll(async () => {
      browser = await browsers.open();
      engine = `${browser.name} ${browser.version}`;
    });
    afterAll(() => browser?.close());

    const enter = async (shop: string): Promise<Shopper> => {
      // A host's cookies are those of all its ports: each shopper is a new one.
      await browser.open(`${scene.shop}/nothing`);
      await browser.forgetCookies();
      return { browser, scene, shop };
    };

    test.each(DOES)("a shopper who %s", async (_, openShop, path, act, expected) => {
      const { shop, end, close } = await openShop(scene);
      try {
        const shopper = await enter(shop);
        await acts(open(path), act, leave(...end))(shopper);
        expect(lines(shopper, end)).toEqual([...expected].sort());
        await until(() => scene.tracked("contact").length > 0);
        expectBothHalves();
        expect(scene.wrongs).toEqual([]);
      } finally {
        close?.();
      }
    });

    test("a shopper who has refused is told of nowhere, until they agree", async () => {
      await anyShop(scene);
      const refusal = `<script>window.pinrelay = function () { (pinrelay.q = pinrelay.q || []).push(arguments) }; pinrelay({ method: "consent", marketing: "denied" })</script>`;
      scene.pages[MUG] = refusal + scene.pages[MUG];
      const shopper = await enter(scene.shop);
      await browser.open(scene.shop + MUG);
      await shows("window._pinrelay")(shopper);
      await says("added()")(shopper);
      await browser.open(`${scene.shop}/`);
      await shows("window._pinrelay")(shopper);
      expect(await browser.run("return document.cookie")).toBe("");
      await says(`pinrelay({ method: "consent", marketing: "granted" })`)(shopper);
      await leave("/end")(shopper);
      expect(lines(shopper, ["/end"])).toEqual([]);
      expect(scene.pintrk.filter(({ path }) => path === MUG)).toEqual([]);
      expect(scene.images).toEqual([]);
      expect(scene.wrongs).toEqual([]);
    });

    test.each(MANAGERS.map(([name, script, yes, no]) => ({ name, script, yes, no })))(
      "$name: nothing before the decision, all of it after a yes, nothing after a no",
      async ({ script, yes, no }) => {
        for (const [decides, expected] of [
          [no, []],
          [yes, [`${LOADS} /decided`]],
        ] as const) {
          await anyShop(scene);
          scene.settings = { consent: "auto" };
          scene.pages["/decided"] =
            `<head><script>${script}</script>${scene.witness()}${scene.tag()}</head><body></body>`;
          const shopper = await enter(scene.shop);
          await browser.open(`${scene.shop}/decided`);
          await shows("window._pinrelay")(shopper);
          expect(scene.events()).toEqual([]);
          await says(decides)(shopper);
          if (expected.length > 0) await told(LOADS)(shopper);
          else await until(async () => (await browser.run(`return document.cookie`)) === "");
          expect(lines(shopper, [])).toEqual(expected);
          expect(scene.wrongs).toEqual([]);
        }
      },
    );

    test("the debug panel opens and shows what is told", async () => {
      await anyShop(scene);
      const shopper = await enter(scene.shop);
      await open(`${BY_JSON_LD}#pinrelay-debug`)(shopper);
      const names = `[...(document.querySelector("pinrelay-debug")?.shadowRoot?.querySelectorAll("li .name") ?? [])].map((name) => name.textContent)`;
      await shows(`${names}.length >= 2`)(shopper);
      expect(await browser.run(`return ${names}.sort()`)).toEqual([LOADS, VIEW]);
      expect(scene.wrongs).toEqual([]);
    });

    test("Shopify's pixel tells an order out of its sandboxed frame, once", async () => {
      const html = `<head>${scene.witness()}</head><body>${shopifyPage(pastedPixel(scene.relay), { customerPrivacy: ALLOWED })}</body>`;
      scene.pages = { "/thank-you": html };
      const shopper = await enter(scene.shop);
      await browser.open(`${scene.shop}/thank-you`);
      const publish = says(`return shopifyActs.publish("checkout_completed", ${JSON.stringify(ORDERED)})`);
      await publish(shopper);
      await told("Placed Order")(shopper);
      await publish(shopper);
      await says(`return shopifyActs.publish("checkout_started", ${JSON.stringify(ORDERED)})`)(shopper);
      await told("Started Checkout")(shopper);
      expect(scene.beacons.flatMap(({ events }) => events.map(({ name }) => name))).toEqual([
        "Placed Order",
        "Started Checkout",
      ]);
      await until(() => scene.tracked().length >= 2);
      expect(scene.tracked().map(({ words }) => words[1])).toEqual(["checkout", "initiatecheckout"]);
      expect(scene.requests.map(({ origin, cookie }) => [origin, cookie])).toEqual(
        scene.requests.map(() => ["null", undefined]),
      );
      await browser.enter(0);
      expect(
        await browser.run("try { return String(localStorage) } catch ({ name }) { return [origin, name] }"),
      ).toEqual(["null", "SecurityError"]);
      await browser.enter(null);
      expect(scene.wrongs).toEqual([]);
    });
  });

  describe("where nothing can be stored", () => {
    let browser: Driven;
    beforeAll(async () => {
      browser = await browsers.openForgetful();
    });
    afterAll(() => browser?.close());

    test("an order keeps its ID however often its page is loaded, and nothing goes wrong", async () => {
      const { shop } = await anyShop(scene);
      const shopper = { browser, scene, shop };
      for (let load = 1; load <= 3; load += 1) {
        await open(THANKS)(shopper);
        await until(
          () =>
            scene.beacons.flatMap(({ events }) => events).filter(({ name }) => name === "Placed Order").length >= load,
        );
      }
      const stored = `try { localStorage.a = 1; return "stored" } catch { return document.cookie }`;
      expect(await browser.run(stored)).toBe("");
      expect(lines(shopper, [])).toEqual([...Array(3).fill(`${LOADS} ${THANKS}`), "Placed Order 5001 1001 ×2 24"]);
      expect(scene.events("Placed Order").map(({ id }) => id)).toEqual(["order.k3x9q2m7.5001"]);
      expect(scene.wrongs).toEqual([]);
    });
  });

  test("a page that comes out of the back/forward cache counts once more, and so does what it shows", async () => {
    scene.build = "any";
    // So that the page is put there while a beacon is under way.
    scene.answerAfterMs = 150;
    const shop = await openWalkingShop(scene);
    const browser = await browsers.walk(`${shop.origin}/product`);
    try {
      // A browser that had something under way keeps no page: what it did is told below.
      await until(() => scene.events("Contacted").length === 1, 40_000).catch(() => {});
      expect(shop.restored).toEqual([false, false, true]);
      expect(scene.events().map(line)).toEqual([
        `${LOADS} /product`,
        `${VIEW} 1001 24 USD`,
        `${LOADS} /care`,
        `${LOADS} /product`,
        `${VIEW} 1001 24 USD`,
        "Contacted ",
      ]);
      expect(scene.wrongs).toEqual([]);
    } finally {
      await browser.close();
      shop.close();
    }
  });
}
