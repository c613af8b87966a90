/** How the shop's server tells of its orders, to a door of the test's own. */
import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { ORDER_CLICK_ID, ORDER_CONSENT, ORDER_VISITOR } from "@pinrelay/tag/contract";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DEFAULT_SETTINGS, NO_SECRETS } from "#relay/core/settings";
import { fromWooCommerce } from "#relay/sources/woocommerce";
import { until } from "../until.ts";
import { type RunningShop, startShop } from "./shop.ts";
import { type Visitor, visitor } from "./visitor.ts";
import { CUSTOMER } from "./walk.ts";

const SECRET = "wc-secret-of-the-demo-shop";
const VISITOR_ID = "5e".repeat(32);
const CLICK_ID = "dj0yJnU9N2pHc2FOZ3Y~=";

interface Delivery {
  headers: IncomingHttpHeaders;
  body: string;
}

let door: Server;
let shop: RunningShop;
let delivered: Delivery[];
/** What the door answers next; after the last, 200. */
let answers: number[];

beforeEach(async () => {
  delivered = [];
  answers = [];
  door = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    delivered.push({ headers: request.headers, body });
    response.writeHead(answers.shift() ?? 200).end();
  });
  await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
  const address = door.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const webhook = { url: `http://127.0.0.1:${port}/webhooks/woocommerce`, secret: SECRET, retryMs: [1, 1] };
  shop = await startShop({ snippet: '<script async src="/tag.js"></script>', webhook });
});
afterEach(async () => {
  await shop.close();
  door.closeAllConnections();
  await new Promise((resolve) => door.close(resolve));
});

const buy = async (by: Visitor, customer: Partial<typeof CUSTOMER> = {}, code = ""): Promise<void> => {
  await by.post("/cart/items", { product: "1001", color: "Sage", size: "Large", quantity: "2" });
  await by.post("/cart/items", { product: "1004", size: "Medium", quantity: "1" });
  if (code) await by.post("/cart/code", { code });
  const placed = await by.post("/checkout", { ...CUSTOMER, ...customer });
  expect(placed.headers.get("location")).toMatch(/^\/thank-you\//);
};
const orderOf = ({ body }: Delivery) => JSON.parse(body);
const metaOf = (delivery: Delivery): Record<string, string> =>
  Object.fromEntries(orderOf(delivery).meta_data.map(({ key, value }: { key: string; value: string }) => [key, value]));
/** As the relay reads it. */
const readingOf = ({ body }: Delivery) =>
  fromWooCommerce(
    "order.created",
    Buffer.from(body),
    { id: 1, key: "k3x9", origins: [], settings: DEFAULT_SETTINGS, secrets: NO_SECRETS },
    Date.now(),
  );
const first = async (): Promise<Delivery> => {
  await until(() => delivered.length > 0);
  const [delivery] = delivered;
  if (!delivery) throw new Error("nothing was delivered");
  return delivery;
};

test("an order is delivered as WooCommerce does, and signed", async () => {
  await buy(visitor(shop.url));
  const { headers, body } = await first();
  expect(headers).toMatchObject({
    "content-type": "application/json",
    "x-wc-webhook-topic": "order.created",
    "x-wc-webhook-resource": "order",
    "x-wc-webhook-event": "created",
    "x-wc-webhook-source": `${shop.url}/`,
    "x-wc-webhook-signature": createHmac("sha256", SECRET).update(body).digest("base64"),
    "x-wc-webhook-delivery-id": expect.stringMatching(/^[0-9a-f]{32}$/),
  });
});

test.each([
  ["at home, with tax", {}, "", 14_000 - 1_400],
  ["with a code", {}, "WELCOME10", 11_340],
  ["abroad, without tax", { country: "DE", state: "", zip: "10115" }, "WELCOME10", 11_340],
])("the relay reads from it what the thank-you page says: %s", async (_, customer, code, goodsCents) => {
  await buy(visitor(shop.url), customer, code);
  const delivery = await first();
  const [order] = shop.orders;
  expect(order?.goodsCents).toBe(goodsCents);
  expect(readingOf(delivery)).toMatchObject({
    event: {
      name: "Placed Order",
      id: `order.k3x9.${order?.id}`,
      half: {
        orderIds: expect.arrayContaining([`order.k3x9.${order?.id}`, `order.k3x9.${order?.number.slice(1)}`]),
        order: { state: "paid", channels: ["checkout"] },
        network: { ip: "127.0.0.1", userAgent: expect.stringMatching(/./) },
        properties: {
          currency: "USD",
          value: goodsCents / 100,
          total_price: Number(order?.totalCents) / 100,
          total_tax: Number(order?.taxCents) / 100,
          total_shipping: Number(order?.shippingCents) / 100,
          total_discount: Number(order?.discountCents) / 100,
          items: [
            { product_id: "1001", variant_id: "10012", sku: "MUG-SAGE-L", name: "Harbor Mug", quantity: 2, price: 34 },
            { product_id: "1004", quantity: 1 },
          ],
        },
      },
    },
  });
  const sumOf = (key: string): number =>
    orderOf(delivery).line_items.reduce((sum: number, line: Record<string, string>) => sum + Number(line[key]), 0);
  expect(sumOf("total").toFixed(2)).toBe((goodsCents / 100).toFixed(2));
  expect(sumOf("total_tax").toFixed(2)).toBe(orderOf(delivery).total_tax);
});

describe("what the browser's cookies say is left on the order", () => {
  const buyWith = async (cookies: Record<string, string>) => {
    await buy(visitor(shop.url, new Map(Object.entries(cookies))));
    return metaOf(await first());
  };

  test("visitor, click ID and choice", async () => {
    const meta = await buyWith({ _pinrelay: VISITOR_ID, _epik: CLICK_ID, fo_measurement: "denied" });
    expect(meta).toMatchObject({ [ORDER_VISITOR]: VISITOR_ID, [ORDER_CLICK_ID]: CLICK_ID });
    expect(meta[ORDER_CONSENT]).toMatch(/^denied footer \d{13}$/);
    expect(readingOf(await first())).toMatchObject({
      event: { half: { visitor: VISITOR_ID, clickId: CLICK_ID, consent: { marketing: "denied", by: "footer" } } },
    });
  });

  test("nothing where there are none, or none that can be theirs", async () => {
    expect(Object.keys(await buyWith({ _pinrelay: "<b>", _epik: "a b", fo_measurement: "perhaps" }))).toEqual([
      "is_vat_exempt",
    ]);
  });
});

describe("where the door does not open", () => {
  test("the same delivery comes again", async () => {
    answers = [503, 500];
    await buy(visitor(shop.url));
    await until(() => delivered.length === 3);
    const [one, ...others] = delivered.map(({ headers, body }) => [body, headers["x-wc-webhook-delivery-id"]]);
    expect(others).toEqual([one, one]);
  });

  test("what is refused is not told again, and the shop's log says so", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    answers = [401];
    await buy(visitor(shop.url));
    await until(() => delivered.length === 1);
    await buy(visitor(shop.url));
    await until(() => delivered.length === 2);
    expect(new Set(delivered.map(({ body }) => JSON.parse(body).id)).size).toBe(2);
    await until(() => warn.mock.calls.length > 0);
    expect(warn.mock.calls).toEqual([[expect.stringContaining("refused: 401")]]);
    warn.mockRestore();
  });
});

describe("the switches in the footer", () => {
  const pageOf = async (by: Visitor, path = "/") => (await by.get(path)).text();

  test("show what is on, and are kept with the session", async () => {
    const maya = visitor(shop.url);
    expect((await pageOf(maya)).match(/aria-checked="true"/g)).toHaveLength(2);
    await maya.post("/halves", { webhook: "off" });
    expect(await pageOf(maya)).toMatch(/aria-checked="false"[^>]*name="webhook" value="on"/);
    expect((await pageOf(visitor(shop.url))).match(/aria-checked="true"/g)).toHaveLength(2);
    await maya.post("/halves", { webhook: "on" });
    expect((await pageOf(maya)).match(/aria-checked="true"/g)).toHaveLength(2);
  });

  test("without the browser half no page has the snippet", async () => {
    const maya = visitor(shop.url);
    await maya.post("/halves", { browser: "off" });
    for (const path of ["/", "/products/harbor-mug", "/cart"])
      expect(await pageOf(maya, path)).not.toContain("/tag.js");
    await maya.post("/halves", { browser: "on" });
    expect(await pageOf(maya)).toContain("/tag.js");
  });

  test("without the webhook nobody is told of an order", async () => {
    const [maya, jo] = [visitor(shop.url), visitor(shop.url)];
    await maya.post("/halves", { webhook: "off" });
    await buy(maya);
    await buy(jo);
    await until(() => delivered.length > 0);
    expect(delivered.map((delivery) => String(orderOf(delivery).id))).toEqual([shop.orders[1]?.id]);
  });

  test.each([
    ["the page they are on", "/products/harbor-mug?variant=1001-5", "/products/harbor-mug?variant=1001-5#halves"],
    ["no other site", "//evil.example/", "/evil.example/#halves"],
    ["the home page where the browser says nothing", undefined, "/#halves"],
  ])("lead back to %s", async (_, path, back) => {
    const answer = await fetch(`${shop.url}/halves`, {
      method: "POST",
      body: new URLSearchParams({ browser: "off" }),
      headers: path === undefined ? {} : { Referer: `${shop.url}${path}` },
      redirect: "manual",
    });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, back]);
  });

  test("are not there in a shop whose server tells nobody, and its pages say who ordered", async () => {
    const plain = await startShop();
    try {
      const maya = visitor(plain.url);
      expect(await pageOf(maya)).not.toContain('role="switch"');
      expect((await maya.post("/halves", { browser: "off" })).status).toBe(404);
      await buy(maya);
      expect(await pageOf(maya, `/thank-you/${plain.orders[0]?.id}`)).toContain("$email");
    } finally {
      await plain.close();
    }
  });

  test("a page of a shop whose server tells leaves to it who ordered", async () => {
    const maya = visitor(shop.url);
    await buy(maya);
    const page = await pageOf(maya, `/thank-you/${shop.orders[0]?.id}`);
    expect(page).toContain("Thank you, Maya.");
    expect(page).not.toContain("$email");
  });
});
