/** A shop page to Pinterest, end to end, in a real browser; what counts is what the stand-in saw. */
import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
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
beforeEach(async () => {
  stage = await setStage(browser);
});
afterEach(() => stage.close());

const verdicts = (apiName: string) => stage.pinterest.verdicts().filter((verdict) => verdict.apiName === apiName);
const counted = (apiName: string) => verdicts(apiName).filter(({ verdict }) => verdict === "counted once").length;
/** How often each event was counted once, by name; what was not is listed with its verdict. */
const counts = () => {
  const found: Record<string, number> = {};
  for (const { apiName, verdict } of stage.pinterest.verdicts()) {
    const label = verdict === "counted once" || verdict === "browser only" ? apiName : `${apiName}: ${verdict}`;
    found[label] = (found[label] ?? 0) + 1;
  }
  return found;
};
/** Both halves of all that has come so far are there. */
const isEven = () => Object.keys(counts()).every((label) => !label.includes(":"));
const blockPinterest = async (context: BrowserContext) => {
  await context.route(`${stage.pinterest.url}/**`, (route) => route.abort());
};

test("a walk through the shop is told on both channels, each event counted once", async () => {
  const { page, errors } = await stage.visit();
  const { order } = await walk(page, stage.shop.url);
  await until(() => counted("checkout") === 1);
  await until(() => stage.pinterest.verdicts().length >= 11 && isEven());
  expect(counts()).toEqual({
    page: 6,
    view_category: 1,
    page_visit: 1,
    add_to_cart: 1,
    initiate_checkout: 1,
    checkout: 1,
  });

  for (const { apiName, eventId, browser: tag, server } of stage.pinterest.verdicts()) {
    if (apiName === "page") continue;
    expect(eventId, apiName).toMatch(/./);
    expect(tag, apiName).toBeDefined();
    const { value, currency, contentIds, quantity } = tag ?? {};
    expect(server, apiName).toMatchObject({
      contentIds,
      ...(value === undefined ? {} : { value, currency, quantity }),
    });
  }
  for (const name of ["add_to_cart", "initiate_checkout", "checkout"]) {
    // A large sage mug; shipping and tax, which the order's total has on top, are not goods.
    expect(verdicts(name)[0]?.server, name).toMatchObject({
      value: 34,
      currency: "USD",
      contentIds: ["1001"],
      quantity: 1,
    });
  }
  expect(order.total).toBeGreaterThan(34);
  const [checkout] = verdicts("checkout");
  expect(checkout?.eventId.endsWith(`.${order.id}`)).toBe(true);
  expect(checkout?.server).toMatchObject({ orderId: order.id, currency: "USD" });
  expect(errors).toEqual([]);
});

test("a variant that is chosen while the page loads is told with its own price, alike on both channels", async () => {
  const { page } = await stage.visit();
  await page.goto(`${stage.shop.url}/products/harbor-mug`, { waitUntil: "load" });
  for (const [option, value] of Object.entries({ Color: "Ink", Size: "Large" }))
    await page.getByRole("group", { name: option }).getByRole("radio", { name: value }).check();
  await until(() => counted("page_visit") === 1);
  const server = stage.pinterest.server.find(({ event_name }) => event_name === "page_visit");
  const price = Number(server?.custom_data?.value);
  expect(server?.custom_data?.contents?.map(({ item_price }) => Number(item_price))).toEqual([price]);
  const hit = stage.pinterest.browser.find(({ event }) => event === "pagevisit");
  expect(hit?.ed).toMatchObject({ value: price, line_items: [{ product_price: price }] });
});

test("a double click on the button that adds to the cart is one addition", async () => {
  const { page } = await stage.visit();
  await page.goto(`${stage.shop.url}/products/harbor-mug`, { waitUntil: "load" });
  // The second click may come when the mini-cart is open already, and close it.
  await page.getByRole("button", { name: "Add to cart" }).dblclick();
  await until(() => counted("add_to_cart") === 1);
  await stage.relay.flush();
  expect(verdicts("add_to_cart")).toHaveLength(1);
});

test("back to a page is a visit of its own, and tells nothing of the page that was left", async () => {
  const { page } = await stage.visit();
  await page.goto(`${stage.shop.url}/products/harbor-mug`, { waitUntil: "load" });
  await until(() => counted("page_visit") === 1);
  await page.goto(`${stage.shop.url}/cart`, { waitUntil: "load" });
  await page.goBack({ waitUntil: "load" });
  await until(() => verdicts("page").length === 3);
  await until(() => counted("page_visit") === 2);
  expect(counts()).toEqual({ page: 3, page_visit: 2 });
});

test("a thank-you page loaded again three times is still one checkout, on both channels", async () => {
  const { page } = await stage.visit();
  await walk(page, stage.shop.url);
  await until(() => counted("checkout") === 1);
  for (let reload = 0; reload < 3; reload += 1) await page.reload({ waitUntil: "load" });
  await page.goto(stage.shop.url);
  await until(() => verdicts("page").length === 10);
  await stage.relay.flush();
  expect(verdicts("checkout")).toMatchObject([{ verdict: "counted once", browserArrivals: 1, serverArrivals: 1 }]);
});

test("an ad blocker takes the browser's half and nothing else", async () => {
  const { page, errors } = await stage.visit({}, blockPinterest);
  await walk(page, stage.shop.url);
  await until(() => ["checkout", "add_to_cart", "page_visit"].every((name) => verdicts(name).length > 0));
  expect(verdicts("checkout")).toMatchObject([{ verdict: "one half missing", browserArrivals: 0, serverArrivals: 1 }]);
  expect(verdicts("add_to_cart")).toHaveLength(1);
  expect(verdicts("page_visit")).toHaveLength(1);
  expect(errors).toEqual([]);
  await page.goto(stage.shop.url);
  await until(async () => (await stage.relay.store.recent(50)).some(({ ack }) => ack === "absent"));
});

test("with the relay down shop and Pinterest Tag work on, and what was kept arrives when it is back", async () => {
  const { page, errors } = await stage.visit();
  await page.goto(stage.shop.url, { waitUntil: "load" });
  await until(() => verdicts("page").length === 1);
  await stage.stopRelay();
  const { order } = await walk(page, stage.shop.url);
  expect(order.id).not.toBe("");
  await until(() => verdicts("checkout").length === 1);
  expect(stage.pinterest.server).toEqual([]);
  expect(errors).toEqual([]);

  await stage.restartRelay();
  await page.goto(stage.shop.url, { waitUntil: "load" });
  await until(() => counted("checkout") === 1 && counted("add_to_cart") === 1 && counted("page_visit") === 1);
  await until(isEven);
});

test("an event that the Tag took is known to the relay as fired", async () => {
  const { page } = await stage.visit();
  await walk(page, stage.shop.url);
  await page.goto(stage.shop.url);
  await until(async () => {
    const rows = await stage.relay.store.recent(50);
    return rows.filter(({ name }) => name !== "$page_load").every(({ ack }) => ack === "fired");
  });
});

test("a page that loads another Pinterest Tag is known to the relay", async () => {
  const { page } = await stage.visit();
  await page.addInitScript(`
    window.pintrk = function () { window.pintrk.queue.push(arguments) };
    window.pintrk.queue = [];
    pintrk("load", "2698765432109");`);
  await walk(page, stage.shop.url);
  const noticed = () => stage.relay.store.otherTags(1);
  await until(async () => (await noticed()).length > 0);
  expect(await noticed()).toMatchObject([{ by: "page", tagId: "2698765432109" }]);
});

describe("who the visitor is", () => {
  test("both channels know the visitor by the same external ID, though a customer, and from checkout on by the same email", async () => {
    const { page } = await stage.visit();
    await page.addInitScript(`
      window.pinrelay = function () { (window.pinrelay.q = window.pinrelay.q || []).push(arguments) };
      pinrelay({ method: "set", profileProperties: { $customer_id: "7012345678901" } });`);
    await walk(page, stage.shop.url);
    await until(() => counted("checkout") === 1);
    await until(() => stage.pinterest.server.length >= 5 && isEven());
    const externalIds = stage.pinterest.server.map(({ event_id, user_data }) => [event_id, user_data.external_id]);
    const toTag = stage.pinterest.browser.map(({ eventId, pd }) => [eventId, [pd.external_id]]);
    expect(externalIds).toHaveLength(5);
    expect(toTag).toEqual(expect.arrayContaining(externalIds));
    const server = stage.pinterest.server.find(({ event_name }) => event_name === "checkout");
    const tag = stage.pinterest.browser.find(({ event }) => event === "checkout");
    expect(server?.user_data.em).toEqual([tag?.pd?.em]);
    expect(server?.user_data.ph).toHaveLength(1);
    expect(Object.keys(server?.user_data ?? {})).toEqual(
      expect.arrayContaining([
        "em",
        "ph",
        "fn",
        "ln",
        "ct",
        "st",
        "zp",
        "country",
        "client_ip_address",
        "client_user_agent",
      ]),
    );
  });

  test("a click ID in the address wins over the cookie's, and stays with the visitor", async () => {
    const { page, context } = await stage.visit();
    await context.addCookies([{ name: "_epik", value: "dj0yJnU9T0xE", url: stage.shop.url }]);
    await page.goto(`${stage.shop.url}/?epik=dj0yJnU9TkVX`, { waitUntil: "load" });
    await until(() => verdicts("page").length === 1);
    await walk(page, stage.shop.url);
    await until(() => counted("checkout") === 1);
    expect(new Set(stage.pinterest.server.map(({ user_data }) => user_data.click_id))).toEqual(
      new Set(["dj0yJnU9TkVX"]),
    );
  });
});

describe("consent", () => {
  test("switched off in the shop's footer stops both channels and takes the cookies", async () => {
    const { page, context } = await stage.visit();
    await page.goto(stage.shop.url, { waitUntil: "load" });
    await until(async () => verdicts("page").length === 1 && (await stage.relay.store.recent(50)).length === 1);
    await page.getByRole("contentinfo").getByRole("radio", { name: "Not allowed" }).check();
    await until(async () => (await context.cookies()).every(({ name }) => name !== "_pinrelay"));
    await walk(page, stage.shop.url);
    // The relay alone hears of the order, by its ID: so that nobody else's word of it goes on. All else was before.
    const order = async () => (await stage.relay.store.recent(50)).find(({ name }) => name === "Placed Order");
    await until(async () => (await order())?.deliveries[0]?.outcome !== undefined);
    expect((await order())?.deliveries).toMatchObject([{ outcome: "no consent" }]);
    await stage.relay.flush();
    expect(stage.pinterest.verdicts()).toHaveLength(1);
    expect((await stage.relay.store.recent(50)).length).toBe(2);
  });
});

describe("settings reach both channels alike", () => {
  const restage = async (settings: Parameters<typeof setStage>[1]) => {
    await stage.close();
    stage = await setStage(browser, settings);
  };

  test("pageLoad page_visit: one visit a page, and none beside a product's own", async () => {
    await restage({ pageLoad: "page_visit" });
    const { page } = await stage.visit();
    await page.goto(stage.shop.url, { waitUntil: "load" });
    await until(() => counted("page_visit") === 1);
    await page.goto(`${stage.shop.url}/products/harbor-mug`, { waitUntil: "load" });
    await until(() => counted("page_visit") === 2);
    await page.goto("about:blank");
    await until(() => verdicts("page").length === 2);
    expect(counts()).toEqual({ page: 2, page_visit: 2 });
    const [home, product] = verdicts("page_visit");
    expect([home?.server?.contentIds, product?.server?.contentIds]).toEqual([[], ["1001"]]);
  });

  test("pageLoad page: the literal name goes to the API too, under the same ID", async () => {
    await restage({ pageLoad: "page" });
    const { page } = await stage.visit();
    await page.goto(stage.shop.url, { waitUntil: "load" });
    await until(() => counted("page") === 1);
    expect(counts()).toEqual({ page: 1 });
  });

  test("content IDs by SKU, and the order's total", async () => {
    await restage({ contentId: "sku", value: "total" });
    const { page } = await stage.visit();
    const { order } = await walk(page, stage.shop.url);
    await until(() => counted("checkout") === 1 && counted("page_visit") === 1);
    const [view] = verdicts("page_visit");
    expect(view).toMatchObject({
      verdict: "counted once",
      server: { contentIds: [expect.stringMatching(/^MUG-SAGE-[SL]$/)] },
    });
    expect(verdicts("checkout")).toMatchObject([{ server: { value: order.total }, browser: { value: order.total } }]);
  });
});
