/** What a stranger's page, a shopper or Pinterest says is text on every page of the dashboard, and does nothing there. */
import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { beacon, collect, viewedProduct } from "../beacons.ts";
import { crawled, type House, openHouse } from "../house.ts";
import { type Pinterest, startPinterest } from "../pinterest/stand-in.ts";
import { API_KEY, call } from "../server-api.ts";
import { SHOP_ORIGIN } from "../start.ts";
import { until } from "../until.ts";

const EVIL = `"'></td></script><img src=x onerror=alert(1)><svg/onload=alert(2)>{{7*7}}\${7*7}`;
const SECRET = "shpss_of_the_shop";
let pinterest: Pinterest;
let house: House;

beforeAll(async () => {
  pinterest = await startPinterest();
  const { adAccountId, tagId, token, apiUrl } = pinterest;
  house = await openHouse({
    config: {
      pinterestApiUrl: apiUrl,
      seed: {
        origins: [SHOP_ORIGIN],
        secrets: { api: [API_KEY], shopify: [SECRET] },
        account: { adAccountId, tagId, token },
      },
    },
  });
});
afterAll(async () => {
  await house.relay.close();
  await pinterest.close();
});

test("an event, an order, a search, another Tag or a destination's name that is markup is shown, and is none", async () => {
  const properties = { id: EVIL, product_id: EVIL, name: EVIL, category: EVIL, query: EVIL, price: 1, currency: "USD" };
  const events = ["Viewed Product", "Searched", "Placed Order", EVIL].map((name) =>
    viewedProduct({
      name,
      tag: "custom",
      url: `${SHOP_ORIGIN}/${EVIL}`,
      properties: { ...properties, items: [properties] },
    }),
  );
  await collect(house, {
    ...beacon(house.key, [...events, { id: EVIL, name: EVIL }], { rev: EVIL }),
    otherTags: [{ by: "network", tagId: "2698765432109", event: EVIL.slice(0, 40) }],
  });
  await call(house, [
    { event_name: EVIL, event_id: EVIL, properties },
    { event_name: "Signed Up", event_id: "1", properties, profile_properties: { $email: `${EVIL}@example.com` } },
  ]);
  const order = JSON.stringify({
    id: 5678901234,
    name: EVIL,
    order_number: EVIL,
    currency: "USD",
    created_at: new Date().toISOString(),
    source_name: EVIL,
    landing_site: `/${EVIL}`,
    tags: EVIL,
    total_price: "24.00",
    line_items: [{ product_id: EVIL, title: EVIL, quantity: 1, price: "24.00" }],
  });
  const told = await fetch(`${house.url}/webhooks/shopify`, {
    method: "POST",
    body: order,
    headers: {
      "content-type": "application/json",
      "x-shopify-topic": "orders/create",
      "x-shopify-hmac-sha256": createHmac("sha256", SECRET).update(order).digest("base64"),
    },
  });
  expect(told.status).toBeLessThan(500);
  const [destination] = house.relay.directory.destinations();
  if (!destination) throw new Error("no destination");
  const { adAccountId, tagId } = destination;
  await house.send(`/shops/${house.key}/destinations/${destination.id}/account`, { name: EVIL, adAccountId, tagId });
  await until(() => house.relay.directory.destinations().some(({ name }) => name.includes("onerror")));
  await house.relay.flush();

  const pages = await crawled(house, [
    `/shops/${house.key}/events?event=${encodeURIComponent(EVIL)}&order=${encodeURIComponent(EVIL)}`,
    `/shops/${house.key}/settings/history`,
    `/login?next=${encodeURIComponent(`/${EVIL}`)}`,
  ]);
  const events_ = [...pages.keys()].filter((path) => /\/events\/\d+$/.test(path));
  expect(events_.length).toBeGreaterThan(3);
  const shown = [...pages].filter(([, text]) => /onerror/.test(text));
  expect(shown.length).toBeGreaterThan(5);
  const spoiled = [...pages]
    .filter(([path]) => !/\.csv|export|tail/.test(path))
    .filter(([, text]) => /<img|<svg\/onload/i.test(text));
  expect(spoiled.map(([path]) => path)).toEqual([]);
  // In a page there is one script a file, each with an address of ours and nothing in it.
  for (const [path, text] of pages)
    for (const [script] of text.matchAll(/<script[^>]*>[^<]*/gi))
      if (!/\.csv|export/.test(path)) expect(script, path).toMatch(/^<script src="\/admin\/assets\/[\w.-]+" defer>$/);
});

test("what is searched for, and what a form says, comes back as text", async () => {
  for (const [path, fields] of [
    ["/privacy/find", { by: "email", which: EVIL }],
    ["/settings/preview", { form: "import", file: EVIL }],
    ["/sources/origins", { origins: EVIL }],
    ["/destinations", { name: EVIL, adAccountId: EVIL, tagId: EVIL, token: EVIL }],
  ] as const) {
    const text = await (await house.send(`/shops/${house.key}${path}`, fields)).text();
    expect(text, path).not.toMatch(/<img|<svg\/onload/i);
  }
});

test("what answers in JSON is not taken for a page", async () => {
  for (const path of [`/shops/${house.key}/events/tail?after=0`, `/shops/${house.key}/start/heard`]) {
    const { headers } = await house.ask(path, { headers: { accept: "text/html" } });
    expect(headers.get("content-type"), path).toMatch(/^application\/json/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  }
});
