/** Pages that pin what they run: the tag under its hash, its second file by integrity, its settings from the relay. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContext, Request } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pinnedSnippetOf } from "#relay/snippet";
import { type Started, startRelay } from "../start.ts";
import { until } from "../until.ts";
import { launchBrowser } from "./browser.ts";

const PRODUCT = `<script type="application/ld+json">{"@context":"https://schema.org","@type":"Product","name":"Harbor Mug","sku":"MUG-1","productID":"1001","url":"/mug","offers":{"@type":"Offer","price":"24.00","priceCurrency":"USD"}}</script>`;

let browser: Browser;
let shop: Server;
let started: Started;
let snippet = "";
const shopUrl = () => `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;

beforeAll(async () => {
  browser = await launchBrowser();
  shop = createServer((_request, response) => {
    response.setHeader("Content-Type", "text/html");
    response.end(`<!doctype html><html lang="en"><head>${snippet}</head><body><h1>Harbor Mug</h1>${PRODUCT}</body>`);
  });
  await new Promise<void>((resolve) => shop.listen(0, "127.0.0.1", () => resolve()));
  started = await startRelay({
    config: { seed: { origins: [shopUrl()] }, pinterestTagUrl: `${shopUrl()}/core.js` },
    settings: { consent: "implied" },
  });
});
afterAll(async () => {
  await browser?.close();
  await started?.relay.close();
  shop?.close();
});

const visit = async (prepare: (context: BrowserContext) => Promise<unknown> = async () => {}) => {
  const context = await browser.newContext({ timezoneId: "America/New_York" });
  await prepare(context);
  const page = await context.newPage();
  await page.goto(`${shopUrl()}/mug`);
  return { context, page };
};
const rows = async () => started.relay.store.recent(50);
const shopOf = () => {
  const [only] = started.relay.directory.shops();
  if (!only) throw new Error("no shop");
  return only;
};

describe("a page that pins the tag", () => {
  beforeAll(() => {
    // Which library of Pinterest's runs, the page says, since settings are only data.
    snippet = pinnedSnippetOf(started.url, started.key, true).replace(
      "<script",
      `<script data-core="${shopUrl()}/core.js"`,
    );
  });

  test("runs it by its hash, loads its second file by integrity, and tells what it sees", async () => {
    const { context, page } = await visit();
    await until(async () => (await rows()).some(({ name }) => name === "Viewed Product"));
    const scripts = await page.evaluate(() =>
      [...document.scripts].filter(({ src }) => src).map(({ src, integrity }) => [new URL(src).pathname, integrity]),
    );
    const ours = scripts.filter(([path]) => path !== "/core.js");
    expect(ours).toHaveLength(2);
    for (const [path, integrity] of ours) {
      expect(path).toMatch(/^\/(tag|every)\.[\w-]{8,}\.js$/);
      expect(integrity).toMatch(/^sha384-/);
    }
    await context.close();
  });

  test("follows the shop's settings all the same", async () => {
    const before = started.relay.directory.tag(shopOf()).rev;
    await started.relay.store.saveShop({ ...shopOf(), settings: { ...shopOf().settings, contentId: "sku" } });
    await started.relay.directory.refresh();
    const { rev } = started.relay.directory.tag(shopOf());
    expect(rev).not.toBe(before);
    const told: Request[] = [];
    const { context } = await visit(async (context) => {
      context.on("request", (request) => request.url().endsWith("/collect") && told.push(request));
    });
    await until(() => told.length > 0);
    expect(told[0]?.postDataJSON().rev).toBe(rev);
    await context.close();
  });

  test("runs no second file that is not the one of its release", async () => {
    const words: string[] = [];
    const { context, page } = await visit(async (context) => {
      context.on("console", (message) => words.push(message.text()));
      await context.route(/\/every\./, async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: `window.isForeign = true;${await response.text()}` });
      });
    });
    // It has come, and the browser says why it does not run.
    await until(() => words.some((text) => /integrity/.test(text)));
    expect(await page.evaluate("window.isForeign")).toBeUndefined();
    await context.close();
  });

  test("leaves the shop alone where the relay has no settings for it", async () => {
    const errors: string[] = [];
    const { context } = await visit(async (context) => {
      context.on("weberror", ({ error }) => errors.push(String(error())));
      await context.route(/\/tag\.json$/, (route) => route.fulfill({ status: 503 }));
    });
    const page = await context.newPage();
    const warned = page.waitForEvent("console", (message) => message.text().includes("pinrelay:"));
    await page.goto(`${shopUrl()}/mug`);
    expect((await warned).text()).toBe("pinrelay: the relay does not answer");
    expect(errors).toEqual([]);
    await context.close();
  });
});
