/** The dashboard in a browser: who is logged in opens its pages, and what is wrong with one is found. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

export interface Opened {
  page: Page;
  /** Whatever the browser complains of: errors, what the policy forbids, and requests to any other host. */
  complaints: string[];
}

/** A new browser window, logged in where a cookie is given. */
export async function openWindow(
  browser: Browser,
  { url, cookie }: { url: string; cookie?: string },
  options: BrowserContextOptions = {},
): Promise<Opened> {
  const context = await browser.newContext({ locale: "en-US", timezoneId: "America/New_York", ...options });
  if (cookie) {
    const [name = "", value = ""] = cookie.split("=");
    await context.addCookies([{ name, value, url: `${url}/admin` }]);
  }
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => request.url().startsWith(url) || complaints.push(request.url()));
  return { page, complaints };
}

/** Where the pictures of the documents are. */
export const PICTURES = new URL("../../docs/images/", import.meta.url);
/** A document with pictures is read over a network too. */
export const LARGEST_PICTURE_BYTES = 150_000;

/** The picture of a document: taken by `npm run shots` alone, of what a desk shows without scrolling. */
export async function picture(page: Page, name: string): Promise<void> {
  if (process.env.SHOTS !== "write") return;
  mkdirSync(PICTURES, { recursive: true });
  await page.evaluate(() => window.scrollTo(0, 0));
  const taken = await page.screenshot();
  if (taken.byteLength > LARGEST_PICTURE_BYTES) throw new Error(`${name} has ${taken.byteLength} bytes`);
  writeFileSync(new URL(`${name}.png`, PICTURES), taken);
}

/** Keeps a picture of the page, where `SHOTS` names a folder for pictures. */
export async function shot(page: Page, name: string, { wholePage = true } = {}): Promise<void> {
  const folder = process.env.SHOTS;
  if (!folder || folder === "write") return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: wholePage });
}
