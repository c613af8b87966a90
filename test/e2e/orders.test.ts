/** One order, told by the browser and by the shop's server: what Pinterest counts, in a real browser. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { ShopSettings } from "#relay/core/settings";
import { walk } from "../shop/walk.ts";
import { until } from "../until.ts";
import { launchBrowser } from "./browser.ts";
import { type Stage, setStage } from "./stage.ts";

let browser: Browser;
let stage: Stage;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
afterEach(() => stage.close());

const CLICK_ID = "dj0yJnU9N2pHc2FOZ3Y";

const set = async (settings: Partial<ShopSettings> = {}) => {
  stage = await setStage(browser, settings, { withWebhook: true });
};
/** By a pin to the shop, and to its thank-you page. */
const order = async (page: Page) => (await walk(page, `${stage.shop.url}/?epik=${CLICK_ID}`)).order;
const switchOff = async (page: Page, half: string) => {
  await page.goto(stage.shop.url, { waitUntil: "load" });
  await page.getByRole("switch", { name: half }).click();
  await page.getByRole("switch", { name: half, checked: false }).waitFor();
};
const conversions = () => stage.pinterest.verdicts().filter(({ apiName }) => apiName === "checkout");
const told = () => stage.pinterest.server.filter(({ event_name }) => event_name === "checkout");
/** What the relay has of the order. */
const row = async () => (await stage.relay.store.recent(50)).find(({ name }) => name === "Placed Order");
const outcome = async () => (await row())?.deliveries[0]?.outcome;
/** Names of what Pinterest is told of the one who ordered. */
const known = () => Object.keys(told()[0]?.user_data ?? {}).sort();

const BOUGHT = { value: "34.00", currency: "USD", num_items: 1, content_ids: ["1001"] };
/** Who ordered only the webhook says: the shop's pages leave that to its server. */
const OF_THE_CUSTOMER = ["ct", "country", "em", "fn", "ln", "ph", "st", "zp"];
const OF_THE_VISIT = ["click_id", "client_ip_address", "client_user_agent", "external_id"];

test("told by browser and webhook an order is one conversion, at once, with what either knows", async () => {
  await set();
  const { page, errors } = await stage.visit();
  const { id } = await order(page);
  await until(() => conversions().some(({ verdict }) => verdict === "counted once"));
  expect(conversions()).toMatchObject([{ browserArrivals: 1, serverArrivals: 1 }]);
  expect(told()).toMatchObject([{ event_id: conversions()[0]?.eventId, custom_data: { ...BOUGHT, order_id: id } }]);
  expect(known()).toEqual([...OF_THE_CUSTOMER, ...OF_THE_VISIT].sort());
  expect(told()[0]?.user_data.click_id).toBe(CLICK_ID);

  await page.goto(stage.pinterest.url);
  const card = page.locator(".event", { has: page.getByRole("heading", { name: "checkout", exact: true }) });
  await card.waitFor();
  expect(await card.innerText()).toMatch(
    /counted once[\s\S]*USD\s34\.00\tUSD\s34\.00[\s\S]*Told by\tpage\twebhook, page/,
  );
  const keys = async (name: string) => await card.getByRole("row", { name }).getByRole("cell").allInnerTexts();
  const [ofTag, ofServer] = await keys("Person keys");
  expect(ofTag).toBe("–");
  expect(ofServer).toMatch(/email[\s\S]*phone[\s\S]*first name[\s\S]*city/);
  expect(await keys("Visit keys")).toEqual([
    expect.stringMatching(/external ID[\s\S]*click ID/),
    expect.stringMatching(/external ID[\s\S]*IP[\s\S]*user agent[\s\S]*click ID/),
  ]);
  expect(errors).toEqual([]);
});

test("a discount, more than one and tax: both halves come to the same figures, to the cent", async () => {
  await set();
  const { page } = await stage.visit();
  await walk(page, stage.shop.url, { quantity: 3, code: "WELCOME10" });
  await until(() => conversions().some(({ browser, server }) => browser !== undefined && server !== undefined));
  expect(conversions()).toMatchObject([
    { verdict: "counted once", browser: { value: 91.8, quantity: 3 }, server: { value: 91.8, quantity: 3 } },
  ]);
});

test("without the tag in its pages an order is one conversion, of the webhook", async () => {
  await set({ signedHoldSeconds: 1 });
  const { page } = await stage.visit();
  await switchOff(page, "Browser half");
  const { id } = await order(page);
  await until(() => told().length > 0);
  expect(told()).toMatchObject([{ custom_data: { ...BOUGHT, order_id: id } }]);
  await stage.relay.flush();
  expect(conversions()).toMatchObject([{ browserArrivals: 0, serverArrivals: 1 }]);
  // Seen once before, the visitor is known by the cookie that the order carries; the click ID's page had no tag.
  expect(known()).toEqual([...OF_THE_CUSTOMER, ...OF_THE_VISIT].filter((name) => name !== "click_id").sort());
});

test("with an ad blocker that stops all of it the order carries the pin's click ID, if the cookie was there", async () => {
  await set({ signedHoldSeconds: 1 });
  const { page } = await stage.visit({}, async (context) => {
    await context.route(`${stage.relayUrl}/**`, (route) => route.abort());
    await context.addCookies([{ name: "_epik", value: CLICK_ID, url: stage.shop.url }]);
  });
  await walk(page, stage.shop.url);
  await until(() => told().length > 0);
  await stage.relay.flush();
  expect(conversions()).toMatchObject([{ browserArrivals: 0, serverArrivals: 1 }]);
  expect(told()).toMatchObject([{ user_data: { click_id: CLICK_ID } }]);
  expect(known()).toEqual([...OF_THE_CUSTOMER, ...OF_THE_VISIT].filter((name) => name !== "external_id").sort());
});

test("without the webhook an order is one conversion, of the browser", async () => {
  // Where the checkout's view is told late, it would know the email of the form that was sent meanwhile.
  await set({ unsignedHoldMinutes: 0, formIdentity: false });
  const { page } = await stage.visit();
  await switchOff(page, "Order webhook");
  const { id } = await order(page);
  await until(() => conversions().some(({ verdict }) => verdict === "counted once"));
  expect(conversions()).toMatchObject([{ browserArrivals: 1, serverArrivals: 1 }]);
  expect(told()).toMatchObject([{ custom_data: { ...BOUGHT, order_id: id }, user_data: { click_id: CLICK_ID } }]);
  expect(known()).toEqual(OF_THE_VISIT);
});

test("an order that only a browser tells waits for the webhook of a shop that has one", async () => {
  await set();
  const { page } = await stage.visit();
  await switchOff(page, "Order webhook");
  await order(page);
  await until(async () => (await row()) !== undefined && conversions().length > 0);
  await stage.relay.flush();
  expect(conversions()).toMatchObject([{ browserArrivals: 1, serverArrivals: 0 }]);
});

test("a thank-you page loaded again three times is still one conversion", async () => {
  await set();
  const { page } = await stage.visit();
  await order(page);
  await until(() => conversions().some(({ verdict }) => verdict === "counted once"));
  for (let reload = 0; reload < 3; reload += 1) await page.reload({ waitUntil: "load" });
  const visits = () => stage.pinterest.verdicts().filter(({ apiName }) => apiName === "page").length;
  const before = visits();
  await page.goto(stage.shop.url, { waitUntil: "load" });
  await until(() => visits() > before);
  await stage.relay.flush();
  expect(conversions()).toMatchObject([{ verdict: "counted once", browserArrivals: 1, serverArrivals: 1 }]);
});

test("with the relay down the shopper waits for nothing, and the webhook arrives when it is back", async () => {
  await set({ signedHoldSeconds: 1 });
  const { page } = await stage.visit();
  await switchOff(page, "Browser half");
  await stage.stopRelay();
  await order(page);
  await stage.restartRelay();
  await until(() => told().length > 0);
  expect(conversions()).toMatchObject([{ serverArrivals: 1 }]);
});

test.each([
  ["both halves", []],
  ["the webhook alone", ["Browser half"]],
])("who does not allow measurement is told of to nobody: %s", async (_, off) => {
  await set({ signedHoldSeconds: 0 });
  const { page } = await stage.visit();
  for (const half of off) await switchOff(page, half);
  await page.goto(stage.shop.url, { waitUntil: "load" });
  await page.getByRole("contentinfo").getByRole("radio", { name: "Not allowed" }).check();
  await order(page);
  await until(async () => (await outcome()) !== undefined);
  expect(await outcome()).toBe("no consent");
  await stage.relay.flush();
  expect(conversions()).toEqual([]);
});

test("a shopper's no that only their page knows reaches the order by its ID: nobody is told of it", async () => {
  await set();
  const { page } = await stage.visit();
  await page.addInitScript(`
    window.pinrelay = function () { (window.pinrelay.q = window.pinrelay.q || []).push(arguments) };
    pinrelay({ method: "consent", marketing: "denied" });`);
  await order(page);
  await until(async () => (await outcome()) !== undefined);
  expect(await outcome()).toBe("no consent");
  await stage.relay.flush();
  expect(conversions()).toEqual([]);
});
