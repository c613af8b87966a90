/** Lines and money of a cart or a checkout, in our words. A figure that is not told is NaN or false. Pure. */
import { withoutTax } from "../money.ts";
import { digits } from "./digits.ts";
import type { Checkout, Line, Money } from "./shopify.ts";

/** One line. */
export const itemOf = (line: Line) => {
  const { merchandise = {}, variant = merchandise, quantity = 1 } = line;
  const { id, sku, price, product = {} } = variant;
  return {
    product_id: digits(product.id),
    variant_id: digits(id),
    sku,
    name: line.title ?? product.title,
    variant_name: variant.title,
    price: price ? amount(price) : amount(line.finalLinePrice) / quantity,
    quantity,
    discount: sum(line.discountAllocations, (one) => amount(one.amount)),
    vendor: product.vendor,
    category: product.type,
  };
};

/** What a checkout or an order is about, and what it costs. */
export const checkoutOf = (checkout: Checkout) => {
  const items = checkout.lineItems?.map(itemOf);
  const subtotal = amount(checkout.subtotalPrice);
  const total_price = amount(checkout.totalPrice);
  const total_tax = amount(checkout.totalTax);
  const total_shipping =
    sum(checkout.delivery?.selectedDeliveryOptions, (one) => amount(one.costAfterDiscounts)) ??
    amount(checkout.shippingLine?.price);
  return {
    items,
    currency: checkout.currencyCode,
    // Nothing says whether prices hold the tax. Where goods and shipping come to the total, none is on top of them.
    value: Math.abs(total_price - total_shipping - subtotal) < 0.01 && withoutTax(subtotal, total_price, total_tax),
    total_price,
    total_tax,
    total_shipping,
    // Shopify's own total of discounts holds those of shipping too, and not what a subscriber pays less.
    total_discount: Math.max(0, Number(sum(items, ({ price, quantity }) => price * quantity)) - subtotal),
  };
};

const amount = (money?: Money): number => Number(money?.amount);

const sum = <T>(list: T[] | undefined, of: (one: T) => number): number | undefined =>
  list?.reduce((total, one) => total + of(one), 0);
