import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { launchBrowser } from "../e2e/browser.ts";
import { call, checkout, EMAIL_HASH } from "./samples.ts";
import { type Pinterest, startPinterest } from "./stand-in.ts";

let pinterest: Pinterest;
let browser: Browser;
let page: Page;
const strangers: string[] = [];

beforeAll(async () => {
  [browser, pinterest] = await Promise.all([launchBrowser(), startPinterest()]);
});
afterAll(() => Promise.all([browser?.close(), pinterest?.close()]));
beforeEach(async () => {
  pinterest.reset();
  page = await browser.newPage();
  page.on("request", (request) => {
    if (!request.url().startsWith(pinterest.url)) strangers.push(request.url());
  });
  page.on("pageerror", (error) => strangers.push(error.message));
});
afterEach(() => page.close());

const order = (event_id: string, change = {}) =>
  checkout({ event_id, event_time: Math.floor(Date.now() / 1000), ...change });
const tellServer = (...ids: string[]) =>
  call(
    pinterest,
    ids.map((id) => order(id)),
  );
const tellBrowser = (eventId: string, value = 101, event = "checkout") => {
  const ed = {
    event_id: eventId,
    value,
    currency: "USD",
    order_quantity: 3,
    order_id: "5001001",
    line_items: [{ product_id: "1001" }, { product_id: "1002" }],
  };
  const fields = { tid: pinterest.tagId, event, ed: JSON.stringify(ed), pd: JSON.stringify({ em: EMAIL_HASH }) };
  return fetch(`${pinterest.url}/v3/?${new URLSearchParams(fields)}`);
};
const cards = () => page.locator(".event");
const count = async (verdict: string) => await page.locator(`.chip[data-verdict="${verdict}"] strong`).textContent();

test("before anything came it says what to do, and needs no other host", async () => {
  await page.goto(pinterest.url);
  await page.getByRole("heading", { name: "Nothing has come yet" }).waitFor();
  expect(await page.locator(".empty").textContent()).toContain(`PINTEREST_API_URL=${pinterest.apiUrl}`);
  expect(await page.locator(".top").textContent()).toContain(pinterest.tagId);
  expect(strangers).toEqual([]);
});

test("each event shows how it is counted, newest first, with both halves side by side", async () => {
  await tellBrowser("order.k3x9.1");
  await tellServer("order.k3x9.1");
  await tellBrowser("order.k3x9.2", 110);
  await tellServer("order.k3x9.2");
  await page.goto(pinterest.url);
  await expect.poll(() => cards().count()).toBe(2);
  const [newest, oldest] = await cards().allInnerTexts();
  expect(oldest).toMatch(/checkout[\s\S]*counted once[\s\S]*order\.k3x9\.1[\s\S]*USD\s101\.00\tUSD\s101\.00/);
  expect(oldest).toMatch(/email[\s\S]*click ID/);
  expect(newest).toMatch(/halves disagree[\s\S]*USD\s110\.00\tUSD\s101\.00/);
  expect(await page.locator(".differs").allInnerTexts()).toEqual([expect.stringMatching(/^Value\t/)]);
  expect(await count("counted once")).toBe("1");
  expect(await page.locator("#empty").isVisible()).toBe(false);
});

test("a half that has not come is seen to be missing, and is filled in when it comes", async () => {
  await tellBrowser("order.k3x9.1");
  await page.goto(pinterest.url);
  await page.getByText("has not come").waitFor();
  await tellServer("order.k3x9.1");
  await page.locator('.event[data-verdict="counted once"]').waitFor();
  expect(await cards().count()).toBe(1);
  expect(await count("one half missing")).toBe("0");
});

test("what is being read stays in its place while events come in above it", async () => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await tellServer(...Array.from({ length: 30 }, (_, at) => `order.k3x9.${at}`));
  await page.goto(pinterest.url);
  await expect.poll(() => cards().count()).toBe(30);
  const read = page.getByText("order.k3x9.12", { exact: true });
  await read.scrollIntoViewIfNeeded();
  const before = (await read.boundingBox())?.y;
  await tellServer("order.k3x9.100", "order.k3x9.101", "order.k3x9.102");
  await expect.poll(() => cards().count()).toBe(33);
  expect(Math.abs(((await read.boundingBox())?.y ?? 0) - (before ?? 0))).toBeLessThan(1);
});

test("clear empties it, and the stand-in with it", async () => {
  await tellServer("order.k3x9.1");
  await page.goto(pinterest.url);
  await cards().first().waitFor();
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByRole("heading", { name: "Nothing has come yet" }).waitFor();
  expect(pinterest.server).toEqual([]);
});

test("it says so when the stand-in is gone", async () => {
  const gone = await startPinterest();
  await page.goto(gone.url);
  await page.getByText("live", { exact: true }).waitFor();
  await gone.close();
  await page.getByText("not reachable").waitFor();
});

test("a phone shows all of it without scrolling sideways", async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await tellServer("order.k3x9.0190a1b2-c3d4-7e5f-8a6b-0123456789ab-0123456789abcdef");
  await tellBrowser("order.k3x9.1");
  await page.goto(pinterest.url);
  await expect.poll(() => cards().count()).toBe(2);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
});

test("text from events is shown as text", async () => {
  const name = "<img src=x onerror=alert(1)>";
  await call(pinterest, [order("<b>id</b>", { event_name: name })]);
  await page.goto(pinterest.url);
  expect(await cards().first().locator("h2").textContent()).toBe(name);
  expect(await cards().locator("img, b").count()).toBe(0);
});

test("verdicts are there as JSON, all of them or the newest, beside the totals of all", async () => {
  await tellBrowser("page-1", 0, "init");
  await tellServer("order.k3x9.1", "order.k3x9.2");
  const read = async (query: string) => (await fetch(`${pinterest.url}/verdicts${query}`)).json();
  const { verdicts, totals } = await read("");
  expect(verdicts.map(({ verdict }: { verdict: string }) => verdict)).toEqual([
    "browser only",
    "one half missing",
    "one half missing",
  ]);
  expect(totals).toEqual({
    "counted once": 0,
    "browser only": 1,
    "one half missing": 2,
    "halves disagree": 0,
    "counted twice": 0,
  });
  expect((await read("?last=1")).verdicts).toMatchObject([{ eventId: "order.k3x9.2" }]);
  expect(pinterest.verdicts()).toEqual(verdicts);
});
