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
  const [first, second] = items;
  // A list may be named by each of its items instead.
  const list: Thing = event === "view_item_list" ? { ...things(said.items)[0], ...said } : {};
  // biome-ignore format: a table
  return {
    id:                said.transaction_id ?? list.item_list_id,
    name:              list.item_list_name ?? list.list,
    value:             said.value,
    total_price:       said.revenue,
    total_tax:         said.tax,
    total_shipping:    said.shipping,
    coupon:            said.coupon,
    query:             said.search_term,
    $is_new_customer:  said.new_customer,
    ...person(things(said.user_data)[0]),
    // One product viewed or added is what the event itself is about.
    ...(second || !/view_item$|add_to/.test(String(event)) ? { items: first && items } : alone(first, said.value)),
    currency:          said.currency ?? first?.currency,
  };
};

/**
 * A product as GA4 and Universal Analytics call it. GA4's `price` already has the discount taken off, so its `discount`
 * must not count again.
 */
const product = (item: Thing): Thing => {
  const id = text(item.item_id ?? item.id);
  const group = text(item.item_group_id);
  // biome-ignore format: a table
  return {
    product_id:    group ?? id,
    variant_id:    text(item.variant_id) ?? (group && id),
    sku:           text(item.item_sku ?? item.sku),
    name:          text(item.item_name ?? item.name),
    variant_name:  text(item.item_variant ?? item.variant),
    vendor:        text(item.item_brand ?? item.brand),
    category:      text(item.item_category ?? item.category),
    price:         text(item.price),
    currency:      text(item.currency),
    quantity:      text(item.quantity),
  };
};

/** Where one unit of one product is all there is, the event's value is its price. */
const alone = (one: Thing = {}, value: unknown): Thing => ({
  ...one,
  price: one.price ?? (Number(one.quantity ?? 1) === 1 ? value : undefined),
});

/**
 * Who the visitor is, by the names of https://support.google.com/google-ads/answer/13258081. Google hashes a phone
 * number with its plus sign and Pinterest without, so a hashed one means nothing here.
 */
const person = (said: Thing = {}): Thing => {
  const [address = {}] = things(said.address);
  // biome-ignore format: a table
  return {
    $email:         text(said.email ?? said.email_address ?? said.sha256_email_address),
    $phone_number:  text(said.phone_number),
    $first_name:    text(address.first_name ?? address.sha256_first_name),
    $last_name:     text(address.last_name ?? address.sha256_last_name),
    $city:          text(address.city),
    $state:         text(address.region),
    $zip_code:      text(address.postal_code),
    $country_code:  text(address.country),
  };
};
