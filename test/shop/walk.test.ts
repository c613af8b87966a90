import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { launchBrowser } from "../e2e/browser.ts";
import { until } from "../until.ts";
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
  // The sums may stand there before the script runs that changes them.
  await page.waitForLoadState();
  const totals = () => page.locator("[data-sum=total]").allTextContents();
  const shows = (total: string) => until(async () => (await totals()).join() === `${total},${total}`);
  await shows("$53.97"); // 42.00 + 8.50 + 3.47
  await page.getByLabel("Country").selectOption("GB");
  await shows("$66.00");
});

const phone = { width: 360, height: 740 };
const fillCart = () =>
  page.request.post(`${shop.url}/cart/items`, {
    form: { product: "1001", color: "Sage", size: "Large", quantity: "2" },
  });

test("on a phone the checkout begins with its first field, and the order unfolds", async () => {
  await page.setViewportSize(phone);
  await fillCart();
  await page.goto(`${shop.url}/checkout`);
  const email = await page.getByLabel("Email").boundingBox();
  expect((email?.y ?? Infinity) + (email?.height ?? 0)).toBeLessThan(phone.height);
  await page.getByText("Your order $82.11").waitFor(); // 68.00 + 8.50 + 5.61
  const line = page.getByText("Harbor Mug");
  expect(await line.isVisible()).toBe(false);
  await page.getByText("Your order $82.11").click();
  expect(await line.isVisible()).toBe(true);
});

test("beside the form of a desktop the order stands open", async () => {
  await page.setViewportSize({ width: 1280, height: 900 });
  await fillCart();
  await page.goto(`${shop.url}/checkout`);
  expect(await page.getByText("Harbor Mug").isVisible()).toBe(true);
  expect(await page.locator("summary").isVisible()).toBe(false);
});

test("the state is asked for where an address needs one, and marked as optional elsewhere", async () => {
  await fillCart();
  await page.goto(`${shop.url}/checkout`);
  const state = page.getByRole("textbox", { name: "State / region", exact: true });
  expect(await state.getAttribute("required")).toBe("");
  await page.getByLabel("Country").selectOption("DE");
  const optional = page.getByRole("textbox", { name: "State / region (optional)" });
  expect(await optional.getAttribute("required")).toBeNull();
  await page.getByLabel("Country").selectOption("US");
  expect(await state.getAttribute("required")).toBe("");
});

test("what is tapped on a phone is tall enough for a finger", async () => {
  await page.setViewportSize(phone);
  await fillCart();
  await page.goto(`${shop.url}/products/harbor-mug`);
  const crumbs = await page.getByRole("navigation", { name: "Breadcrumb" }).getByRole("link").all();
  expect(crumbs).toHaveLength(2);
  for (const link of crumbs) expect((await link.boundingBox())?.height).toBeGreaterThanOrEqual(24);
  await page.goto(`${shop.url}/cart`);
  const name = page.getByRole("link", { name: "Harbor Mug", exact: true });
  expect((await name.boundingBox())?.height).toBeGreaterThanOrEqual(24);
});

test("on a phone the returns note is as tall as the picture beside it, and the discount takes one line", async () => {
  await page.setViewportSize(phone);
  await page.goto(`${shop.url}/collections/at-the-table`);
  const picture = await page.locator(".card .picture").last().boundingBox();
  const note = await page.locator(".note").boundingBox();
  expect(Math.abs((note?.height ?? 0) - (picture?.height ?? 0))).toBeLessThan(1);
  await fillCart();
  await page.request.post(`${shop.url}/cart/code`, { form: { code: "WELCOME10" } });
  await page.goto(`${shop.url}/cart`);
  expect((await page.getByText("WELCOME10 is applied").boundingBox())?.height).toBeLessThan(30);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(phone.width);
});

test("the measurement switch says what goes without saying, and confirms the very choice", async () => {
  await page.goto(shop.url);
  await page.getByText("We measure how our ads do when you visit, unless you say no.").waitFor();
  const state = page.locator("[data-consent-state]");
  await page.getByRole("radio", { name: "Not allowed" }).check();
  expect(await state.textContent()).toBe("Not measured from now on.");
  await page.getByRole("radio", { name: "Allowed", exact: true }).check();
  expect(await state.textContent()).toBe("Measured from now on.");
  await page.goto(`${shop.url}/cart`);
  expect(await state.textContent()).toBe("Measured. You can change this at any time.");
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
