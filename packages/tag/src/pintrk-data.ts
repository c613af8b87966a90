/** What the Pinterest Tag is told of an event: the same money and content IDs as the server half. Pure. */
import { contentId } from "./content-id.ts";
import { type BeaconEvent, type Item, ORDER_EVENT, type TagSettings } from "./contract.ts";
import { eventCurrency, eventLines, eventValue, unitCount } from "./money.ts";

/** The data of `pintrk('track', name, data)`: only keys that have something to say. */
export const pintrkData = (
  { id, name, properties: p }: BeaconEvent,
  settings: Pick<TagSettings, "contentId" | "value">,
): unknown => {
  const lines = eventLines(p).map((line) => lineItem(line, contentId(line, settings.contentId)));
  // biome-ignore format: a table
  return present({
    event_id:        id,
    value:           eventValue(name, p, settings.value),
    order_quantity:  unitCount(name, p),
    currency:        eventCurrency(p),
    order_id:        name === ORDER_EVENT ? p.id : undefined,
    search_query:    p.query,
    promo_code:      p.coupon && String(p.coupon),
    line_items:      lines[0] && lines,
  });
};

// biome-ignore format: a table
const lineItem = (line: Item, product_id: string | undefined) => ({
  product_id,
  product_name:        line.name,
  product_category:    line.category,
  product_variant_id:  line.variant_id,
  product_variant:     line.variant_name,
  product_price:       line.price,
  product_quantity:    line.quantity && Math.ceil(line.quantity),
  product_brand:       line.vendor,
});

/** JSON has no undefined. */
const present = (data: object): unknown => JSON.parse(JSON.stringify(data));
