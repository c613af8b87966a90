/** Somebody asks to be deleted: found in a real browser by what they go by, deleted, with a receipt to keep. */
import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { beacon, collect, VISITOR, viewedProduct } from "../beacons.ts";
import { type House, openHouse } from "../house.ts";
import { sha256 } from "../order-halves.ts";
import { axeFindings } from "./axe.ts";
import { launchBrowser } from "./browser.ts";
import { openWindow } from "./house.ts";

const EMAIL = "maya.hartley@example.com";
/** Somebody else, who stays. */
const OTHER = "b4".repeat(32);

let browser: Browser;
let house: House;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  house = await openHouse();
  const order = {
    ...viewedProduct({ name: "Placed Order", tag: "checkout" }),
    id: `order.${house.key}.7001`,
    properties: { id: "7001", total_price: 30, currency: "USD", items: [{ product_id: "1", quantity: 1 }] },
    profile: { $email: EMAIL },
  };
  await collect(house, beacon(house.key, [viewedProduct(), order]));
  await collect(house, beacon(house.key, [viewedProduct()], { visitor: { id: OTHER } }));
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  await house.relay.close();
});

/** How many events of a visitor the log finds. */
const eventsOf = async (visitor: string): Promise<number> =>
  [...(await house.page(`/events?visitor=${visitor}`)).matchAll(/data-row=/g)].length;

test.each([
  ["Email", EMAIL],
  ["Order number or ID", "7001"],
  ["Visitor ID, 64 hex digits", VISITOR.id],
])("who is found by %s is deleted, and found no more; nobody else is", async (by, which) => {
  const { page, complaints } = await openWindow(browser, house);
  await page.goto(`${house.url}/admin/shops/${house.key}/privacy`);
  const find = async () => {
    await page.getByLabel("By").selectOption({ label: by });
    await page.getByLabel("Which").fill(which);
    await page.getByRole("button", { name: "Find" }).click();
    await page.waitForLoadState();
  };
  const title = () => page.getByRole("heading", { level: 1 }).textContent();
  await find();
  expect(await title()).toBe("Delete this person?");
  expect(page.url()).not.toContain(encodeURIComponent(which));
  const known = await page.locator("dl").innerText();
  expect(known).toMatch(/Visitors\s*1/);
  expect(known).toMatch(/Events\s*2/);
  expect(known).not.toContain(which);
  expect(await axeFindings(page)).toEqual([]);

  await page.getByRole("button", { name: "Delete" }).click();
  await page.waitForLoadState();
  expect(await title()).toBe("Deleted");
  expect(await axeFindings(page)).toEqual([]);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download the receipt" }).click(),
  ]);
  const text = readFileSync(await download.path(), "utf8");
  expect(JSON.parse(text)).toMatchObject({ shop: house.key, eventsCleared: 2, visitorsForgotten: 1 });
  expect(text).not.toContain(which === "7001" ? EMAIL : which);
  expect(text).not.toContain(sha256(EMAIL));

  expect(await eventsOf(VISITOR.id)).toBe(0);
  expect(await eventsOf(OTHER)).toBe(1);
  const kept = JSON.stringify(await house.relay.store.recent(10));
  expect(kept).not.toContain(sha256(EMAIL));

  await page.getByRole("link", { name: "Another person" }).click();
  await find();
  expect(await title()).toBe("Nothing is known of them");
  await page.goto(`${house.url}/admin/audit`);
  expect(await page.getByText(/receipt [0-9a-f]{12}, 2 events, 1 visitors/).count()).toBe(1);
  expect(complaints).toEqual([]);
});
