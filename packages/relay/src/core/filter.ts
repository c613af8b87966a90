/** Filters on the relay's side: they see the merged event, and of a person only what is there. */
import { allowed, type Filter, type Filtered, type Matches } from "@pinrelay/tag/filter";
import type { Merged } from "./merge.ts";

/** Names of what is never offered but for whether it is there, by the match key that holds it. */
// biome-ignore format: a table
export const PERSONAL = {
  "person.email":       "em",
  "person.phone":       "ph",
  "person.first_name":  "fn",
  "person.last_name":   "ln",
  "person.city":        "ct",
  "person.state":       "st",
  "person.zip":         "zp",
  "person.country":     "country",
  "person.customer_id": "external_id",
} as const;

/** What can be filtered by: its kind, and what it is. Of another property the relay keeps nothing, so that both halves could not agree. */
// biome-ignore format: a table
export const FILTER_PROPERTIES: readonly (readonly [path: string, kind: "number" | "text" | "existence", what: string])[] = [
  ["value",            "number",    "The event's money: its value, else its total, else its price"],
  ["currency",         "text",      "Three letters, such as USD"],
  ["items.product_id", "text",      "Product ID of each item"],
  ["items.variant_id", "text",      "Variant ID of each item"],
  ["items.sku",        "text",      "SKU of each item"],
  ["items.name",       "text",      "Name of each item"],
  ["items.vendor",     "text",      "Brand of each item"],
  ["items.category",   "text",      "Category of each item"],
  ["items.variant_name", "text",    "Name of each item's variant"],
  ["items.discount",   "number",    "Taken off each line, where the price does not have it off"],
  ["items.price",      "number",    "Price of one unit, of each item"],
  ["items.quantity",   "number",    "Quantity of each item"],
  ["total_price",      "number",    "Total of the order, with tax and shipping"],
  ["total_tax",        "number",    "Tax of the order"],
  ["total_shipping",   "number",    "Shipping of the order"],
  ["total_discount",   "number",    "Discounts of the order"],
  ["predicted_ltv",    "number",    "What the customer is expected to be worth"],
  ["$is_new_customer", "text",      "true or false, where the shop says so"],
  ["coupon",           "text",      "Coupons"],
  ["query",            "text",      "What was searched for"],
  ["id",               "text",      "ID of the order or collection"],
  ["url",              "text",      "Address of the page"],
  ["url.path",         "text",      "Its path"],
  ["url.host",         "text",      "Its host"],
  ["url.query.utm_source", "text",  "A parameter of its query, by any name"],
  ["referrer",         "text",      "Address of the page before"],
  ["referrer.path",    "text",      "Its path"],
  ["referrer.host",    "text",      "Its host"],
  ["referrer.query.utm_source", "text", "A parameter of its query, by any name"],
  ["event",            "text",      "Name of the event, for a filter of all"],
  ["source",           "text",      "Who told it: browser, shopify, woocommerce, server (relay only)"],
  ["country",          "text",      "Two letters of the country that an order is sent or billed to (relay only)"],
  ["order.channel",    "text",      "Sales channels of an order (relay only)"],
  ["order.state",      "text",      "placed, paid, void or cancelled (relay only)"],
  ...Object.keys(PERSONAL).map((path) => [path, "existence", "Whether it is known (relay only)"] as const),
];

const PATHS = new Set(FILTER_PROPERTIES.map(([path]) => path));

/** Whether both halves can tell what stands at this path. */
export const isFilterable = (path: string): boolean =>
  PATHS.has(path) || /^(url|referrer)\.query\.[^\s]{1,80}$/.test(path);

/** An event as filters see it. */
export const filteredOf = (name: string, event: Merged): Filtered => ({
  name,
  properties: event.properties,
  url: event.url,
  referrer: event.referrer,
  known: {
    source: event.sources,
    country: event.country === undefined ? [] : [event.country],
    "order.channel": event.order?.channels ?? [],
    "order.state": event.order ? [event.order.state] : [],
    ...Object.fromEntries(
      Object.entries(PERSONAL).map(([path, key]) => [path, event.matchKeys[key] === undefined ? [] : ["given"]]),
    ),
  },
});

/** The first filter that does not hold; undefined where all do. */
export const refusing = (
  filters: readonly Filter[],
  name: string,
  event: Merged,
  matches: Matches,
): Filter | undefined => {
  if (filters.length === 0) return undefined; // nearly always
  const filtered = filteredOf(name, event);
  return filters.find((filter) => !allowed([filter], filtered, matches));
};
