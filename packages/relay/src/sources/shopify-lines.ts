/** Lines of an order of Shopify's, and figures in the currency that the shopper paid in. Pure. */
import type { Item } from "@pinrelay/tag/contract";
import { rounded } from "@pinrelay/tag/money";
import { present } from "./present.ts";
import type { MoneySet, Order, OrderLine, ShippingLine } from "./shopify-schema.ts";

/** What the contract takes; no honest figure comes near it. */
const MOST = 1e15;

/** How figures of one order are read. */
export interface Purse {
  currency: string | undefined;
  /** A figure in `currency`; undefined where none is told in it. `plain` is the field beside the set, in the shop's currency. */
  read(set: MoneySet, plain?: number): number | undefined;
  sum<T>(list: readonly T[], of: (one: T) => number | undefined): number;
}

/** Every figure is in the currency of the order's total: one that is told in another only must not be added to it. */
export const purseOf = (order: Order): Purse => {
  const { presentment_money, shop_money } = order.total_price_set ?? {};
  const paid = [presentment_money, shop_money].find((money) => money?.amount !== undefined && money.currency_code);
  const currency = paid?.currency_code ?? order.currency;
  return {
    currency,
    read: (set, plain) =>
      [set?.presentment_money, set?.shop_money].find((money) => money?.currency_code === currency)?.amount ??
      (order.currency === currency ? plain : undefined),
    sum: (list, of) => {
      const all = list.reduce((total, one) => total + (of(one) ?? 0), 0);
      return Math.min(MOST, rounded(all, currency ?? ""));
    },
  };
};

/** A line of a tip is no product. */
export const isTip = ({ tip_payment_gateway }: OrderLine): boolean => tip_payment_gateway !== undefined;

export const itemOf = (line: OrderLine, purse: Purse): Item =>
  present({
    product_id: line.product_id,
    variant_id: line.variant_id,
    sku: line.sku,
    name: line.title ?? line.name,
    variant_name: line.variant_title,
    price: purse.read(line.price_set, line.price),
    quantity: line.quantity,
    discount: discountOf(line, purse),
    vendor: line.vendor,
  });

/** What was paid for a line, without tax. */
export const worth = (line: OrderLine, order: Order, purse: Purse): number => {
  const gross = (purse.read(line.price_set, line.price) ?? 0) * (line.quantity ?? 1);
  return Math.max(0, gross - discountOf(line, purse) - taxInside(line, order, purse));
};

/** The tax that a line's price holds. */
export const taxInside = (line: OrderLine, { taxes_included }: Order, purse: Purse): number =>
  taxes_included ? purse.sum(line.tax_lines, ({ price_set, price }) => purse.read(price_set, price)) : 0;

/**
 * What was paid for shipping. Older API versions leave a code for free shipping out of the discounted price, and some
 * apps write no allocations: the lower one is right.
 */
export const shippingPaid = (line: ShippingLine, purse: Purse): number => {
  const full = purse.read(line.price_set, line.price);
  const paid = [
    purse.read(line.discounted_price_set, line.discounted_price),
    full === undefined ? undefined : full - discountOf(line, purse),
  ].filter((told) => told !== undefined);
  return paid.length ? Math.max(0, Math.min(...paid)) : 0;
};

/** Shares of codes and of automatic discounts, those on the whole order too. `total_discount` is of others only. */
const discountOf = (line: Pick<OrderLine, "discount_allocations">, purse: Purse): number =>
  purse.sum(line.discount_allocations, ({ amount_set, amount }) => purse.read(amount_set, amount));
