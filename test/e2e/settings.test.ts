/** Each setting changed by its form in the dashboard, and seen in the page's tag and in what the stand-in receives. */
import { createHmac, randomInt, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { SETTINGS } from "#relay/settings";
import { beacon, collect, viewedProduct } from "../beacons.ts";
import { fixture } from "../fixture.ts";
import { PASSWORD } from "../house.ts";
import { until } from "../until.ts";
import { axeFindings } from "./axe.ts";
import { launchBrowser } from "./browser.ts";
import { type Stage, setStage } from "./stage.ts";

const SECRETS = { woocommerce: "wc-secret-of-the-demo-shop", shopify: "shpss_secret_of_the_demo_shop" };
const PRODUCT = "/products/harbor-mug";

let browser: Browser;
let stage: Stage;
let dashboard: Page;
let home: string;

beforeAll(async () => {
  browser = await launchBrowser();
  stage = await setStage(
    browser,
    { signedHoldSeconds: 0, unsignedHoldMinutes: 0 },
    { withWebhook: true, config: { adminPassword: PASSWORD, trustProxy: 1 } },
  );
  ({ page: dashboard } = await stage.visit());
  await dashboard.goto(`${stage.relayUrl}/admin/login`);
  await dashboard.getByLabel("Password").fill(PASSWORD);
  await dashboard.getByRole("button", { name: "Log in" }).click();
  home = `${stage.relayUrl}/admin/shops/${key()}`;
  await dashboard.goto(`${home}/sources`);
});
afterAll(async () => {
  await stage.close();
  await browser.close();
});
beforeEach(() => stage.pinterest.reset());

const shop = () => stage.relay.directory.shops()[0];
const key = (): string => shop()?.key ?? "";

/** Sets one setting as a person does: form, dry run, save. */
async function change(name: string, value: string): Promise<void> {
  await tried({ [name]: value });
  await save();
}

async function tried(fields: Record<string, string>): Promise<void> {
  await dashboard.goto(`${home}/settings`);
  for (const [name, value] of Object.entries(fields)) await fill(`#${name}`, value);
  await dashboard.getByRole("button", { name: "Try these changes" }).click();
}

async function fill(selector: string, value: string): Promise<void> {
  const field = dashboard.locator(selector);
  if ((await field.evaluate((element) => element.tagName)) === "SELECT") await field.selectOption(value);
  else await field.fill(value);
}

async function save(): Promise<void> {
  await dashboard.getByRole("heading", { level: 1, name: "Before you save" }).waitFor();
  await dashboard.getByRole("button", { name: "Save", exact: true }).click();
  await dashboard.getByText("Saved. Pages follow within a minute.").waitFor();
}

/** The last that a page tells: what was told before it has arrived when this one has. */
const MARK = { method: "track", eventName: "Searched", properties: { query: "the end" } };
const isMark = (name: string): boolean => name === "search" || name === "lead";

/** Something that was told after all else has reached Pinterest, and what became of it is kept. */
async function later(): Promise<void> {
  const event = viewedProduct({ name: "Subscribed To Newsletter", tag: "lead" });
  await tell(event);
  await until(async () => (await outcomeOf(event.id)) === "sent");
}

interface Visiting {
  path?: string;
  /** What the page itself tells. */
  calls?: readonly object[];
  /** Of a page that may tell nothing there is no last thing. */
  isMarked?: boolean;
  options?: BrowserContextOptions;
  script?: string;
  /** Done in the page before it tells its own. */
  before?: string;
}

/** The last visitor's: it stays open until the next one comes, since it takes with it what is still on its way. */
let left: BrowserContext | undefined;

/** A new visitor comes, and goes. */
const visit =
  ({ path = "/cart", calls = [], isMarked = true, options = {}, script, before }: Visiting) =>
  async (): Promise<void> => {
    await left?.close();
    files.clear();
    const { page, context } = await stage.visit(options, async (context) => {
      await context.addInitScript("window.pinrelay = function () { (pinrelay.q = pinrelay.q || []).push(arguments) }");
      if (script) await context.addInitScript(script);
    });
    left = context;
    page.on("request", (request) => {
      const [, name] = /\/([\w-]+)\.[\w.-]+\.js$/.exec(request.url()) ?? [];
      if (name && request.url().startsWith(stage.relayUrl)) files.add(name);
    });
    await page.goto(stage.shop.url + path, { waitUntil: "load" });
    if (before) await page.evaluate(before);
    for (const call of [...calls, ...(isMarked ? [MARK] : [])])
      await page.evaluate(`pinrelay(${JSON.stringify(call)})`);
    if (isMarked)
      await until(
        () =>
          stage.pinterest.browser.some(({ event }) => event === "search") &&
          stage.pinterest.server.some(({ event_name }) => event_name === "search"),
      );
    // A page that is left hands over what it has still to tell.
    await page.goto("about:blank");
    await later();
  };

/** Second files that pages asked for. */
const files = new Set<string>();

const track = (eventName: string, properties: object = {}) => ({ method: "track", eventName, properties });
const order = () => {
  last = String(randomInt(1e9));
  return track("Placed Order", {
    $order_id: last,
    total_price: 30,
    total_tax: 4,
    total_shipping: 6,
    currency: "USD",
    items: [{ product_id: "1001", variant_id: "1001-2", price: 20, quantity: 1 }],
  });
};

/** ID of what was told last, or its end. */
let last = "";
const outcomeOf = async (id: string) =>
  (await stage.relay.store.recent(50)).find((row) => row.id.endsWith(id))?.deliveries[0]?.outcome;
/** What became of it, and what the stand-in knows of that. */
const became = async () => {
  const arrived = stage.pinterest.server.some(({ event_id }) => event_id.endsWith(last));
  return [(await outcomeOf(last)) ?? "waits", arrived ? "arrived" : "not arrived"];
};
const SENT = ["sent", "arrived"];

async function tell(event: ReturnType<typeof viewedProduct>, headers: Record<string, string> = {}): Promise<void> {
  last = event.id;
  await collect({ url: stage.relayUrl }, beacon(key(), [event]), { origin: stage.shop.url, ...headers });
}
/** A browser's event of some minutes ago, by whose word the Pinterest Tag may have told it. */
const aged =
  (minutes: number, change: { tag?: string } = {}) =>
  async () => {
    const { tag, ...event } = viewedProduct({ time: Date.now() - minutes * 60_000 });
    const told = { ...event, ...(change.tag === undefined ? {} : { tag: change.tag }) };
    await tell(told);
    const id = last;
    await later();
    last = id;
  };

const MINUTE_AGO = () => new Date(Date.now() - 60_000).toISOString();

/** An order as a shop's own server tells it, some other one each time. */
const webhook =
  (platform: "shopify" | "woocommerce", name: string, change: object = {}) =>
  async () => {
    const id = randomInt(1e9, 2e9);
    const told: Record<string, unknown> = JSON.parse(readFileSync(fixture(`${platform}-orders/${name}.json`), "utf8"));
    const own =
      platform === "shopify"
        ? {
            id,
            name: `#${id}`,
            order_number: id,
            number: id,
            token: randomUUID(),
            created_at: MINUTE_AGO(),
            processed_at: MINUTE_AGO(),
            updated_at: MINUTE_AGO(),
          }
        : {
            id,
            number: String(id),
            order_key: `wc_order_${id}`,
            date_created_gmt: MINUTE_AGO().slice(0, 19),
            date_modified_gmt: MINUTE_AGO().slice(0, 19),
          };
    const anew = ["checkout_token", "checkout_id", "cart_token", "confirmation_number", "admin_graphql_api_id"];
    const body = JSON.stringify({
      ...told,
      ...Object.fromEntries(anew.map((one) => [one, null])),
      note_attributes: [],
      meta_data: [],
      ...own,
      ...change,
    });
    const signature = createHmac("sha256", SECRETS[platform]).update(body).digest("base64");
    const headers =
      platform === "shopify"
        ? {
            "x-shopify-topic": "orders/create",
            "x-shopify-hmac-sha256": signature,
            "x-shopify-webhook-id": randomUUID(),
            "x-shopify-shop-domain": "fennel-and-oak.myshopify.com",
          }
        : {
            "x-wc-webhook-topic": "order.updated",
            "x-wc-webhook-signature": signature,
            "x-wc-webhook-resource": "order",
            "x-wc-webhook-delivery-id": randomUUID(),
          };
    const response = await fetch(`${stage.relayUrl}/webhooks/${platform}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    });
    expect(response.status).toBe(200);
    await later();
    last = String(id);
  };
const browserOrder = async () => {
  const id = String(randomInt(1e9));
  const { eventName: name, properties } = order();
  await tell({
    ...viewedProduct({ name, tag: "checkout" }),
    id: `order.${key()}.${id}`,
    properties,
  });
  await later();
  last = id;
};

const hits = () => stage.pinterest.browser.filter(({ event }) => !isMark(event) && event !== "init");
const calls = () => stage.pinterest.server.filter(({ event_name }) => !isMark(event_name));
/** Names that came by the Pinterest Tag, and by the relay. */
const names = () => [hits().map(({ event }) => event), calls().map(({ event_name }) => event_name)];
const ids = () => [
  hits().map(({ ed }) => JSON.stringify(ed.line_items).match(/"product_id":"([^"]+)"/)?.[1]),
  calls().map(({ custom_data }) => custom_data?.content_ids?.join()),
];
const values = () => [hits().map(({ ed }) => ed.value), calls().map(({ custom_data }) => Number(custom_data?.value))];
const knownByEmail = () => [hits().map(({ pd }) => "em" in pd), calls().map(({ user_data }) => "em" in user_data)];
const limited = () => [
  stage.pinterest.browser.length > 0,
  calls().map(({ custom_data }) => custom_data?.opt_out_type ?? "none"),
];

const GPC: Visiting = {
  path: PRODUCT,
  isMarked: false,
  options: { extraHTTPHeaders: { "Sec-GPC": "1" } },
  script: `Object.defineProperty(navigator, "globalPrivacyControl", { value: true });
    pinrelay({ method: "set", profileProperties: { $state: "CA", $country_code: "US" } });`,
};
const FORM = `document.body.insertAdjacentHTML("beforeend", '<form id="join"><input type="email" name="email" value="maya.hartley@example.com"><button>Join</button></form>');
  document.querySelector("#join").addEventListener("submit", (event) => event.preventDefault());
  document.querySelector("#join").requestSubmit();`;

type Row = [setting: string, value: string, act: () => Promise<void>, seen: () => unknown, was: unknown, is: unknown];

// biome-ignore format: a table
const ROWS: Row[] = [
  ["contentId",            "variant",       visit({ path: PRODUCT }),                              ids,          [["1001"], ["1001"]],                [["1001-1"], ["1001-1"]]],
  ["contentId",            "shop_{sku}",    visit({ calls: [track("Viewed Product", { product_id: "1001", sku: "MUG" })] }), ids, [["1001"], ["1001"]],       [["shop_MUG"], ["shop_MUG"]]],
  ["value",                "total",         () => visit({ calls: [order()] })(),                   values,       [[20], [20]],                        [[30], [30]]],
  ["pageLoad",             "page_visit",    visit({ path: "/cart" }),                              names,        [[], []],                            [["pagevisit"], ["page_visit"]]],
  ["pageLoad",             "page",          visit({ path: "/cart" }),                              names,        [[], []],                            [[], ["page"]]],
  ["platform",             "woocommerce",   visit({ path: "/cart" }),                              () => [...files], ["every"],                    ["woocommerce"]],
  ["formIdentity",         "false",         visit({ calls: [track("Signed Up")], before: FORM }),    knownByEmail, [[true], [true]],                    [[false], [false]]],
  ["consent",              "require",       visit({ path: PRODUCT, isMarked: false }),             names,        [["pagevisit"], ["page_visit"]],     [[], []]],
  ["globalPrivacy",        "limited",       visit(GPC),                                            limited,      [false, []],                         [true, ["LDP"]]],
];

// biome-ignore format: a table
const RELAY_ROWS: Row[] = [
  ["botHeader",            "cf-verified-bot: true", async () => { await tell(viewedProduct(), { "cf-verified-bot": "true", "x-forwarded-for": "203.0.113.7" }); const id = last; await later(); last = id; }, became, SENT, ["bot", "not arrived"]],
  ["lateMinutes",          "10",            aged(30, { tag: "pagevisit" }),                        became,       SENT,                                ["late", "not arrived"]],
  ["unknownCountsAsFired", "false",         aged(90, { tag: "pagevisit" }),                        became,       ["late", "not arrived"],             SENT],
  ["expiryDays",           "1",             aged(26 * 60),                                         became,       SENT,                                ["expired", "not arrived"]],
  ["wooOnHold",            "true",          webhook("woocommerce", "on-hold"),                     became,       ["filtered", "not arrived"],         SENT],
  ["signedHoldSeconds",    "3000",          webhook("woocommerce", "classic-account-coupon"),      became,       SENT,                                ["waits", "not arrived"]],
  ["upsellHoldSeconds",    "3000",          webhook("woocommerce", "classic-account-coupon"),      became,       SENT,                                ["waits", "not arrived"]],
  ["unsignedHoldMinutes",  "50",            browserOrder,                                          became,       SENT,                                ["waits", "not arrived"]],
  ["shopifyOrders",        "paid",          webhook("shopify", "web-guest-us", { financial_status: "pending" }), became, SENT,                       ["filtered", "not arrived"]],
  ["channels",             "web,checkout,store-api,pos", webhook("shopify", "web-guest-us", { source_name: "pos" }), became, ["filtered", "not arrived"], SENT],
  ["renewalTags",          "Club box",      webhook("shopify", "web-guest-us", { tags: "Club box" }), became,    SENT,                                ["filtered", "not arrived"]],
];

const textOf = (name: string): string => {
  const value: unknown = Reflect.get(shop()?.settings ?? {}, name);
  return Array.isArray(value) ? value.join(",") : String(value);
};

test("a secret set by its form opens the door of the shop's own server", async () => {
  const unsigned = await fetch(`${stage.relayUrl}/webhooks/shopify`, { method: "POST", body: "{}" });
  expect(unsigned.status).toBe(401);
  await dashboard.goto(`${home}/sources`);
  await dashboard.locator("#secret-shopify").fill(SECRETS.shopify);
  await dashboard.locator("#shopify").getByRole("button", { name: "Set" }).click();
  await dashboard.getByText("Saved.").waitFor();
  await webhook("shopify", "web-guest-us")();
  await expect.poll(became).toEqual(SENT);
});

describe.each([
  ["in the page and at Pinterest", ROWS],
  ["in the ledger and at Pinterest", RELAY_ROWS],
])("a change is seen %s:", (_, rows) => {
  test.each(rows)("%s %s", async (name, value, act, seen, was, is) => {
    const former = textOf(name);
    await act();
    await expect.poll(seen, { timeout: 10_000 }).toEqual(was);
    await change(name, value);
    stage.pinterest.reset();
    await act();
    await expect.poll(seen, { timeout: 10_000 }).toEqual(is);
    await change(name, former);
  });
});

test("no setting is missing from these tables", () => {
  const shown = new Set([...ROWS, ...RELAY_ROWS].map(([name]) => name));
  expect([...shown].sort()).toEqual(Object.keys(SETTINGS).sort());
});

/** Sets the rules of the only destination by the fields of their form; all others are emptied. */
async function setRules(fields: Record<string, string>): Promise<void> {
  await dashboard.goto(`${home}/settings/rules/${stage.relay.directory.destinations()[0]?.id}`);
  for (const name of ["m0.name", "f0.event"]) await dashboard.locator(`[name="${name}"]`).fill("");
  for (const [name, value] of Object.entries(fields)) await fill(`[name="${name}"]`, value);
  await dashboard.getByRole("button", { name: "Try these changes" }).first().click();
  await save();
}
const quiz = visit({ calls: [track("Finished Quiz", { value: 12, currency: "USD" })] });
const added = (price: number) => track("Added To Cart", { product_id: "1001", price, currency: "USD", quantity: 1 });
const filter = (property: string, operator: string, value: string) => ({
  "f0.event": "Added To Cart",
  "f0c0.property": property,
  "f0c0.operator": operator,
  "f0c0.value": value,
});
const row = (forward: string) => ({
  "m0.name": "Finished Quiz",
  "m0.tag": "quiz",
  "m0.api": "quiz",
  "m0.forward": forward,
});

// biome-ignore format: a table
test.each<[what: string, fields: Record<string, string>, act: () => Promise<void>, was: unknown, is: unknown]>([
  ["an event of the shop's own",        row("both"),                              quiz,                                        [[], []],                             [["quiz"], ["quiz"]]],
  ["one by the relay alone",            row("server"),                            quiz,                                        [[], []],                             [[], ["quiz"]]],
  ["one by the Pinterest Tag alone",    row("client"),                            quiz,                                        [[], []],                             [["quiz"], []]],
  ["a filter by a number",              filter("value", "at least", "50"),        visit({ calls: [added(20), added(60)] }),    [["addtocart", "addtocart"], ["add_to_cart", "add_to_cart"]], [["addtocart"], ["add_to_cart"]]],
  ["a filter by a regular expression",  filter("items.product_id", "matches", "^2"), visit({ calls: [added(20)] }),            [["addtocart"], ["add_to_cart"]],     [[], []]],
  ["a filter by the address",           filter("url.path", "starts with", "/products"), visit({ calls: [added(20)] }),         [["addtocart"], ["add_to_cart"]],     [[], []]],
])("%s set by the form of mapping and filters is told so on both sides", async (_, fields, act, was, is) => {
  await act();
  await expect.poll(names, { timeout: 10_000 }).toEqual(was);
  await setRules(fields);
  stage.pinterest.reset();
  await act();
  await expect.poll(names, { timeout: 10_000 }).toEqual(is);
  await setRules({});
});

test("an address set by its form may send, and no longer once it is taken out", async () => {
  const other = "https://de.fennelandoak.example";
  const asked = async () =>
    (await collect({ url: stage.relayUrl }, beacon(key(), [viewedProduct()]), { origin: other })).status;
  const set = async (text: string) => {
    await dashboard.goto(`${home}/sources`);
    await dashboard.locator("#origins").fill(text);
    await dashboard.locator("#browser").getByRole("button", { name: "Save" }).click();
    await dashboard.getByText("Saved.").waitFor();
  };
  expect(await asked()).toBe(403);
  await set(`${stage.shop.url} ${other}`);
  expect(await asked()).toBe(202);
  await set(stage.shop.url);
  expect(await asked()).toBe(403);
});

test("the tag is kept for a minute at most, so that pages follow within it", async () => {
  const response = await fetch(`${stage.relayUrl}/tag.js`);
  const [, seconds] = /max-age=(\d+)/.exec(response.headers.get("cache-control") ?? "") ?? [];
  expect(Number(seconds)).toBeLessThanOrEqual(60);
});

// biome-ignore format: a table
test.each<[name: string, open: () => Promise<unknown>]>([
  ["settings",        () => dashboard.goto(`${home}/settings`)],
  ["rules",           () => dashboard.goto(`${home}/settings/rules/1`)],
  ["history",         () => dashboard.goto(`${home}/settings/history`)],
  ["before you save", () => tried({ value: "total", contentId: "variant" })],
  ["what is refused", () => tried({ lateMinutes: "soon" })],
])("%s: axe finds nothing, and nothing is wider than the page, light or dark, on a desk or a phone", async (name, open) => {
  await open();
  await dashboard.waitForLoadState();
  await dashboard.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true");
  for (const colorScheme of ["light", "dark"] as const)
    for (const width of [1280, 390]) {
      await dashboard.emulateMedia({ colorScheme });
      await dashboard.setViewportSize({ width, height: 900 });
      const { SHOTS } = process.env;
      if (SHOTS) await dashboard.screenshot({ path: `${SHOTS}/${name}-${colorScheme}-${width}.png`, fullPage: true });
      expect(await dashboard.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      expect(await axeFindings(dashboard)).toEqual([]);
    }
});
