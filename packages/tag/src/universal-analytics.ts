/** What shops still push for Universal Analytics' enhanced e-commerce, as GA4 would have it. Pure. */
import { type Thing, things } from "./thing.ts";

/** Its action → GA4's event. Others, such as `click` and `remove`, a shop does not count; `checkout` may be any step. */
// biome-ignore format: a table
export const UNIVERSAL_ACTIONS = [
  ["detail",       "view_item"],
  ["impressions",  "view_item_list"],
  ["add",          "add_to_cart"],
  ["purchase",     "purchase"],
] as const;

/**
 * The GA4 events, each with its parameters, that the `ecommerce` of this push stands for, whatever its event is called:
 * https://developers.google.com/analytics/devguides/collection/ua/gtm/enhanced-ecommerce
 */
export const universalEvents = (said: Thing): (readonly [event: string, said: Thing])[] => {
  const [ecommerce = {}] = things(said.ecommerce);
  return UNIVERSAL_ACTIONS.flatMap(([action, event]) => {
    const all = things(ecommerce[action]);
    const [first] = all;
    const [field] = things(first?.actionField);
    const items = Array.isArray(ecommerce[action]) ? all : first?.products;
    const currency = ecommerce.currencyCode ?? said.currency;
    return first ? [[event, { ...said, ...field, transaction_id: field?.id, currency, items }]] : [];
  });
};
