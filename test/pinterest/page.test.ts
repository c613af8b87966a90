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

test("where the relay says who told it, the server's half says so", async () => {
  const known = await startPinterest({ tellers: async () => new Map([["order.k3x9.1", ["woocommerce", "browser"]]]) });
  try {
    await call(known, [order("order.k3x9.1"), order("order.k3x9.2")]);
    await page.goto(known.url);
    await expect.poll(() => cards().count()).toBe(2);
    const [other, one] = await cards().allInnerTexts();
    expect(one).toMatch(/Told by\twebhook, page/);
    expect(other).not.toContain("Told by");
  } finally {
    await known.close();
  }
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

test("before anything came it opens the shop that it was told of, and names all a relay of one's own needs", async () => {
  const told = await startPinterest({ shopUrl: "http://127.0.0.1:4001" });
  try {
    await page.goto(told.url);
    expect(await page.getByRole("link", { name: "Open the shop" }).getAttribute("href")).toBe("http://127.0.0.1:4001");
    const words = await page.locator(".empty").textContent();
    for (const line of [
      `PINTEREST_API_URL=${told.apiUrl}\n`,
      `PINTEREST_TAG_URL=${told.coreUrl}\n`,
      `PINTEREST_AD_ACCOUNT_ID=${told.adAccountId}\n`,
      `PINTEREST_TAG_ID=${told.tagId}\n`,
      `PINTEREST_ACCESS_TOKEN=${told.token}`,
    ]) {
      expect(words).toContain(line);
    }
  } finally {
    await told.close();
  }
});

test("a count shows only its events, keeps the focus, and pressed again shows all", async () => {
  await tellBrowser("order.k3x9.1");
  await tellServer("order.k3x9.1");
  await tellServer("order.k3x9.2");
  await page.goto(pinterest.url);
  await expect.poll(() => cards().count()).toBe(2);
  const once = page.getByRole("button", { name: "counted once" });
  await once.focus();
  await page.keyboard.press("Enter");
  await expect.poll(() => cards().count()).toBe(1);
  expect(await cards().getAttribute("data-verdict")).toBe("counted once");
  expect(await once.getAttribute("aria-pressed")).toBe("true");
  await tellBrowser("order.k3x9.3");
  await tellServer("order.k3x9.3");
  await expect.poll(() => count("counted once")).toBe("2");
  await page.keyboard.press("Enter");
  await expect.poll(() => cards().count()).toBe(3);
  expect(await once.getAttribute("aria-pressed")).toBe("false");
  expect(await cards().locator(".id").allInnerTexts()).toEqual(["order.k3x9.3", "order.k3x9.2", "order.k3x9.1"]);
});

test("a count of none says that there are none", async () => {
  await tellServer("order.k3x9.1");
  await page.goto(pinterest.url);
  await page.getByRole("button", { name: "counted twice" }).click();
  await page.getByText("No event is “counted twice”.").waitFor();
  expect(await cards().count()).toBe(0);
});

test("a base call takes one line, with the page it was on", async () => {
  await page.setViewportSize({ width: 1280, height: 900 });
  const loc = "https://www.fennelandoak.example/collections/at-the-table?utm_source=pinterest";
  const fields = { tid: pinterest.tagId, event: "init", ed: '{"event_id":"page-1"}', ad: JSON.stringify({ loc }) };
  await fetch(`${pinterest.url}/v3/?${new URLSearchParams(fields)}`);
  await page.goto(pinterest.url);
  await page.getByText("/collections/at-the-table?utm_source=pinterest").waitFor();
  expect((await cards().boundingBox())?.height).toBeLessThan(44);
});

test("an event says the page it was on, and a search what was searched for", async () => {
  const search = { event_name: "search", custom_data: { search_string: "linen throw" } };
  const url = "https://www.fennelandoak.example/search?q=linen+throw";
  await call(pinterest, [order("search.1", { ...search, event_source_url: url })]);
  await page.goto(pinterest.url);
  expect(await cards().locator(".where").innerText()).toBe("/search?q=linen+throw");
  expect(await cards().innerText()).toMatch(/Search\t[\s\S]*linen throw/);
});

test("a currency without a value is no value", async () => {
  await call(pinterest, [order("list.1", { event_name: "view_category", custom_data: { currency: "USD" } })]);
  await page.goto(pinterest.url);
  expect(await cards().locator("tr", { hasText: "Value" }).locator("td").last().innerText()).toBe("none");
});

test("what was turned away stands on the page with Pinterest's words, and so does a warning", async () => {
  await call(pinterest, [
    order("order.k3x9.1", { custom_data: { currency: "DOLLARS" } }),
    order("old", { event_time: 1 }),
  ]);
  pinterest.fail({ kind: "429" });
  await tellServer("order.k3x9.2");
  await page.goto(pinterest.url);
  await cards().first().waitFor();
  const refusals = page.getByRole("region", { name: "Turned away lately" });
  const [newest, oldest] = await refusals.locator("ol > li").allInnerTexts();
  expect(newest).toMatch(/429[\s\S]*exceeded a rate limit/);
  expect(oldest).toMatch(/422[\s\S]*Not all events were processed[\s\S]*checkout old: .*too far in the past/);
  expect(await cards().locator(".warning").innerText()).toBe(
    "Pinterest warns: custom_data.currency is no currency of ISO 4217",
  );
});

test("on a phone the counts stay in sight, and the longest verdict stays in one line on a desktop", async () => {
  const events = Array.from({ length: 12 }, (_, at) => order(`visit.${at}`, { event_name: "submit_application" }));
  await call(pinterest, events);
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(pinterest.url);
  await cards().first().waitFor();
  const [name, verdict] = [
    await cards().first().locator("h2").boundingBox(),
    await cards().first().locator(".verdict").boundingBox(),
  ];
  expect(verdict?.y).toBeLessThan((name?.y ?? 0) + (name?.height ?? 0) / 2);
  expect(name?.height).toBeLessThan(30);
  await page.setViewportSize({ width: 360, height: 740 });
  await page.evaluate(() => scrollTo(0, 1500));
  const totals = await page.locator("#totals").boundingBox();
  expect(totals?.y).toBe(0);
  expect(totals?.height).toBeLessThan(90);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
});

test("verdicts are there as JSON, all of them or the newest and all amiss, beside the totals of all", async () => {
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
  await tellBrowser("page-2", 0, "init");
  const ids = async (query: string) => (await read(query)).verdicts.map(({ eventId }: { eventId: string }) => eventId);
  expect(await ids("?last=1")).toEqual(["order.k3x9.1", "order.k3x9.2", "page-2"]);
  expect(await ids("?last=0")).toEqual(["order.k3x9.1", "order.k3x9.2"]);
  expect(await ids("?last=1&only=browser%20only")).toEqual(["page-2"]);
  expect(await ids("?last=many&only=browser%20only")).toEqual(["page-1", "page-2"]);
  expect((await read("?last=1")).totals).toMatchObject({ "browser only": 2 });
  expect(pinterest.verdicts()).toEqual((await read("")).verdicts);
});
