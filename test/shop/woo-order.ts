/** An order as WooCommerce's REST API (v3) writes it: https://developer.woocommerce.com/docs/apis/rest-api/v3/orders/ */
import { randomBytes } from "node:crypto";
import { ORDER_CLICK_ID, ORDER_CONSENT, ORDER_VISITOR } from "@pinrelay/tag/contract";
import type { Customer } from "./customer.ts";
import type { Order } from "./orders.ts";
import { DESTINATIONS, type Line } from "./pricing.ts";
import type { Measurement } from "./publish.ts";

/** What the request that places an order says of the browser, and the cookies of who shops. */
export interface Shopper {
  ip: string;
  userAgent: string;
  /** `_pinrelay` and `_epik`. */
  visitor?: string;
  clickId?: string;
  measurement?: Measurement;
}

/** Paid on delivery, so it is "processing" at once. `origin`: where the shop is. */
export const wooOrder = (order: Order, shopper: Shopper, origin: string): object => {
  const id = Number(order.id);
  const gmt = order.placedAt.slice(0, 19);
  const key = `wc_order_${randomBytes(7).toString("hex").slice(0, 13)}`;
  const api = `${origin}/wp-json/wc/v3/orders`;
  const { billing, shipping } = addresses(order.customer);
  return {
    id,
    parent_id: 0,
    status: "processing",
    currency: order.currency,
    version: "10.3.5",
    prices_include_tax: false,
    date_created: gmt,
    date_modified: gmt,
    discount_total: amount(order.discountCents),
    discount_tax: amount(0),
    shipping_total: amount(order.shippingCents),
    shipping_tax: amount(0),
    cart_tax: amount(order.taxCents),
    total: amount(order.totalCents),
    total_tax: amount(order.taxCents),
    customer_id: 0,
    order_key: key,
    billing,
    shipping,
    payment_method: "cod",
    payment_method_title: "Cash on delivery",
    transaction_id: "",
    customer_ip_address: shopper.ip,
    customer_user_agent: shopper.userAgent,
    created_via: "checkout",
    customer_note: "",
    date_completed: null,
    date_paid: null,
    cart_hash: randomBytes(16).toString("hex"),
    number: order.number.replace("#", ""),
    meta_data: Object.entries(marks(shopper, Date.parse(order.placedAt))).map(([key, value], at) => ({
      id: id * 10 + at,
      key,
      value,
    })),
    line_items: lineItems(order),
    tax_lines: taxLines(order),
    shipping_lines: [
      {
        id: id * 100 + 90,
        method_title: order.shippingCents === 0 ? "Free shipping" : "Flat rate",
        method_id: order.shippingCents === 0 ? "free_shipping" : "flat_rate",
        instance_id: "1",
        total: amount(order.shippingCents),
        total_tax: amount(0),
        taxes: [],
        tax_status: "none",
        meta_data: [],
      },
    ],
    fee_lines: [],
    coupon_lines: order.code
      ? [
          {
            id: id * 100 + 91,
            // WooCommerce keeps codes in small letters.
            code: order.code.toLowerCase(),
            discount: amount(order.discountCents),
            discount_tax: amount(0),
            meta_data: [],
          },
        ]
      : [],
    refunds: [],
    payment_url: `${origin}/checkout/order-pay/${id}/?pay_for_order=true&key=${key}`,
    is_editable: false,
    needs_payment: false,
    needs_processing: true,
    date_created_gmt: gmt,
    date_modified_gmt: gmt,
    date_completed_gmt: null,
    date_paid_gmt: null,
    currency_symbol: "$",
    _links: { self: [{ href: `${api}/${id}` }], collection: [{ href: api }] },
  };
};

/** What the snippet of docs/woocommerce.md leaves on an order; the choice is the one of the shop's own footer. */
const marks = ({ visitor, clickId, measurement }: Shopper, atMs: number): Record<string, string> => ({
  is_vat_exempt: "no",
  ...(visitor && /^[0-9a-f]{64}$/.test(visitor) ? { [ORDER_VISITOR]: visitor } : {}),
  ...(clickId && /^[\w.~%=-]{1,2000}$/.test(clickId) ? { [ORDER_CLICK_ID]: clickId } : {}),
  ...(measurement ? { [ORDER_CONSENT]: `${measurement} footer ${atMs}` } : {}),
});

const addresses = (customer: Customer): { billing: object; shipping: object } => {
  const shipping = {
    first_name: customer.firstName,
    last_name: customer.lastName,
    company: "",
    address_1: customer.address,
    address_2: "",
    city: customer.city,
    state: customer.state,
    postcode: customer.zip,
    country: customer.country,
    phone: customer.phone,
  };
  return { billing: { ...shipping, email: customer.email }, shipping };
};

/** Each line with its share of the tax, so that the shares add up to the cent. */
const lineItems = (order: Order): object[] => {
  let goods = 0;
  let taxed = 0;
  return order.lines.map((line, at) => {
    goods += line.unitCents * line.quantity;
    const tax = Math.round((order.taxCents * goods) / order.goodsCents) - taxed;
    taxed += tax;
    return lineItem(line, tax, Number(order.id) * 100 + at);
  });
};

const lineItem = ({ product, variant, quantity, unitCents }: Line, taxCents: number, id: number): object => ({
  id,
  name: `${product.name} - ${variant.choice.join(", ")}`,
  product_id: Number(product.id),
  variation_id: Number(variant.id.replace("-", "")),
  quantity,
  tax_class: "",
  subtotal: amount(variant.cents * quantity),
  subtotal_tax: amount(taxCents),
  total: amount(unitCents * quantity),
  total_tax: amount(taxCents),
  taxes: taxCents > 0 ? [{ id: 1, total: amount(taxCents), subtotal: amount(taxCents) }] : [],
  meta_data: product.options.map(({ name }, at) => ({
    id: id * 10 + at,
    key: name.toLowerCase(),
    value: variant.choice[at],
    display_key: name,
    display_value: variant.choice[at],
  })),
  sku: variant.sku,
  global_unique_id: "",
  price: unitCents / 100,
  image: { id: "", src: "" },
  parent_name: product.name,
});

const taxLines = ({ customer, taxCents, id }: Order): object[] =>
  taxCents === 0
    ? []
    : [
        {
          id: Number(id) * 100 + 92,
          rate_code: `${customer.country}-TAX-1`,
          rate_id: 1,
          label: "Tax",
          compound: false,
          tax_total: amount(taxCents),
          shipping_tax_total: amount(0),
          rate_percent: (DESTINATIONS[customer.country]?.taxBasisPoints ?? 0) / 100,
          meta_data: [],
        },
      ];

/** "34.00": amounts are text. */
const amount = (cents: number): string => (cents / 100).toFixed(2);
