/** Shopify's webhooks of orders and refunds, translated to the inner event. */
import { ORDER_CLICK_ID, ORDER_EVENT } from "@pinrelay/tag/contract";
import type { Half, OrderFacts } from "../core/event.ts";
import type { Shop } from "../core/settings.ts";
import { faultOf, wordsOf } from "./fault.ts";
import { present } from "./present.ts";
import { readJson } from "./read-json.ts";
import { propertiesOf } from "./shopify-money.ts";
import { aliasesOf, countryOf, languageOf, matchKeysOf, networkOf } from "./shopify-person.ts";
import { readRefund } from "./shopify-refund.ts";
import { type Order, orderSchema } from "./shopify-schema.ts";
import { carriedBy, orderIdsOf, type ReadWebhook, type WebhookReading } from "./webhook.ts";

type ReadBody = (body: unknown, shop: Shop, receivedMs: number) => WebhookReading;

const readOrder: ReadBody = (body, shop, receivedMs) => {
  const result = orderSchema.safeParse(body, { error: wordsOf });
  if (!result.success) return { fault: faultOf(result.error, "") };
  const order = result.data;
  const id = order.admin_graphql_api_id ?? order.id;
  // Not `number`, which counts from 1 where `order_number` counts from 1001: it would be another order's.
  const [eventId, ...names] = orderIdsOf(shop.key, [
    id,
    order.name,
    order.order_number,
    order.checkout_token,
    order.token,
  ]);
  if (id === undefined || eventId === undefined)
    return { fault: { field: "id", message: "is missing; an order has one" } };
  const half: Half = {
    source: "shopify",
    timeMs: Math.min(order.processed_at ?? order.created_at ?? receivedMs, receivedMs),
    receivedMs,
    matchKeys: matchKeysOf(order),
    properties: { id, ...propertiesOf(order) },
    orderIds: [eventId, ...names],
    order: factsOf(order, shop, receivedMs),
    aliases: aliasesOf(order),
    ...carriedBy((name) => leftOn(order, name), receivedMs),
    ...present({ language: languageOf(order), country: countryOf(order), network: networkOf(order) }),
  };
  return { event: { shop: shop.id, name: ORDER_EVENT, id: eventId, half } };
};

/** Shopify's topics, and what is made of them. The first four bring the whole order as it is by then. */
// biome-ignore format: a table
const TOPICS: Record<string, ReadBody> = {
  "orders/create":    readOrder,
  "orders/paid":      readOrder,
  "orders/updated":   readOrder,
  "orders/cancelled": readOrder,
  // Its body is the edit alone (https://github.com/nozzlegear/ShopifySharp/pull/742).
  "orders/edited":    () => ({ ignored: "an edit comes without its order, which orders/updated tells" }),
  "refunds/create":   readRefund,
};

export const fromShopify: ReadWebhook = (topic, body, shop, receivedMs) => {
  const read = Object.hasOwn(TOPICS, topic) ? TOPICS[topic] : undefined;
  if (!read) return { ignored: "of Shopify's topics only those of orders and refunds are read" };
  const json = readJson(body);
  return "fault" in json ? json : read(json.value, shop, receivedMs);
};

const factsOf = (order: Order, { settings }: Shop, receivedMs: number): OrderFacts => {
  const channel = order.source_name || "unknown";
  return {
    asOfMs: order.updated_at ?? order.created_at ?? receivedMs,
    ...present({ madeMs: madeMsOf(order, receivedMs) }),
    state: stateOf(order),
    channels: [
      channel,
      ...(order.test ? ["test"] : []),
      ...(order.company ? ["b2b"] : []),
      ...(isRenewal(order, settings.renewalTags) ? ["renewal"] : []),
    ],
    ...(channel === "pos" ? { isOffline: true } : {}),
  };
};

const madeMsOf = ({ created_at, processed_at }: Order, receivedMs: number): number | undefined =>
  created_at === undefined ? undefined : Math.min(created_at, processed_at ?? created_at, receivedMs);

/** Money given back does not make an order unpaid. */
const PAID = ["paid", "partially_refunded", "refunded"];

const stateOf = ({ cancelled_at, financial_status = "" }: Order): OrderFacts["state"] => {
  if (cancelled_at !== undefined) return "cancelled";
  if (financial_status === "voided") return "void";
  return PAID.includes(financial_status) ? "paid" : "placed";
};

const isRenewal = ({ tags = [] }: Order, renewalTags: readonly string[]): boolean =>
  tags.some((tag) => renewalTags.some((renewal) => plain(renewal) === plain(tag)));

const plain = (tag: string): string => tag.trim().toLowerCase();

/** What the tag has left on the cart; the click ID, where it has not, from the address at which the visit began. */
const leftOn = ({ note_attributes, landing_site = "" }: Order, name: string): string | undefined =>
  note_attributes.find((attribute) => attribute.name === name)?.value ||
  (name === ORDER_CLICK_ID ? epikIn(landing_site) : undefined);

const epikIn = (address: string): string | undefined =>
  [...new URLSearchParams(/\?([^#]*)/.exec(address)?.[1])].find(([name]) => name.toLowerCase() === "epik")?.[1];
