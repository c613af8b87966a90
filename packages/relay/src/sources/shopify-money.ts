/**
 * What an order of Shopify's is about and what it costs. Its value is computed here, since the order tells more than the
 * contract has words for; for an ordinary order it is what the browser's half comes to (`#tag/money`,
 * `#tag/pixel/checkout`). Pure.
 */
import type { Properties } from "@pinrelay/tag/contract";
import { rounded, withoutTax } from "@pinrelay/tag/money";
import { present } from "./present.ts";
import { isTip, itemOf, type Purse, purseOf, shippingPaid, taxInside, worth } from "./shopify-lines.ts";
import { isGivenBack, type Order, type OrderLine } from "./shopify-schema.ts";

/** More than any order has. */
const LINES = 1_000;
const CODES = 20;
const MOST = 1e15;

/** Without what names the order. */
export const propertiesOf = (order: Order): Properties => {
  const purse = purseOf(order);
  const standing = standingOf(order, purse);
  const { lines, total, tax, shipping } = standing;
  const items = lines.filter((line) => !isTip(line)).map((line) => itemOf(line, purse));
  const codes = order.discount_codes.flatMap(({ code }) => code || []).slice(0, CODES);
  return present({
    items: items.slice(0, LINES),
    currency: purse.currency,
    value: total === undefined ? undefined : goodsOf(total, standing, order, purse),
    total_price: total,
    total_tax: tax,
    total_shipping: shipping,
    total_discount: items.length
      ? purse.sum(items, ({ discount }) => discount)
      : purse.read(order.total_discounts_set, order.total_discounts),
    taxes_included: order.taxes_included,
    coupon: codes.length > 1 ? codes : codes[0],
    $is_new_customer: isNewCustomer(order),
  });
};

interface Standing {
  lines: OrderLine[];
  total: number | undefined;
  tax: number | undefined;
  /** Duties, and fees such as that for retail delivery in Colorado. */
  charges: number;
  shipping: number | undefined;
}

/**
 * The order as it stands: with what was added since (an upsell after the checkout is an edit), without what was taken out.
 * Shopify tells its figures as placed and as `current_…`, which money given back lowers too: that does not lower the value.
 */
const standingOf = (order: Order, purse: Purse): Standing => {
  const { read, sum } = purse;
  const duties = sum(
    order.line_items.flatMap((line) => line.duties),
    (duty) => read(duty),
  );
  const placed = {
    lines: order.line_items,
    total: read(order.total_price_set, order.total_price),
    tax: read(order.total_tax_set, order.total_tax),
    charges: (read(order.original_total_duties_set) ?? duties) + (read(order.original_total_additional_fees_set) ?? 0),
  };
  const current = {
    lines: order.line_items
      .map((line) => ({ ...line, quantity: line.current_quantity ?? line.quantity }))
      .filter(({ quantity }) => quantity !== 0),
    total: read(order.current_total_price_set, order.current_total_price),
    tax: read(order.current_total_tax_set, order.current_total_tax),
    charges: (read(order.current_total_duties_set) ?? 0) + (read(order.current_total_additional_fees_set) ?? 0),
  };
  const isEdited =
    current.total !== undefined &&
    (placed.total === undefined || current.total > placed.total || (isReduced(order) && !isRefunded(order)));
  return {
    ...(isEdited ? current : placed),
    shipping: order.shipping_lines.length
      ? sum(order.shipping_lines, (line) => (isEdited && line.is_removed ? 0 : shippingPaid(line, purse)))
      : read(order.total_shipping_price_set),
  };
};

const isReduced = ({ cancelled_at, line_items }: Order): boolean =>
  cancelled_at === undefined &&
  line_items.some(({ quantity, current_quantity }) => (current_quantity ?? Infinity) < (quantity ?? 0));

const isRefunded = ({ financial_status = "", refunds }: Order): boolean =>
  financial_status.endsWith("refunded") || refunds.some(({ transactions }) => transactions.some(isGivenBack));

/**
 * What was paid for goods: the total less tax and shipping, as in the browser, and less what the browser does not know of.
 * Paying with a gift card does not lower the total, and buying one is no purchase of goods.
 *
 * Where prices hold the tax, that of shipping does too (`taxesIncluded`,
 * https://shopify.dev/docs/api/admin-graphql/latest/objects/ShippingLine): goods lose their share of the tax.
 * The tax lines of shipping would tell it to the cent, but not to the browser, which must come to the same.
 */
const goodsOf = (total: number, { lines, tax = 0, shipping = 0, charges }: Standing, order: Order, purse: Purse) => {
  const giftCards = lines.filter((line) => line.gift_card);
  const others = charges + purse.sum(giftCards, (line) => worth(line, order, purse)) + tipOf(lines, order, purse);
  const taxOfOthers = purse.sum([...giftCards, ...lines.filter(isTip)], (line) => taxInside(line, order, purse));
  // Goods and shipping, and the tax of both.
  const rest = total - others - taxOfOthers;
  const itsTax = tax - taxOfOthers;
  const paid = rest - shipping;
  const goods = paid > 0 && order.taxes_included ? withoutTax(paid, rest, itsTax) : paid - itsTax;
  return Math.min(MOST, rounded(Math.max(0, goods), purse.currency ?? ""));
};

/** A tip is a line of its own; where that is not told, the order tells the sum, in the shop's currency. */
const tipOf = (lines: OrderLine[], order: Order, purse: Purse): number => {
  const tips = lines.filter(isTip);
  if (tips.length > 0) return purse.sum(tips, (line) => worth(line, order, purse));
  const { shop_money, presentment_money } = order.total_price_set ?? {};
  const rate = purse.currency === order.currency ? 1 : (presentment_money?.amount ?? 0) / (shop_money?.amount || 1);
  return (order.total_tip_received ?? 0) * rate;
};

/** API versions before 2025-01 tell how many orders the customer has, this one among them. */
const isNewCustomer = ({ customer }: Order): boolean | undefined =>
  customer?.orders_count === undefined ? undefined : customer.orders_count <= 1;
