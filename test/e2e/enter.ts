/** The dashboard in a browser, as who is logged in sees it. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { House } from "../house.ts";

export interface Entered {
  page: Page;
  /** Whatever the browser complains of, and every request that leaves the relay. */
  complaints: string[];
}

/** Opens a page of the house's shop; `path` below `/admin/shops/{key}`. */
export async function enter(
  browser: Browser,
  { url, key, cookie }: Pick<House, "url" | "key" | "cookie">,
  path: string,
  options: BrowserContextOptions = {},
): Promise<Entered> {
  const context = await browser.newContext({ locale: "en-US", timezoneId: "America/New_York", ...options });
  const [name = "", value = ""] = cookie.split("=");
  await context.addCookies([{ name, value, url: `${url}/admin` }]);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => request.url().startsWith(url) || complaints.push(request.url()));
  await page.goto(`${url}/admin/shops/${key}${path}`);
  return { page, complaints };
}
