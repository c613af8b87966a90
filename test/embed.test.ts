/** The relay inside an Express app that has pages, parsers and proxies of its own. */
import type { Server } from "node:http";
import express, { type Express } from "express";
import { pino } from "pino";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createRelay, type Relay, type RelayOptions } from "#relay/relay";
import { pinnedSnippetOf, snippetOf } from "#relay/snippet";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { launchBrowser } from "./e2e/browser.ts";
import { startPinterest } from "./pinterest/stand-in.ts";
import { ACCOUNT, NOWHERE, SHOP_ORIGIN } from "./start.ts";
import { until } from "./until.ts";

const PRODUCT = `<script type="application/ld+json">{"@context":"https://schema.org","@type":"Product","name":"Sage mug","productID":"1001","offers":{"price":"24.00","priceCurrency":"USD"}}</script>`;

interface Embedded {
  relay: Relay;
  url: string;
  key: string;
}

const ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

const listening = async (app: Express): Promise<{ server: Server; url: string }> => {
  const server = await new Promise<Server>((resolve) => {
    const one = app.listen(0, "127.0.0.1", () => resolve(one));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no address");
  return { server, url: `http://127.0.0.1:${address.port}` };
};

/** A shop's app: its pages, the relay where `mount` puts it, and an API behind a parser of its own. */
async function embed(
  mount: (app: Express, relay: Express) => unknown,
  { config, ...options }: RelayOptions = {},
  path = "",
): Promise<Embedded> {
  const app = express();
  app.get("/", (_request, response) => void response.send("the shop's front page"));
  const { server, url } = await listening(app);
  const relay = await createRelay({
    log: pino({ level: "silent" }),
    ...options,
    config: {
      database: ":memory:",
      seed: { origins: [SHOP_ORIGIN, url], account: ACCOUNT, secrets: { api: ["a-key-of-the-shop-s-own-backend"] } },
      pinterestTagUrl: `${url}/core.js`,
      pinterestApiUrl: NOWHERE,
      ...config,
    },
  });
  mount(app, relay.app);
  app.use(express.json());
  app.post("/api/cart", (request, response) => void response.status(201).json(request.body));
  app.get("/api/private", (_request, response) => void response.status(401).end());
  app.use((_request, response) => void response.status(404).send("the shop's own 404"));
  ending.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await relay.close();
  });
  return { relay, url: url + path, key: relay.directory.shops()[0]?.key ?? "" };
}

const atRoot = (): Promise<Embedded> => embed((app, relay) => app.use(relay));
const below = (options?: RelayOptions): Promise<Embedded> =>
  embed((app, relay) => app.use("/pinterest", relay), options, "/pinterest");

// biome-ignore format: a table
describe.each([
  ["at the root",      atRoot, ""],
  ["below /pinterest", below,  "/pinterest"],
] as const)("%s", (_where, start, path) => {
  test("every door of the relay answers, and the shop's pages are the shop's", async () => {
    const { url, key, relay } = await start();
    const shop = url.slice(0, url.length - path.length);
    expect(await (await fetch(`${shop}/`)).text()).toBe("the shop's front page");
    const own = await fetch(`${shop}/nothing`);
    expect([own.status, await own.text()]).toEqual([404, "the shop's own 404"]);
    // A root that both could answer, and one below it.
    expect(await (await fetch(`${shop}${path}/of-nobody`)).text()).toBe("the shop's own 404");
    const cart = { method: "POST", body: JSON.stringify({ sku: "MUG" }), headers: { "content-type": "application/json" } };
    const added = await fetch(`${shop}/api/cart`, cart);
    expect([added.status, await added.json()]).toEqual([201, { sku: "MUG" }]);

    const { answer } = await collect({ url }, beacon(key, [viewedProduct()]));
    expect(answer.results).toMatchObject([{ status: "kept" }]);
    const told = await fetch(`${url}/api/events`, {
      method: "POST",
      headers: { authorization: "Bearer a-key-of-the-shop-s-own-backend", "content-type": "application/json" },
      body: JSON.stringify({ event_name: "Signed Up", event_id: "s-1", profile_properties: { $email: "ann@example.com" } }),
    });
    expect(told.status).toBe(202);
    expect((await fetch(`${url}/webhooks/shopify`, { method: "POST", body: "{}" })).status).toBe(401);
    for (const file of ["tag.js", `tag/${key}.js`, "tag.json", "shopify-pixel.js", "debug.js", "livez", "readyz"])
      expect((await fetch(`${url}/${file}`)).status, file).toBe(200);
    expect((await relay.store.recent(10)).map(({ name }) => name).sort()).toEqual(["Signed Up", "Viewed Product"]);
  });

  test("the tag names the relay's own paths there", async () => {
    const { url } = await start();
    for (const script of ["tag.js", "shopify-pixel.js"]) {
      const text = await (await fetch(`${url}/${script}`)).text();
      expect(text).toContain(`"${path}/collect"`);
      const [second = ""] = /"[^"]*\/(every|shopify-pixel-second)\.[\w-]+\.js"/.exec(text) ?? [];
      expect(second).not.toBe("");
      expect((await fetch(new URL(JSON.parse(second), url))).status).toBe(200);
    }
  });

  test("the dashboard's pages, forms and cookies stay below it", async () => {
    const { url } = await start();
    const away = await fetch(`${url}/admin/`, { redirect: "manual" });
    expect(away.headers.get("location")).toMatch(new RegExp(`^${path}/admin/login`));
    const page = await (await fetch(`${url}/admin/login`)).text();
    const addresses = [...page.matchAll(/(?:href|src|action)="(\/[^"]*)"/g)].map(([, address = ""]) => address);
    expect(addresses.length).toBeGreaterThan(1);
    for (const address of addresses) expect(address).toMatch(new RegExp(`^${path}/admin/`));
    for (const address of addresses.filter((one) => one.includes("/assets/")))
      expect((await fetch(new URL(address, url))).status).toBe(200);
  });
});

test("what the shop's own API refuses is not held against whoever asked", async () => {
  const { url } = await atRoot();
  for (let time = 0; time < 120; time += 1) await fetch(`${url}/api/private`);
  expect((await fetch(`${url}/api/private`)).status).toBe(401);
});

describe("behind a parser of the shop's", () => {
  const parsed = () =>
    embed((app, relay) => app.use(express.json(), express.urlencoded({ extended: true })).use(relay));

  test("beacons are heard all the same, since they come as text", async () => {
    const { url, key } = await parsed();
    const { answer } = await collect({ url }, beacon(key, [viewedProduct()]));
    expect(answer.results).toMatchObject([{ status: "kept" }]);
  });

  test("text that was read is taken as it is", async () => {
    const { url, key } = await embed((app, relay) => app.use(express.text()).use(relay));
    const { answer } = await collect({ url }, beacon(key, [viewedProduct()]));
    expect(answer.results).toMatchObject([{ status: "kept" }]);
  });

  test("a webhook, whose signature is over what is gone, says what to mend; so does the dashboard", async () => {
    const { url } = await parsed();
    const order = await fetch(`${url}/webhooks/shopify`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-shopify-hmac-sha256": "AAAA" },
      body: JSON.stringify({ id: 1001 }),
    });
    expect(order.status).toBe(500);
    expect(await order.text()).toContain("mount the relay before any body parser");
    const login = await fetch(`${url}/admin/login`, { method: "POST", body: new URLSearchParams({ password: "x" }) });
    expect(await login.text()).toContain("Mount the relay before any body parser");
  });
});

test("behind a proxy it goes by its own trustProxy, whatever the app around it trusts", async () => {
  const pinterest = await startPinterest();
  ending.push(pinterest.close);
  const { adAccountId, tagId, token } = pinterest;
  // biome-ignore format: a table
  for (const [trustProxy, address] of [[1, "203.0.113.7"], [false, "127.0.0.1"]] as const) {
    const { url, key, relay } = await embed((app, embedded) => app.set("trust proxy", trustProxy ? false : 1).use(embedded), {
      config: {
        trustProxy,
        pinterestApiUrl: pinterest.apiUrl,
        seed: { origins: [SHOP_ORIGIN], account: { adAccountId, tagId, token } },
      },
    });
    await collect({ url }, beacon(key, [viewedProduct()]), { "x-forwarded-for": "203.0.113.7" });
    await relay.flush();
    await until(() => pinterest.server.length > 0);
    expect(pinterest.server).toMatchObject([{ user_data: { client_ip_address: address } }]);
    pinterest.reset();
  }
});

test("closing ends the relay and leaves the app around it be", async () => {
  const { relay, url, key } = await below();
  await relay.close({ drains: true });
  expect((await fetch(new URL("/", url))).status).toBe(200);
  const late = await fetch(`${url}/collect`, { method: "POST", body: JSON.stringify(beacon(key, [viewedProduct()])) });
  expect(late.status).toBeGreaterThanOrEqual(500);
  relay.close = async () => {};
});

describe("in a browser, below a path", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  test.each([
    ["the tag", snippetOf],
    ["a pinned tag", pinnedSnippetOf],
  ])("%s finds its second file and the relay, and a denial comes there too", async (_which, snippet) => {
    const { url, key, relay } = await below({ settings: { consent: "implied" } });
    const context = await browser.newContext({ timezoneId: "America/New_York" });
    const page = await context.newPage();
    await page.route(`${new URL("/mug", url)}`, async (route) =>
      route.fulfill({
        contentType: "text/html",
        body: `<!doctype html><html lang="en"><head>${snippet("/pinterest", key, true)}</head><body><h1>Sage mug</h1>${PRODUCT}</body>`,
      }),
    );
    await page.goto(`${new URL("/mug", url)}`);
    await until(async () => (await relay.store.recent(10)).some(({ name }) => name === "Viewed Product"));
    const denied = page.waitForResponse(
      (response) =>
        response.url() === `${url}/collect` && response.request().postDataJSON().consent.marketing === "denied",
    );
    await page.evaluate("pinrelay({ method: 'consent', marketing: 'denied' })");
    expect((await denied).status()).toBe(202);
    await context.close();
  });
});
