/** What the shop tells a GA4 data layer: events and items under Google's names, amounts in major units. */
import { type Collection, type Product, SHOP, type Variant } from "./catalog.ts";
import { firstVariant, productsOf, variantName } from "./find.ts";
import type { Order } from "./orders.ts";
import { type Line, major, type Quote } from "./pricing.ts";

/** One event for `dataLayer.push`. */
export interface LayerEvent {
  event: string;
  ecommerce: { currency: string; items: object[] } & Record<string, unknown>;
}

/** A search, which has no money and no items. */
export const searched = (query: string): object => ({ event: "search", search_term: query });

export const viewItem = (product: Product, variant: Variant): LayerEvent =>
  said("view_item", { value: major(variant.cents) }, [one(product, variant)]);

export const viewItemList = (collection: Collection): LayerEvent =>
  said(
    "view_item_list",
    { item_list_id: collection.handle, item_list_name: collection.name },
    productsOf(collection).map((product, index) => ({ ...one(product, firstVariant(product)), index })),
  );

/** `added.quantity` is what was just added, not what the cart now holds. */
export const addToCart = (added: Line): LayerEvent =>
  said("add_to_cart", { value: major(added.unitCents * added.quantity) }, [lineItem(added)]);

export const beginCheckout = (quoted: Quote): LayerEvent =>
  said(
    "begin_checkout",
    { value: major(quoted.goodsCents), ...(quoted.code ? { coupon: quoted.code } : {}) },
    quoted.lines.map(lineItem),
  );

/** The parameters of `gtag("event", "purchase", …)`. As GA4 has it, `value` leaves tax and shipping out. */
export const purchase = (order: Order): Record<string, unknown> => ({
  transaction_id: order.id,
  value: major(order.goodsCents),
  currency: order.currency,
  tax: major(order.taxCents),
  shipping: major(order.shippingCents),
  ...(order.code ? { coupon: order.code } : {}),
  items: order.lines.map(lineItem),
});

const said = (event: string, more: Record<string, unknown>, items: object[]): LayerEvent => ({
  event,
  ecommerce: { currency: SHOP.currency, ...more, items },
});

const one = (product: Product, variant: Variant): object =>
  lineItem({ product, variant, quantity: 1, unitCents: variant.cents });

/** As GA4 has it, `price` is the unit price after the discount, and `discount` what was taken off one unit. */
const lineItem = ({ product, variant, quantity, unitCents }: Line): object => ({
  item_id: product.id,
  item_name: product.name,
  item_brand: SHOP.name,
  item_category: product.category,
  item_variant: variantName(variant),
  price: major(unitCents),
  ...(unitCents < variant.cents ? { discount: major(variant.cents - unitCents) } : {}),
  quantity,
});
