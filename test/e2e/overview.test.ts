import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LivedIn, openLivedIn } from "../house/open.ts";
import { axeFindings } from "./axe.ts";
import { launchBrowser } from "./browser.ts";

let browser: Browser;
let house: LivedIn;

beforeAll(async () => {
  [browser, house] = await Promise.all([launchBrowser(), openLivedIn({ days: 3 })]);
});
afterAll(async () => {
  await browser.close();
  await house.close();
});

/** The overview as who is logged in sees it. Whatever the browser complains of is in `complaints`. */
async function open(options: BrowserContextOptions = {}): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ locale: "en-US", timezoneId: "America/New_York", ...options });
  const [name = "", value = ""] = house.cookie.split("=");
  await context.addCookies([{ name, value, url: `${house.url}/admin` }]);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => request.url().startsWith(house.url) || complaints.push(request.url()));
  await page.goto(`${house.url}/admin/shops/${house.key}`);
  return { page, complaints };
}

/** How many colours the bars of each chart have. */
const coloursDrawn = (page: Page): Promise<number[]> =>
  page.locator(".plot canvas").evaluateAll((canvases) =>
    canvases.map((canvas) => {
      if (!(canvas instanceof HTMLCanvasElement)) return 0;
      const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      const counts = new Map<string, number>();
      for (let at = 0; at < pixels.length; at += 4) {
        if (pixels[at + 3] !== 255) continue;
        const colour = `${pixels[at]},${pixels[at + 1]},${pixels[at + 2]}`;
        counts.set(colour, (counts.get(colour) ?? 0) + 1);
      }
      return [...counts.values()].filter((count) => count > 200).length;
    }),
  );

describe.each([
  ["light", 1280],
  ["light", 390],
  ["dark", 1280],
  ["dark", 390],
] as const)("%s, %i pixels wide", (colorScheme, width) => {
  test("both charts are drawn, nothing is wider than the page, and axe finds nothing", async () => {
    const { page, complaints } = await open({ colorScheme, viewport: { width, height: 900 } });
    await expect.poll(() => coloursDrawn(page)).toEqual([expect.any(Number), expect.any(Number)]);
    for (const colours of await coloursDrawn(page)) expect(colours).toBeGreaterThanOrEqual(3);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    for (const summary of await page.locator("details summary").all()) await summary.click();
    expect(await axeFindings(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

test("the legend says the figures of the bar under the pointer, and the totals once it has left", async () => {
  const { page } = await open();
  const chart = page.locator("figure[data-chart]").first();
  const first = chart.locator(".legend .number").first();
  const total = await first.textContent();
  const step = Number(await chart.locator("tbody tr").nth(5).locator("data").first().getAttribute("value"));
  const box = await chart.locator(".u-over").boundingBox();
  const steps = await chart.locator("tbody tr").count();
  if (!box) throw new Error("no chart");
  await page.mouse.move(box.x + (box.width * 5.3) / steps, box.y + box.height / 2);
  await expect.poll(() => first.textContent()).toBe(String(step));
  await page.mouse.move(0, 0);
  await expect.poll(() => first.textContent()).toBe(total);
  await page.context().close();
});

test("the charts follow the scheme and the width of the window", async () => {
  const { page } = await open({ viewport: { width: 1280, height: 900 } });
  const canvas = page.locator(".plot canvas").first();
  const drawn = (): Promise<string> =>
    canvas.evaluate((one) => (one instanceof HTMLCanvasElement ? one.toDataURL() : ""));
  const light = await drawn();
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(drawn).not.toBe(light);
  await page.setViewportSize({ width: 390, height: 900 });
  await expect.poll(async () => (await canvas.boundingBox())?.width).toBeLessThan(380);
  await page.context().close();
});

test("without script the same figures are in tables, and every period is a link", async () => {
  const { page } = await open({ javaScriptEnabled: false });
  await page.getByRole("link", { name: "24 hours" }).click();
  await page.waitForLoadState();
  expect(page.url()).toContain("period=24h");
  expect(await page.locator("figure[data-chart] tbody tr").count()).toBe(50);
  expect(await page.locator(".plot canvas").count()).toBe(0);
  await page.context().close();
});
