/**
 * What of an order of WooCommerce's REST API (v3) is read. Plugins write into every corner of it, and PHP writes `null`,
 * `""` and `false` for what is not there: what is not sound is left out, and only an order without an ID is none.
 */
import { z } from "zod";
import { currency, printable, sparing } from "./beacon-schema.ts";

const ID = 200;
const NAME = 500;
/** Far more lines, and far more meta, than any order has. */
const LIST = 5_000;

const textOf = (value: unknown, max: number): string | undefined => {
  const isNumber = typeof value === "number" && Number.isSafeInteger(value);
  const text = isNumber || typeof value === "string" ? printable(String(value)).trim() : "";
  return text.length > 0 && text.length <= max ? text : undefined;
};

/** Also nothing at all: a filter may take any key out. */
const anything = z.unknown().optional();

/** Text or a whole number, as text; undefined for all else, and where there is nothing in it. */
const text = (max: number) => anything.transform((value) => textOf(value, max));
/** An ID of something that there is: 0 is WordPress's word for none. */
const reference = text(ID).transform((id) => (id === "0" ? undefined : id));
/** Amounts are text with a point, such as "72.00", or what a plugin made of it; below zero for what is taken off. */
const amount = anything.transform((value) => {
  const isAmount = typeof value === "number" || (typeof value === "string" && AMOUNT.test(value));
  return isAmount && Math.abs(Number(value)) <= 1e15 ? Number(value) : undefined;
});
const AMOUNT = /^\s*-?\d{1,15}(\.\d{1,10})?\s*$/;
/** Cloth is sold by the metre; but a price of one is reckoned from it. */
const quantity = amount.transform((units = -1) => (units === 0 || (units >= 1e-6 && units <= 1e9) ? units : undefined));
/** "2026-11-24T18:03:12", in UTC without saying so. */
const gmt = text(40).transform((words) => {
  const ms = words && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(words) ? Date.parse(`${words.slice(0, 19)}Z`) : Number.NaN;
  return Number.isFinite(ms) ? ms : undefined;
});

/** A list whose members are objects; others are left out. PHP writes a list with a gap in it as an object. */
const list = <T extends z.ZodRawShape>(shape: T) => {
  const one = z.object(shape);
  return anything.transform((value): z.output<typeof one>[] =>
    (typeof value === "object" && value !== null ? Object.values(value) : []).slice(0, LIST).flatMap((member) => {
      const read = one.safeParse(member);
      return read.success ? [read.data] : [];
    }),
  );
};

const part = <T extends z.ZodRawShape>(shape: T) => sparing(z.object(shape).optional());

const address = part({
  first_name: text(NAME),
  last_name: text(NAME),
  city: text(NAME),
  state: text(NAME),
  postcode: text(NAME),
  country: text(NAME),
  email: text(NAME),
  phone: text(NAME),
});

const line = {
  product_id: reference,
  variation_id: reference,
  sku: text(ID),
  name: text(NAME),
  parent_name: text(NAME),
  quantity,
  subtotal: amount,
  subtotal_tax: amount,
  total: amount,
  total_tax: amount,
};

export const orderSchema = z.object({
  id: anything
    .transform((id) => textOf(id, ID))
    .pipe(
      z
        .string(
          "is missing: what was sent is no order. Has the webhook the API version v3, and may its user see orders?",
        )
        .regex(/^[1-9]\d*$/, "must be the ID of an order"),
    ),
  number: text(ID),
  order_key: text(ID),
  status: text(50),
  currency: sparing(currency.optional()),
  created_via: text(50),
  prices_include_tax: anything.transform((included) => included === true),
  date_created_gmt: gmt,
  date_modified_gmt: gmt,
  date_paid_gmt: gmt,
  discount_total: amount,
  discount_tax: amount,
  shipping_total: amount,
  total: amount,
  total_tax: amount,
  customer_id: reference,
  customer_ip_address: sparing(z.union([z.ipv4(), z.ipv6()]).optional()),
  customer_user_agent: text(2_000),
  billing: address,
  shipping: address,
  meta_data: list({ key: text(ID), value: text(8_192) }),
  line_items: list(line),
  fee_lines: list({ total: amount, total_tax: amount }),
  coupon_lines: list({ code: text(ID) }),
  refunds: list({ id: reference, total: amount }),
});

export type WooOrder = z.output<typeof orderSchema>;
