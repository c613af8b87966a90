/** What a GA4 e-commerce event says. Pure. */
import { ORDER_EVENT } from "./contract.ts";
import { VIEWED_COLLECTION, VIEWED_PRODUCT } from "./sighting.ts";
import { type Thing, text, things } from "./thing.ts";

/** GA4's event name → the shop's. Others, such as `select_item`, a shop does not count. */
// biome-ignore format: a table
export const GA4_EVENTS = new Map<unknown, string>([
  ["view_item",         VIEWED_PRODUCT],
  ["view_item_list",    VIEWED_COLLECTION],
  ["add_to_cart",       "Added To Cart"],
  ["purchase",          ORDER_EVENT],
  ["begin_checkout",    "Started Checkout"],
  ["add_payment_info",  "Added Payment Info"],
  ["add_to_wishlist",   "Added To Wishlist"],
  ["search",            "Searched"],
  ["sign_up",           "Signed Up"],
  ["generate_lead",     "Generated Lead"],
]);

/** What its parameters say, in our words. */
export const ga4Properties = (event: unknown, said: Thing = {}): Thing => {
  const items = things(said.items).map(product);
  // One product viewed or added is what the event itself is about.
  const about = items[1] || !/view_item$|add/.test(String(event)) ? { items } : items[0];
  // biome-ignore format: a table
  return {
    id:              said.transaction_id ?? said.item_list_id,
    name:            said.item_list_name,
    value:           said.value,
    total_tax:       said.tax,
    total_shipping:  said.shipping,
    coupon:          said.coupon,
    query:           said.search_term,
    ...about,
    currency:        said.currency ?? items[0]?.currency,
  };
};

/** GA4's `price` already has the discount taken off, so its `discount` must not count again. */
// biome-ignore format: a table
const product = (item: Thing): Thing => ({
  product_id:    text(item.item_id),
  name:          text(item.item_name),
  variant_name:  text(item.item_variant),
  vendor:        text(item.item_brand),
  category:      text(item.item_category),
  price:         text(item.price),
  currency:      text(item.currency),
  quantity:      text(item.quantity),
});
