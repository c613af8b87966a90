/** Lines and money of a cart or a checkout, in our words. A figure that is not told is NaN. Pure. */
import { digits } from "./digits.ts";
import type { Checkout, Line, Money } from "./shopify.ts";

/** One line. */
export const itemOf = ({ merchandise = {}, variant = merchandise, title, quantity = 1, ...line }: Line) => {
  const { id, sku, price, product = {} } = variant;
  return {
    product_id: digits(product.id),
    variant_id: digits(id),
    sku,
    name: title ?? product.title,
    variant_name: variant.title,
    price: price ? amount(price) : amount(line.finalLinePrice) / quantity,
    quantity,
    discount: sum(line.discountAllocations, (one) => amount(one.amount)),
    vendor: product.vendor,
    category: product.type,
  };
};

/** What a checkout or an order is about, and what it costs. */
export const checkoutOf = ({ lineItems, subtotalPrice, order, token, ...checkout }: Checkout) => {
  const items = lineItems?.map(itemOf);
  return {
    items,
    currency: checkout.currencyCode,
    total_price: amount(checkout.totalPrice),
    total_tax: amount(checkout.totalTax),
    total_shipping:
      sum(checkout.delivery?.selectedDeliveryOptions, (one) => amount(one.costAfterDiscounts)) ??
      amount(checkout.shippingLine?.price),
    // Shopify's own total of discounts holds those of shipping too, and not what a subscriber pays less.
    total_discount: Math.max(0, Number(sum(items, ({ price, quantity }) => price * quantity)) - amount(subtotalPrice)),
    order_aliases: order && [order.number, order.name, token].filter(Boolean),
  };
};

const amount = ({ amount }: Money = {}): number => Number(amount);

const sum = <T>(list: T[] | undefined, of: (one: T) => number): number | undefined =>
  list?.reduce((total, one) => total + of(one), 0);
