/** The event log in a real browser: it grows while it is looked at, is filtered, downloaded, and has things replayed. */
import { readFileSync } from "node:fs";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { beacon, collect, viewedProduct } from "../beacons.ts";
import { type House, openHouse } from "../house.ts";
import { type Pinterest, startPinterest } from "../pinterest/stand-in.ts";
import { SHOP_ORIGIN } from "../start.ts";
import { until } from "../until.ts";
import { axeFindings } from "./axe.ts";
import { launchBrowser } from "./browser.ts";
import { type Opened, openWindow } from "./house.ts";

let browser: Browser;
let pinterest: Pinterest;
let house: House;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  pinterest = await startPinterest();
  const { adAccountId, tagId, token } = pinterest;
  house = await openHouse({
    config: {
      pinterestApiUrl: pinterest.apiUrl,
      seed: { origins: [SHOP_ORIGIN], account: { adAccountId, tagId, token } },
    },
  });
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  await house.relay.close();
  await pinterest.close();
});

const enter = async (path: string, options: BrowserContextOptions = {}): Promise<Opened> => {
  const opened = await openWindow(browser, house, options);
  await opened.page.goto(`${house.url}/admin/shops/${house.key}${path}`);
  return opened;
};

/** With an email, so that they can be matched when they are replayed. */
const told = (change: object = {}) => viewedProduct({ profile: { $email: "maya.hartley@example.com" }, ...change });
const tell = (...events: object[]) => collect(house, beacon(house.key, events));
const cart = () => told({ name: "Added To Cart", tag: "addtocart" });
const settled = () =>
  until(async () =>
    (await house.relay.store.recent(50)).every(({ deliveries }) => deliveries.every(({ outcome }) => outcome)),
  );

describe("the live tail", () => {
  test("shows an event that is told while the page is open, and what became of it, without loading the page anew", async () => {
    await tell(told());
    await settled();
    const { page, complaints } = await enter("/events");
    await page.evaluate("window.isSamePage = true");
    await page.getByRole("button", { name: "Follow" }).click();
    pinterest.fail({ kind: "503" });
    await tell(cart());
    const rows = page.locator("[data-log] tr");
    await expect.poll(() => rows.count()).toBe(2);
    expect(await rows.first().innerText()).toContain("Added To Cart");
    expect(await page.locator("[data-tail-said]").textContent()).toBe("1 new");
    pinterest.mend();
    await expect.poll(() => rows.first().innerText(), { timeout: 20_000 }).toContain("sent");
    expect(await page.evaluate("window.isSamePage")).toBe(true);
    expect(complaints).toEqual([]);
  });

  test("keeps to the filter, and stands still once it is switched off", async () => {
    const { page } = await enter("/events?event=Added+To+Cart");
    const follow = page.getByRole("button", { name: "Follow" });
    await follow.click();
    await tell(told(), cart());
    const rows = page.locator("[data-log] tr");
    await expect.poll(() => rows.count()).toBe(1);
    await follow.click();
    expect(await follow.getAttribute("aria-pressed")).toBe("false");
    await tell(cart());
    await page.waitForTimeout(2_500);
    expect(await rows.count()).toBe(1);
  });

  test("draws nothing that is answered once it is switched off", async () => {
    const { page } = await enter("/events");
    await tell(cart());
    let answer = (): void => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let asked = 0;
    await page.route("**/events/tail*", async (route) => {
      asked += 1;
      await held;
      await route.continue();
    });
    const follow = page.getByRole("button", { name: "Follow" });
    await follow.click();
    await until(() => asked === 1);
    await follow.click();
    const answered = page.waitForResponse((response) => response.url().includes("/events/tail"));
    answer();
    await (await answered).finished();
    await page.waitForTimeout(200);
    expect(await page.locator("[data-log] tr").count()).toBe(0);
    expect(await page.locator("[data-tail-said]").textContent()).toBe("");
  });

  test("asks nothing while its tab is hidden, and holds 200 rows at most", async () => {
    const { page } = await enter("/events");
    await page.getByRole("button", { name: "Follow" }).click();
    for (let n = 0; n < 6; n += 1)
      await collect(
        house,
        beacon(house.key, Array.from({ length: 40 }, cart), { visitor: { id: String(n).repeat(64) } }),
      );
    const rows = page.locator("[data-log] tr");
    await expect.poll(() => rows.count(), { timeout: 15_000 }).toBe(200);
    await page.evaluate("Object.defineProperty(document, 'hidden', { value: true })");
    let asked = 0;
    await page.waitForTimeout(100);
    page.on("request", () => {
      asked += 1;
    });
    await page.waitForTimeout(2_500);
    expect(asked).toBe(0);
  });
});

test("filters are an address that can be sent to somebody, and its CSV holds the same rows", async () => {
  await tell(told(), cart());
  await settled();
  const { page } = await enter("/events");
  await page.getByLabel("Event", { exact: true }).selectOption("Added To Cart");
  await page.getByLabel("Outcome").selectOption("sent");
  await page.getByRole("button", { name: "Filter" }).click();
  await page.waitForLoadState();
  const rows = page.locator("[data-log] tr");
  expect(await rows.count()).toBe(1);
  const address = new URL(page.url());
  expect([...address.searchParams].filter(([, value]) => value)).toEqual([
    ["outcome", "sent"],
    ["event", "Added To Cart"],
  ]);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download as CSV" }).click(),
  ]);
  const lines = readFileSync(await download.path(), "utf8")
    .trim()
    .split("\r\n");
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain("Added To Cart");
});

test("times are typed and shown in the viewer's zone, and stand in the address in UTC", async () => {
  await tell(told());
  const { page } = await enter("/events", { timezoneId: "Asia/Tokyo" });
  await page.getByText("By time, order or visitor").click();
  expect(await page.getByLabel("From", { exact: true }).count()).toBe(1);
  await page.getByLabel("From").fill("2026-01-01T09:00");
  await page.getByRole("button", { name: "Filter" }).click();
  // By then its script has put the time into the viewer's zone.
  await page.waitForLoadState();
  expect(new URL(page.url()).searchParams.get("since")).toBe("2026-01-01T00:00:00.000Z");
  expect(await page.getByLabel("From").inputValue()).toBe("2026-01-01T09:00");
  expect(await page.locator("[data-log] tr").count()).toBe(1);
});

describe("replay", () => {
  const reject = async (count: number): Promise<void> => {
    pinterest.fail({ kind: "fail events", idPattern: ".", status: 422, times: 1 });
    await tell(...Array.from({ length: count }, () => told()));
    await until(async () =>
      (await house.relay.store.countDeadLetters({ outcomes: ["rejected"] })).some((one) => one.count === count),
    );
    pinterest.mend();
  };

  test("one event that Pinterest refused is taken after it was replayed from its page", async () => {
    await reject(1);
    const { page, complaints } = await enter("/events?outcome=rejected");
    await page.getByRole("link", { name: "Viewed Product" }).click();
    await page.getByRole("button", { name: "Replay this one" }).click();
    await page.getByText("It is judged anew.").waitFor();
    await settled();
    await page.reload();
    await expect.poll(() => page.locator(".outcome-sent").count()).toBe(1);
    expect(await page.getByText("Before it was replayed: rejected").count()).toBe(1);
    expect(await page.getByRole("button", { name: "Replay this one" }).count()).toBe(0);
    expect(pinterest.server).toHaveLength(1);
    expect(complaints).toEqual([]);
  });

  test("many are counted, confirmed, and taken", async () => {
    await reject(3);
    const { page } = await enter("/events?outcome=rejected");
    await page.getByText("Replay all that fit these filters").click();
    await page.getByRole("button", { name: "Count them" }).click();
    await page.waitForLoadState();
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Replay 3 deliveries?");
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole("button", { name: "Replay" }).click();
    await page.getByText("3 are judged anew.").waitFor();
    await settled();
    await expect.poll(() => pinterest.server.length).toBe(3);
    await page.goto(`${house.url}/admin/audit`);
    expect(await page.getByText("replayed dead letters").count()).toBe(1);
  });
});
