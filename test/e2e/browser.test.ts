import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { until } from "../until.ts";
import { launchBrowser } from "./browser.ts";

/** What reached the servers: method, path, cookie and body of each request, in order. */
const seen: { method: string; path: string; cookie: string; body: string }[] = [];
const servers: Server[] = [];
let browser: Browser;
let page: Page;
let shop: string;
let elsewhere: string;

beforeAll(async () => {
  [browser, shop, elsewhere] = await Promise.all([launchBrowser(), serve(), serve()]);
});

afterAll(async () => {
  await browser?.close();
  for (const server of servers) server.close();
});

beforeEach(async () => {
  seen.length = 0;
  page = await browser.newPage();
  await page.goto(`${shop}/`);
});

afterEach(() => page.close());

test("it shows a page from a local server", async () => {
  expect(await page.title()).toBe("Fennel & Oak");
});

test("a page reads no answer from another origin that did not allow it", async () => {
  const read = (path: string) =>
    page.evaluate((url) => fetch(url).then((answer) => answer.text(), String), `${elsewhere}${path}`);
  expect(await read("/closed")).toMatch(/^TypeError/);
  expect(await read("/open")).toContain("Fennel");
});

test("a page keeps storage and cookies, and the server sees the cookie", async () => {
  await page.evaluate(() => {
    localStorage.setItem("kept", "yes");
    // biome-ignore lint/suspicious/noDocumentCookie: the way the tag does it
    document.cookie = "_epik=dj0yJnU9; path=/";
  });
  await page.goto(`${shop}/again`);
  expect(await page.evaluate(() => localStorage.getItem("kept"))).toBe("yes");
  expect(seen.at(-1)?.cookie).toContain("_epik=dj0yJnU9");
});

test("a beacon and a keepalive request sent while the page goes away both arrive", async () => {
  await page.evaluate((target) => {
    addEventListener("pagehide", () => {
      navigator.sendBeacon(`${target}/beacon`, "beaconed");
      void fetch(`${target}/keepalive`, { method: "POST", body: "kept alive", keepalive: true });
    });
  }, elsewhere);
  await page.goto("about:blank");
  const bodies = () => seen.filter(({ method }) => method === "POST").map(({ body }) => body);
  await until(() => bodies().length === 2);
  expect(bodies().sort()).toEqual(["beaconed", "kept alive"]);
});

test("each letter on a screenshot looks like itself", async () => {
  // Without a font every one would be blank, or the same empty box.
  const letters = [" ", ..."AgWé€&75"];
  const pictures: string[] = [];
  for (const letter of letters) {
    await page.setContent(`<h1>${letter.replace("&", "&amp;")}</h1>`);
    pictures.push((await page.screenshot()).toString("base64"));
  }
  expect(new Set(pictures).size).toBe(letters.length);
});

test("a page can be asked to be dark", async () => {
  const dark = () => page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches);
  expect(await dark()).toBe(false);
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await dark()).toBe(true);
});

test("a browser that is named but does not start is told with the remedy", async () => {
  vi.stubEnv("BROWSER_PATH", "/opt/no-such-browser");
  await expect(launchBrowser()).rejects.toThrow(/\/opt\/no-such-browser.*`npx playwright-core install/);
  vi.unstubAllEnvs();
});

async function serve(): Promise<string> {
  const server = createServer(async (request, response) => {
    const path = request.url ?? "";
    seen.push({
      method: request.method ?? "",
      path,
      cookie: request.headers.cookie ?? "",
      body: await bodyOf(request),
    });
    response.setHeader("content-type", "text/html; charset=utf-8");
    if (path === "/open") response.setHeader("access-control-allow-origin", "*");
    response.end("<!doctype html><html lang=en><title>Fennel &amp; Oak</title><h1>Fennel &amp; Oak</h1>");
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
