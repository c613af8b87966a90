import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { launchBrowser } from "../e2e/browser.ts";
import { type RunningShop, startShop } from "./shop.ts";
import { type Stop, walk } from "./walk.ts";

let browser: Browser;
let shop: RunningShop;
let context: BrowserContext;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
  shop = await startShop();
});
afterAll(async () => {
  await browser?.close();
  await shop?.close();
});
beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  page = await context.newPage();
  complaints.length = 0;
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith("http://127.0.0.1:")) complaints.push(`asked for ${request.url()}`);
  });
});
afterEach(() => context.close());

const layer = (): Promise<unknown[]> =>
  page.evaluate(() => JSON.parse(JSON.stringify(Reflect.get(window, "dataLayer") ?? [])));

test("a whole walk ends with an order, without an error, a stranger's request or a sideways scroll", async () => {
  const stops: Stop[] = [];
  const { order } = await walk(page, shop.url, {
    quantity: 2,
    code: "WELCOME10",
    onStop: async (stop) => {
      stops.push(stop);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), stop).toBeLessThanOrEqual(0);
    },
  });
  expect(stops).toEqual(["home", "collection", "product", "variant", "added", "cart", "checkout", "thank-you"]);
  // 2 × 30.60 + 8.50 + 5.05 of tax
  expect(order).toMatchObject({ number: "#1001", total: 74.75, url: `${shop.url}/thank-you/${order.id}` });
  expect(shop.orders.find(({ id }) => id === order.id)?.totalCents).toBe(7475);
  expect(complaints).toEqual([]);
});

test("choosing a variant changes price, SKU, picture and address, and is no new view", async () => {
  await page.goto(`${shop.url}/products/harbor-mug`);
  const steps = await page.evaluate(() => history.length);
  await page.getByRole("radio", { name: "Ink" }).check();
  await page.getByRole("radio", { name: "Large" }).check();
  expect(new URL(page.url()).search).toBe("?variant=1001-6");
  expect(await page.locator("[data-price]").textContent()).toBe("$36.00");
  expect(await page.locator("[data-sku]").textContent()).toBe("MUG-INK-L");
  await page.getByRole("img", { name: "Harbor Mug, Ink / Large" }).waitFor();
  expect(await page.evaluate(() => history.length)).toBe(steps);
  expect((await layer()).filter((each) => JSON.stringify(each).includes("view_item"))).toHaveLength(1);
  await page.reload();
  expect(await page.locator("[data-price]").textContent()).toBe("$36.00");
});

test("adding is told after the shop's answer, once, and shown in mini-cart and count", async () => {
  await page.goto(`${shop.url}/products/everyday-board`);
  const before = (await layer()).length;
  await page.getByRole("button", { name: "Add to cart" }).click();
  await page.getByRole("dialog", { name: "Added to your cart" }).waitFor();
  expect((await layer()).slice(before)).toMatchObject([
    { ecommerce: null },
    { event: "add_to_cart", ecommerce: { value: 42, items: [{ item_id: "1004", item_variant: "Small" }] } },
  ]);
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "Cart, 1 in it" }).waitFor();
  expect(complaints).toEqual([]);
});

test("an addition that the shop refuses is not told, and says why", async () => {
  await page.goto(`${shop.url}/products/everyday-board`);
  const before = (await layer()).length;
  await page.route("**/cart/items", (route) => route.fulfill({ status: 400, json: { error: "Sold out just now." } }));
  await page.getByRole("button", { name: "Add to cart" }).click();
  await page.getByText("Sold out just now.").waitFor();
  expect(await layer()).toHaveLength(before);
});

test("another country has other sums", async () => {
  await page.goto(`${shop.url}/products/everyday-board`);
  await page.getByRole("button", { name: "Add to cart" }).click();
  await page.getByRole("dialog").getByRole("link", { name: "Check out" }).click();
  expect(await page.locator("[data-sum=total]").textContent()).toBe("$53.97"); // 42.00 + 8.50 + 3.47
  await page.getByLabel("Country").selectOption("GB");
  expect(await page.locator("[data-sum=total]").textContent()).toBe("$66.00");
});

test("the measurement switch tells its decision at once and on every page after", async () => {
  const told = () =>
    page.evaluate(() => Reflect.get(window, "pinrelay")?.q?.map((call: ArrayLike<unknown>) => call[0]));
  await page.goto(shop.url);
  expect(await told()).toBeUndefined();
  await page.getByRole("radio", { name: "Not allowed" }).check();
  expect(await told()).toEqual([{ method: "consent", marketing: "denied" }]);
  await page.goto(`${shop.url}/cart`);
  expect(await told()).toEqual([{ method: "consent", marketing: "denied" }]);
  expect(await page.getByRole("radio", { name: "Not allowed" }).isChecked()).toBe(true);
});
