/** The money and the lines of a WooCommerce order, told as the tag tells them of the order-received page. */
import type { Item, Properties } from "@pinrelay/tag/contract";
import type { WooOrder } from "./woocommerce-schema.ts";

type Line = WooOrder["line_items"][number];

/**
 * WooCommerce reckons without tax, line by line, so what goods are worth needs no guess: what is left of the lines after
 * coupons, less fees below zero, which are discounts too. Fees above zero are no goods; nor is shipping.
 */
export const moneyOf = (order: WooOrder): Properties => {
  const { currency, total, total_tax, shipping_total, prices_include_tax: taxed } = order;
  const lines = order.line_items.filter(({ quantity }) => quantity !== 0);
  const codes = order.coupon_lines.flatMap(({ code }) => code ?? []).slice(0, 20);
  const off = order.discount_total;
  return {
    ...(currency ? { currency } : {}),
    ...(total === undefined ? {} : { total_price: Math.max(0, total) }),
    ...(total_tax === undefined ? {} : { total_tax }),
    ...(shipping_total === undefined ? {} : { total_shipping: shipping_total }),
    ...(off === undefined ? {} : { total_discount: tidy(off + (taxed ? (order.discount_tax ?? 0) : 0)) }),
    taxes_included: taxed,
    ...(lines.some(({ total }) => total !== undefined) ? { value: worth(lines, order) } : {}),
    ...(codes[0] === undefined ? {} : { coupon: codes.length > 1 ? codes : codes[0] }),
    ...(lines.length > 0 ? { items: lines.map((line) => itemOf(line, taxed)) } : {}),
  };
};

const worth = (lines: readonly Line[], { fee_lines }: WooOrder): number => {
  const goods = lines.reduce((sum, { total = 0 }) => sum + total, 0);
  return tidy(
    Math.max(
      0,
      fee_lines.reduce((sum, { total = 0 }) => sum + Math.min(0, total), goods),
    ),
  );
};

/** Price of one unit before coupons; with tax where the shop's prices have it, as its pages then show it. */
const itemOf = (line: Line, taxed: boolean): Item => {
  const { product_id, variation_id, sku, quantity = 1 } = line;
  const after = gross(line.total, line.total_tax, taxed);
  const before = gross(line.subtotal, line.subtotal_tax, taxed) ?? after;
  const discount = before === undefined || after === undefined ? 0 : tidy(before - after);
  const name = line.parent_name ?? line.name;
  const variant = line.parent_name ? line.name?.replace(line.parent_name, "").replace(/^[\s–,:-]+/, "") : "";
  return {
    ...(product_id ? { product_id } : {}),
    ...(variation_id ? { variant_id: variation_id } : {}),
    ...(sku ? { sku } : {}),
    ...(name ? { name } : {}),
    ...(variant ? { variant_name: variant } : {}),
    ...(before === undefined ? {} : { price: tidy(before / quantity) }),
    quantity,
    ...(discount > 0 ? { discount } : {}),
  };
};

const gross = (amount: number | undefined, tax = 0, taxed: boolean): number | undefined =>
  amount === undefined ? undefined : amount + (taxed ? tax : 0);

/** Without the dust of binary fractions. */
const tidy = (amount: number): number => Number(amount.toFixed(6));
