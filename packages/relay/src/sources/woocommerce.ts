/** WooCommerce's order webhooks, translated to the inner event. */
import { ORDER_CLICK_ID, ORDER_EVENT, type Profile } from "@pinrelay/tag/contract";
import type { Half, OrderFacts, Refund } from "../core/event.ts";
import { hashProfile } from "../pinterest/match-keys.ts";
import { hashedAlias } from "./alias.ts";
import { faultOf, wordsOf } from "./fault.ts";
import { readJson } from "./read-json.ts";
import { carriedBy, orderIdsOf, type ReadWebhook } from "./webhook.ts";
import { moneyOf } from "./woocommerce-money.ts";
import { orderSchema, type WooOrder } from "./woocommerce-schema.ts";

/** Topics that tell an order with all that is in it. Of a deleted one only the ID is told. */
const TOPICS = new Set(["order.created", "order.updated", "order.restored"]);

// biome-ignore format: a table
const STATES: Record<string, OrderFacts["state"] | "no order"> = {
  processing:        "paid",      // or to be paid on delivery: the shop ships it
  completed:         "paid",
  "on-hold":         "placed",    // a bank transfer or a cheque is awaited
  cancelled:         "cancelled",
  refunded:          "cancelled",
  failed:            "cancelled", // paid at a second try it is told again, as processing
  pending:           "no order",  // the shopper is with the payment provider, or has left
  "checkout-draft":  "no order",  // the block checkout's, while it is filled in: https://github.com/woocommerce/woocommerce/issues/66995
  "auto-draft":      "no order",
  draft:             "no order",
  new:               "no order",
  trash:             "no order",
};

export const fromWooCommerce: ReadWebhook = (topic, body, shop, receivedMs) => {
  if (!TOPICS.has(topic)) return { ignored: `the topic "${topic.slice(0, 100)}" tells no order that was placed` };
  const read = readJson(body);
  if ("fault" in read) return read;
  const result = orderSchema.safeParse(read.value, { error: wordsOf });
  if (!result.success) return { fault: faultOf(result.error, "") };
  const order = result.data;
  const state = stateOf(order);
  if (state === "no order") return { ignored: `an order that is "${order.status ?? ""}" is not placed yet` };

  // Not by its key: whoever has that may open the order's page, and no browser tells it.
  const orderIds = orderIdsOf(shop.key, [order.id, order.number]);
  const [id = ""] = orderIds;
  const left = metaOf(order);
  const asOfMs = Math.min(order.date_modified_gmt ?? order.date_created_gmt ?? receivedMs, receivedMs);
  // Of the block checkout's, when it began to be filled in.
  const madeMs = order.date_created_gmt && Math.min(order.date_created_gmt, receivedMs);
  const network = networkOf(order, left);
  const country = countryOf(order);
  const half: Half = {
    source: "woocommerce",
    timeMs: Math.min(placedMs(order) ?? receivedMs, receivedMs),
    receivedMs,
    matchKeys: hashProfile(profileOf(order), country ? { country } : undefined),
    properties: { id: order.id, ...moneyOf(order) },
    ...carriedBy((name) => left(name) ?? (name === ORDER_CLICK_ID ? landedWith(left) : undefined), receivedMs),
    orderIds,
    order: {
      asOfMs,
      ...(madeMs ? { madeMs } : {}),
      state,
      channels: channelsOf(order, left),
      ...(isTill(order) ? { isOffline: true } : {}),
    },
    aliases: aliasesOf(order),
    ...(network ? { network } : {}),
    ...(country ? { country } : {}),
  };
  const refunds = refundsOf(order, shop.id, id, asOfMs);
  return { event: { shop: shop.id, name: ORDER_EVENT, id, half }, ...(refunds.length > 0 ? { refunds } : {}) };
};

/**
 * What WooCommerce posts when a webhook is saved: a form with the webhook's ID, without topic and without signature. It
 * wants a 200, or does not go on: https://github.com/woocommerce/woocommerce/issues/15642
 */
export const isWooPing = (topic: string, body: Uint8Array): boolean =>
  topic === "" && body.length < 40 && /^webhook_id=\d+$/.test(Buffer.from(body).toString("latin1"));

/**
 * Plugins add statuses of their own, such as "shipped" or "ready-for-pickup" and "quote-requested". Those of an order that
 * was paid are stations after the payment; the others may be anything, and the order is told again once it is paid.
 */
const stateOf = ({ status = "", date_paid_gmt }: WooOrder): OrderFacts["state"] | "no order" => {
  const plain = status.toLowerCase().replace(/^wc-/, "");
  const known = Object.hasOwn(STATES, plain) ? STATES[plain] : undefined;
  return known ?? (date_paid_gmt === undefined ? "no order" : "paid");
};

const DAY = 86_400_000;

/**
 * The block checkout makes its order when the shopper begins to fill it in, and leaves that date on it; so of one that
 * was paid on the same day the payment's time is nearer: https://github.com/woocommerce/woocommerce-blocks/issues/2489
 */
const placedMs = ({ created_via, date_created_gmt: created, date_paid_gmt: paid }: WooOrder): number | undefined =>
  created_via === "store-api" && created && paid && paid > created && paid - created < DAY ? paid : created;

type Left = (key: string) => string | undefined;

/** What plugins, and the tag, have left on the order; of several under one name the last. */
const metaOf = ({ meta_data }: WooOrder): Left => {
  const values = new Map(meta_data.map(({ key, value }) => [key, value]));
  return (key) => values.get(key);
};

/** The click ID in the address of the visit's first page, which WooCommerce's Order Attribution notes. */
const landedWith = (left: Left): string | undefined => {
  const entry = left("_wc_order_attribution_session_entry") ?? "";
  return new URLSearchParams(entry.replace(/^[^?]*\??/, "").replace(/#.*/, "")).get("epik") ?? undefined;
};

const networkOf = (order: WooOrder, left: Left): Half["network"] => {
  const { customer_ip_address: ip } = order;
  const userAgent = order.customer_user_agent ?? left("_wc_order_attribution_user_agent");
  return ip || userAgent ? { ...(ip ? { ip } : {}), ...(userAgent ? { userAgent } : {}) } : undefined;
};

const channelsOf = ({ created_via = "unknown" }: WooOrder, left: Left): string[] => [
  created_via,
  ...(left("_subscription_renewal") ? ["renewal"] : []),
];

/** WooCommerce's own point of sale, in its app. */
const isTill = ({ created_via }: WooOrder): boolean => created_via === "pos-rest-api";

/** Where the shopper lives, whose consent it is about; a gift may go elsewhere. */
const countryOf = ({ billing, shipping }: WooOrder): string | undefined =>
  [billing?.country, shipping?.country].find((code) => code && /^[A-Z]{2}$/.test(code));

/** Who pays. What the bill does not say is taken from the parcel, which may go to somebody else. */
const profileOf = ({ billing, shipping, customer_id }: WooOrder): Profile => {
  const of = (key: keyof NonNullable<typeof billing>) => billing?.[key] ?? shipping?.[key] ?? [];
  return {
    $email: of("email"),
    $phone_number: of("phone"),
    $first_name: of("first_name"),
    $last_name: of("last_name"),
    $city: of("city"),
    $state: of("state"),
    $zip_code: of("postcode"),
    $country_code: of("country"),
    $customer_id: customer_id ?? [],
  };
};

const aliasesOf = ({ customer_id, order_key }: WooOrder): string[] => [
  ...(customer_id ? [hashedAlias(`urn:customer_id:${customer_id}`)] : []),
  ...(order_key ? [hashedAlias(`urn:order_key:${order_key}`)] : []),
];

const refundsOf = ({ refunds, currency }: WooOrder, shop: number, order: string, atMs: number): Refund[] =>
  refunds.flatMap(({ id, total }) =>
    id && total && currency ? [{ shop, order, id, amount: Math.abs(total), currency, atMs }] : [],
  );
