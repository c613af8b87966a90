/** Believable halves of one order, as the sources translate them: what the tests of orders put together and take apart. */
import { createHash } from "node:crypto";
import { orderEventId } from "@pinrelay/tag/contract";
import type { Half, ShopEvent } from "#relay/core/event";

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

export const VISITOR_ID = "5e".repeat(32);
export const CLICK_ID = "dj0yJnU9N2pHc2FOZ3Y";
export const PHONE_UA = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148";

/** Ids of one order: the shop's own, its number, the token of its checkout. */
export interface OrderNames {
  id: string;
  number: string;
  token: string;
}

const named = (key: string, ...names: string[]): string[] => names.flatMap((name) => orderEventId(key, name) ?? []);

interface Telling {
  shop: { id: number; key: string };
  order: OrderNames;
  atMs: number;
  change?: Partial<Half>;
}

const told = (
  source: Half["source"],
  ids: string[],
  { shop, atMs, change }: Telling,
  half: Partial<Half>,
): ShopEvent => ({
  shop: shop.id,
  name: "Placed Order",
  id: ids[0] ?? "",
  half: {
    source,
    timeMs: atMs,
    receivedMs: atMs,
    orderIds: ids,
    matchKeys: {},
    properties: {},
    consent: { marketing: "unknown", by: "order", at: atMs },
    ...half,
    ...change,
  },
});

const MUGS = [{ product_id: "7301", variant_id: "44012345678901", sku: "MUG-S", name: "Harbor Mug", price: 20 }];

/** The thank-you page: who came by which pin, from where; of the order what the page shows. */
export const byBrowser = (telling: Telling): ShopEvent => {
  const { shop, order } = telling;
  return told("browser", named(shop.key, order.id, order.number, order.token), telling, {
    tagName: "checkout",
    rev: "00000000",
    url: "https://www.fennelandoak.example/thank-you",
    visitor: VISITOR_ID,
    clickId: CLICK_ID,
    consent: { marketing: "granted", by: "call", at: telling.atMs },
    network: { ip: "203.0.113.7", userAgent: PHONE_UA },
    matchKeys: { em: [sha256("ada@fennelandoak.example")] },
    properties: {
      id: order.id,
      currency: "USD",
      total_price: 999,
      items: MUGS.map((mug) => ({ ...mug, quantity: 9 })),
    },
  });
};

/** Shopify's webhook: the order as it is, and its customer; the address the checkout was made from. */
export const byWebhook = (telling: Telling): ShopEvent => {
  const { shop, order, atMs } = telling;
  return told("shopify", named(shop.key, order.id, `#${order.number}`, order.token), telling, {
    matchKeys: {
      em: [sha256("ada@fennelandoak.example")],
      fn: [sha256("ada")],
      ln: [sha256("moss")],
      ct: [sha256("portland")],
      st: [sha256("me")],
      zp: [sha256("04101")],
      country: [sha256("us")],
      external_id: [sha256("8801")],
    },
    country: "US",
    network: { ip: "198.51.100.20", userAgent: "Mozilla/5.0 (as Shopify saw it)" },
    order: { asOfMs: atMs, state: "paid", channels: ["web"] },
    properties: {
      id: order.id,
      currency: "USD",
      total_price: 52.5,
      total_tax: 2.5,
      total_shipping: 10,
      items: MUGS.map((mug) => ({ ...mug, quantity: 2 })),
    },
  });
};

/** A call of the server API, by a shop that tells its orders so. */
export const byServer = (telling: Telling): ShopEvent => {
  const { shop, order, atMs } = telling;
  return told("server", named(shop.key, order.id), telling, {
    matchKeys: { em: [sha256("ada@fennelandoak.example")], ph: [sha256("12075550123")] },
    order: { asOfMs: atMs, state: "paid", channels: ["web"] },
    properties: { id: order.id, currency: "USD", value: 41, total_price: 52.5 },
  });
};
