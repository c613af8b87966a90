/**
 * Shopify's order and refund, as far as we ask (REST Admin API 2025-10 to 2026-01, the form its webhooks have:
 * https://shopify.dev/docs/api/admin-rest/latest/resources/order). Apps, imports and API versions write them differently,
 * and Shopify gives up a webhook that is refused too often: what is not sound says nothing, and nothing is refused for it.
 */
import { z } from "zod";
import { propertiesSchema } from "./beacon-schema.ts";

const sparing = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

/** What can be read of a list. */
const readable = <T extends z.ZodType>(schema: T) =>
  z.array(sparing(schema)).transform((all) => all.filter((one) => one !== undefined));

/** The same; empty where there is none. */
const list = <T extends z.ZodType>(schema: T) => readable(schema).catch([]);

// Texts and figures as the contract has them.
const { shape } = propertiesSchema;
const id = sparing(shape.product_id);
const text = sparing(shape.name);
const amount = sparing(shape.price);
const currency = sparing(shape.currency);
const flag = sparing(z.boolean());

/** Digits. Those of Shopify's test notification are more than a number of JavaScript holds; the global ID has them all. */
const digits = sparing(
  z.union([
    z.string().regex(/^\d{1,20}$/),
    z
      .number()
      .refine((told) => Number.isInteger(told) && told > 0 && told < 1e20)
      .transform(String),
  ]),
);
const globalOrderId = sparing(
  z
    .string()
    .regex(/^gid:\/\/shopify\/Order\/\d{1,20}$/)
    .transform((told) => told.replace(/.*\//, "")),
);

/** ISO 8601, as ms since 1970. */
const time = sparing(
  z
    .string()
    .transform((told) => Date.parse(told))
    .refine((ms) => ms > 0),
);

const ip = sparing(z.union([z.ipv4(), z.ipv6()]));

const money = sparing(z.object({ amount, currency_code: currency }));
const moneySet = z.object({ shop_money: money, presentment_money: money });
const set = sparing(moneySet);

const allocations = list(z.object({ amount, amount_set: set }));

const line = z.object({
  product_id: id,
  variant_id: id,
  sku: id,
  title: text,
  name: text,
  variant_title: text,
  vendor: text,
  quantity: amount,
  current_quantity: amount,
  price: amount,
  price_set: set,
  gift_card: flag,
  /** Only a tip has it, be it null (https://github.com/nozzlegear/ShopifySharp/pull/811). */
  tip_payment_gateway: z.unknown().optional(),
  discount_allocations: allocations,
  tax_lines: list(z.object({ price: amount, price_set: set })),
  duties: list(moneySet),
});

const shippingLine = z.object({
  is_removed: flag,
  price: amount,
  price_set: set,
  discounted_price: amount,
  discounted_price_set: set,
  discount_allocations: allocations,
});

const person = { first_name: text, last_name: text, phone: text };

const address = sparing(
  z.object({ ...person, city: text, zip: text, province_code: text, province: text, country_code: text }),
);

const transaction = z.object({
  kind: text,
  status: text,
  amount,
  amount_set: set,
  currency,
});

/** Whether the transaction has paid money back. */
export const isGivenBack = ({ kind, status }: z.output<typeof transaction>): boolean =>
  kind === "refund" && status === "success";

export const orderSchema = z.object({
  id: digits,
  admin_graphql_api_id: globalOrderId,
  name: id,
  order_number: digits,
  token: id,
  checkout_token: id,
  cart_token: id,
  source_name: id.transform((told) => told?.trim()),
  financial_status: text,
  cancelled_at: text,
  created_at: time,
  processed_at: time,
  updated_at: time,
  test: flag,
  tags: sparing(z.union([z.string().transform((all) => all.split(",")), list(z.string())])),
  company: sparing(z.object({})),
  email: text,
  contact_email: text,
  phone: text,
  customer: sparing(z.object({ ...person, id: digits, email: text, orders_count: amount })),
  billing_address: address,
  shipping_address: address,
  customer_locale: text,
  browser_ip: ip,
  client_details: sparing(
    z.object({
      browser_ip: ip,
      user_agent: sparing(z.string().regex(/^\P{Cc}+$/u)),
      accept_language: sparing(z.string()),
    }),
  ),
  landing_site: sparing(z.string()),
  note_attributes: list(z.object({ name: z.string(), value: z.string() })),
  discount_codes: list(z.object({ code: id })),
  currency,
  taxes_included: flag,
  total_price: amount,
  total_price_set: set,
  current_total_price: amount,
  current_total_price_set: set,
  total_tax: amount,
  total_tax_set: set,
  current_total_tax: amount,
  current_total_tax_set: set,
  total_discounts: amount,
  total_discounts_set: set,
  total_shipping_price_set: set,
  original_total_duties_set: set,
  current_total_duties_set: set,
  original_total_additional_fees_set: set,
  current_total_additional_fees_set: set,
  /** In the shop's currency. */
  total_tip_received: amount,
  line_items: list(line),
  shipping_lines: list(shippingLine),
  refunds: list(z.object({ transactions: list(transaction) })),
});

export const refundSchema = z.object({
  id: digits,
  order_id: digits,
  created_at: time,
  processed_at: time,
  transactions: sparing(readable(transaction)),
  refund_line_items: list(z.object({ subtotal: amount, subtotal_set: set })),
});

export type Order = z.output<typeof orderSchema>;
export type OrderLine = Order["line_items"][number];
export type ShippingLine = Order["shipping_lines"][number];
export type Address = Order["billing_address"];
export type Refunded = z.output<typeof refundSchema>;
export type MoneySet = z.output<typeof set>;
