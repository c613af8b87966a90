/**
 * The pictures of the documents, of a week of a shop that is made up and a relay that is not. `npm run shots` writes them;
 * without it they are taken and looked at, so that what they show can still be shown.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LivedIn, openLivedIn } from "../house/open.ts";
import { axeFindings } from "./axe.ts";
import { launchBrowser } from "./browser.ts";
import { LARGEST_PICTURE_BYTES, PICTURES } from "./house.ts";

type Size = readonly [width: number, height: number];
const DESK: Size = [1280, 860];
const PHONE: Size = [390, 844];

// biome-ignore format: a table
const SHOTS: readonly (readonly [name: string, path: string, colorScheme: "light" | "dark", size: Size, says: string])[] = [
  ["overview",       "",                                             "light", DESK,  "Events by outcome"],
  ["overview-dark",  "",                                             "dark",  DESK,  "Events by outcome"],
  ["overview-phone", "",                                             "dark",  PHONE, "Told by both halves"],
  ["events",         "/events?event=Placed+Order",                   "light", DESK,  "Placed Order"],
  ["event",          "/events?event=Placed+Order&source=browser >",  "light", DESK,  "shopify"],
  ["settings",       "/settings",                                    "light", DESK,  "Content ID"],
];

let browser: Browser;
let house: LivedIn;

beforeAll(async () => {
  [browser, house] = await Promise.all([launchBrowser(), openLivedIn()]);
  if (process.env.SHOTS === "write") mkdirSync(PICTURES, { recursive: true });
});
afterAll(async () => {
  await browser.close();
  await house.close();
});

test.each(SHOTS)("%s", async (name, path, colorScheme, [width, height], says) => {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    locale: "en-US",
    timezoneId: "America/New_York",
  });
  const [cookie = "", value = ""] = house.cookie.split("=");
  await context.addCookies([{ name: cookie, value, url: `${house.url}/admin` }]);
  const page = await context.newPage();
  await page.goto(`${house.url}/admin/shops/${house.key}${path.replace(" >", "")}`);
  // Of the list the first one, on its own page.
  if (path.endsWith(" >")) await page.locator("tbody a[href*='/events/']").first().click();
  await page.getByText(says).locator("visible=true").first().waitFor();
  await expect.poll(() => page.locator("[data-chart] .plot:empty").count()).toBe(0);
  expect(await axeFindings(page)).toEqual([]);
  const picture = await page.screenshot();
  // How many bytes it has depends on the machine's fonts too.
  if (process.env.SHOTS === "write") {
    expect(picture.byteLength).toBeLessThan(LARGEST_PICTURE_BYTES);
    writeFileSync(new URL(`${name}.png`, PICTURES), picture);
  }
  await context.close();
});
