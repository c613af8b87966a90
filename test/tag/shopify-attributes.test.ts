/** What the tag leaves on a Shopify cart for the order's webhook: who ordered, what they clicked, what they allow. */
import type { Page } from "playwright-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../until.ts";
import { eachStage } from "./each-stage.ts";
import { docs, pasted } from "./guide.ts";
import { openShopifyShop, type ShopifyShop } from "./shopify-shop.ts";
import type { Stage } from "./stage.ts";

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

const MUG = "/products/harbor-mug";
const EPIK = "dj0yJnU9TkVX";

/** Shopify's customer privacy as the shop's banner left it; the visitor's choice is Shopify's to keep. */
const PRIVACY = `<script>window.Shopify = Object.assign(window.Shopify ?? {}, { customerPrivacy: {
  marketingAllowed: () => localStorage.choice !== "no", currentVisitorConsent: () => ({ marketing: localStorage.choice ?? "yes" }) } });
  function choose(word) { localStorage.choice = word; document.dispatchEvent(new CustomEvent("visitorConsentCollected")); }</script>`;

const open = async (page: Page, path: string): Promise<void> => {
  await page.goto(shop.origin + path);
  await page.waitForFunction("XMLHttpRequest.prototype.send !== window.ownSend", undefined, { polling: 30 });
};
const arrive = async (path = `${MUG}?epik=${EPIK}`) => {
  const visit = await stage.visit({}, (context) =>
    context.addInitScript("window.ownSend = XMLHttpRequest.prototype.send"),
  );
  await open(visit.page, path);
  return visit;
};
const add = async (page: Page): Promise<void> => {
  const answered = page.waitForResponse(/\/cart\/add/);
  await page.locator("#MainContent [name=add]").first().click();
  await answered;
};
const writes = (): number => shop.asked.filter((path) => /update/.test(path)).length;
const written = (times = 1): Promise<void> => until(() => writes() === times);
const visitorId = (): string | undefined => stage.beacons.find(({ visitor }) => visitor)?.visitor?.id;
/** Waits for longer than the tag waits for the cart to be quiet: by another page's clock, which begins later. */
const quiet = async (page: Page): Promise<void> => {
  await page.evaluate("new Promise((done) => setTimeout(done, 2_500))");
};

test("after the first add the cart carries who adds, what they clicked and what they allow", async () => {
  shop.head = PRIVACY;
  const { page, errors } = await arrive();
  await add(page);
  await written();
  expect(shop.asked).toEqual(["POST /cart/add", "POST /cart/update.js"].map((path) => expect.stringContaining(path)));
  expect(shop.attributes).toEqual({
    _pinrelay: visitorId(),
    _epik: EPIK,
    _pinrelay_consent: expect.stringMatching(/^granted shopify \d{13}$/),
  });
  const cart = await page.evaluate<{ attributes: object }>(`fetch("/cart.js").then((answer) => answer.json())`);
  expect(cart.attributes).toEqual(shop.attributes);
  expect(errors).toEqual([]);
});

test("it is written once for a cart, however much is added on however many pages", async () => {
  const { page } = await arrive();
  await add(page);
  await written();
  await add(page);
  await open(page, "/products/orchard-bowl");
  await add(page);
  await quiet(page);
  expect(writes()).toBe(1);
  // Nobody has decided anything: of that nothing is said.
  expect(shop.attributes).toEqual({ _pinrelay: visitorId(), _epik: EPIK, _pinrelay_consent: "" });
});

test("the next cart, after an order, gets it again", async () => {
  const { context, page } = await arrive();
  await add(page);
  await written();
  await context.clearCookies({ name: "cart" });
  await open(page, MUG);
  await add(page);
  await written(2);
  expect(shop.attributes).toMatchObject({ _pinrelay: visitorId() });
});

test("an add by a form is carried by the next page, in the shop's language", async () => {
  shop.theme = "vintage";
  const { page } = await arrive("/fr/products/harbor-mug");
  await add(page);
  await page.waitForURL(/cart$/);
  await written();
  expect(shop.asked.at(-1)).toBe("POST /fr/cart/update.js");
});

test("an add that a call has told already is carried too", async () => {
  const { page } = await arrive();
  await page.evaluate(
    `pinrelay({ method: "track", eventName: "Added To Cart", properties: { product_id: "8012345678901" } });
     fetch("/cart/add.js", { method: "POST", body: new URLSearchParams({ id: 44012345678901 }) })`,
  );
  await written();
});

test("an add that fails is carried by nobody, and without an add nothing is written", async () => {
  shop.stock = { 44012345678901: 0 };
  const { page } = await arrive();
  await add(page);
  await quiet(page);
  await open(page, "/pages/about");
  await quiet(page);
  expect(writes()).toBe(0);
});

test("a shopper who comes back by another ad takes its click ID along without adding again", async () => {
  const { page } = await arrive();
  await add(page);
  await written();
  await open(page, "/pages/about?epik=dj0yJnU9TEFURVI");
  await written(2);
  expect(shop.attributes).toMatchObject({ _pinrelay: visitorId(), _epik: "dj0yJnU9TEFURVI" });
});

test("denied later, the cart says so, and no more of whom", async () => {
  shop.head = PRIVACY;
  const { page } = await arrive();
  await add(page);
  await written();
  await page.evaluate(`choose("no")`);
  await written(2);
  const denied = { _pinrelay: "", _epik: "", _pinrelay_consent: expect.stringMatching(/^denied shopify \d{13}$/) };
  expect(shop.attributes).toEqual(denied);
  await open(page, MUG);
  await add(page);
  await quiet(page);
  expect(writes()).toBe(2);
  expect(shop.attributes).toEqual(denied);
});

test("denied from the start, the cart says that alone, and nothing of the add is kept", async () => {
  shop.head = `${PRIVACY}<script>localStorage.choice = "no"</script>`;
  const { page } = await arrive();
  await add(page);
  await written();
  expect(shop.attributes).toEqual({
    _pinrelay: "",
    _epik: "",
    _pinrelay_consent: expect.stringMatching(/^denied shopify \d{13}$/),
  });
  await add(page);
  await quiet(page);
  expect(writes()).toBe(1);
  expect(await page.evaluate("JSON.stringify(sessionStorage)")).not.toContain("44012345678901");
  expect(await page.evaluate("Object.keys(localStorage)")).toEqual(["choice"]);
});

test("a shopper who goes on to the checkout at once leaves with it written", async () => {
  const { page } = await arrive();
  await add(page);
  await page.goto(`${shop.origin}/cart`);
  await written();
  expect(shop.attributes).toMatchObject({ _epik: EPIK });
});

test("a theme that asks the cart again and again is left alone until it has its answers", async () => {
  const { page } = await arrive();
  shop.replyAfterMs = 1_800;
  await page.evaluate(
    `fetch("/cart/add.js", { method: "POST", body: new URLSearchParams({ id: 44012345678901 }) });
     setTimeout(() => fetch("/cart/add.js", { method: "POST", body: new URLSearchParams({ id: 44012345678902 }) }), 300)`,
  );
  await written();
  expect(
    await page.evaluate(`performance.getEntriesByType("resource").filter(({ name }) => /cart.(add|update)/.test(name))
    .sort((a, b) => a.responseEnd - b.responseEnd).map(({ name, startTime, responseEnd }) => [name.includes("add"), startTime, responseEnd])
    .reduce((last, [isAdd, start, end]) => isAdd ? end : start - last, 0)`),
  ).toBeGreaterThan(900);
});

test("our own request is no change of the cart that the page made", async () => {
  shop.stock = { 44012345678901: 1 };
  const { page } = await arrive();
  await add(page);
  await written();
  // One is in the cart, and there is no more: what the page does not live to hear is no add.
  shop.replyAfterMs = 150;
  await page.evaluate(
    `void fetch("/cart/add.js", { method: "POST", body: new URLSearchParams({ id: 44012345678901 }) }); location.href = "/cart"`,
  );
  await page.waitForURL(/cart$/);
  await page.waitForFunction(() => sessionStorage.getItem("_pinrelay.adds") === "[]");
  await open(page, "/pages/about");
  await until(() => stage.events("$page_load").some(({ url }) => url.endsWith("/pages/about")));
  expect(stage.events("Added To Cart")).toHaveLength(1);
});

test("a cart that refuses it takes it from the next page, and the shop sees no error", async () => {
  shop.refusesAttributes = 409;
  const { page, errors } = await arrive();
  await add(page);
  await written();
  await quiet(page);
  expect(writes()).toBe(1);
  shop.refusesAttributes = undefined;
  await open(page, "/pages/about");
  await written(2);
  expect(shop.attributes).toMatchObject({ _pinrelay: visitorId(), _epik: EPIK });
  expect(errors).toEqual([]);
});
