/** Every page of the dashboard as people see it: on a desk and on a phone, in light and dark, by a screen reader. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HOUSE_ROUTES, SHOP_ROUTES } from "#relay/admin/routes";
import { type LivedIn, openLivedIn } from "../house/open.ts";
import { share } from "../long.ts";
import { axeFindings } from "./axe.ts";
import { launchBrowser } from "./browser.ts";
import { openWindow, shot } from "./house.ts";

let browser: Browser;
let house: LivedIn;

beforeAll(async () => {
  [browser, house] = await Promise.all([launchBrowser(), openLivedIn({ days: 2 })]);
});
afterAll(async () => {
  await browser.close();
  await house.close();
});

/** Answers that are no pages. */
const NO_PAGES = ["/start/heard", "/events.csv", "/events/tail", "/settings/export"];

const PAGES = [
  "/login",
  "/password",
  ...HOUSE_ROUTES.filter(([method, path]) => method === "get" && path !== "/").map(([, path]) => path),
  ...SHOP_ROUTES.filter(([method, path]) => method === "get" && !NO_PAGES.includes(path)).map(
    ([, path]) => `/shops/:shop${path}`,
  ),
];

/** The short form takes every other: each width, and each of both schemes, of every page. */
const WINDOWS = [
  ["light", 1280],
  ["light", 390],
  ["dark", 390],
  ["dark", 1280],
] as const;

const addressOf = (path: string): string =>
  `${house.url}/admin${path.replace(":shop", house.key).replace(":destination", "1").replace(/:\w+/, "1")}`;

const nameOf = (path: string): string => path.replace("/shops/:shop", "/shop").replaceAll(/\W+/g, "-").slice(1);

/** What is folded away is looked at too. */
const unfold = async (page: Page): Promise<void> => {
  await page.evaluate(() => {
    for (const folded of document.querySelectorAll("details")) folded.open = true;
  });
};

describe.each(share(WINDOWS, 2))("%s, %i pixels wide", (colorScheme, width) => {
  test.each(PAGES)("%s says nothing wrong and is not wider than the window", async (path) => {
    const cookie = path === "/login" ? {} : { cookie: house.cookie };
    const { page, complaints } = await openWindow(
      browser,
      { url: house.url, ...cookie },
      { colorScheme, viewport: { width, height: 900 } },
    );
    const response = await page.goto(addressOf(path));
    expect(response?.status()).toBe(200);
    await shot(page, `${nameOf(path)}-${colorScheme}-${width}`);
    await unfold(page);
    expect(await axeFindings(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
