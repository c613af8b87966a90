/** What the Pinterest Tag is told of an event: the same money and content IDs as the server half. Pure. */
import { contentId } from "./content-id.ts";
import { type BeaconEvent, ORDER_EVENT, type TagSettings } from "./contract.ts";
import { eventCurrency, eventLines, eventValue, unitCount } from "./money.ts";
import { shaped } from "./shape.ts";

/** The data of `pintrk('track', name, data)`: only keys that have something to say. */
export const pintrkData = ({ id, name, properties: p }: BeaconEvent, settings: TagSettings): unknown =>
  // biome-ignore format: a table
  shaped({
    event_id:        id,
    value:           eventValue(name, p, settings.value),
    order_quantity:  unitCount(name, p),
    currency:        eventCurrency(p),
    order_id:        name === ORDER_EVENT ? p.id : undefined,
    search_query:    p.query,
    promo_code:      p.coupon && String(p.coupon),
    line_items:      eventLines(p).map((line) => ({
      product_id:          contentId(line, settings.contentId),
      product_name:        line.name,
      product_category:    line.category,
      product_variant_id:  line.variant_id,
      product_variant:     line.variant_name,
      product_price:       line.price,
      product_quantity:    line.quantity,
      product_brand:       line.vendor,
    })),
  });
