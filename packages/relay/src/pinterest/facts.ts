/** What the ledger knows of one event, under the names that the mapping table uses. Every value is ready to be dressed. */

import { type ContentIdMode, contentId } from "@pinrelay/tag/content-id";
import type { Item } from "@pinrelay/tag/contract";
import { eventCurrency, eventLines, eventValue, unitCount } from "@pinrelay/tag/money";
import type { Merged } from "../core/merge.ts";
import type { ChannelSettings } from "../core/settings.ts";

export interface Line {
  id: string;
  item: Item;
}

export type Facts = ReturnType<typeof factsOf>;

/** `settings` are those of the browser half's revision, so that both channels say the same. */
export function factsOf(apiName: string, id: string, shopName: string, event: Merged, settings: ChannelSettings) {
  const { properties, network } = event;
  const lines = eventLines(properties);
  const only = lines.length === 1 ? lines[0] : undefined;
  const value = eventValue(shopName, properties, settings.value);
  return {
    apiName,
    eventId: id,
    timeMs: event.timeMs,
    channel: event.order?.isOffline ? "offline" : "web",
    url: event.url,
    language: event.language,
    value,
    currency: eventCurrency(properties),
    unitCount: unitCount(shopName, properties),
    orderId: shopName === "Placed Order" ? properties.id : undefined,
    lines: linesOf(lines, settings.contentId),
    name: properties.name ?? only?.name,
    category: properties.category ?? (shopName === "Viewed Collection" ? properties.name : only?.category),
    brand: properties.vendor ?? only?.vendor,
    query: properties.query,
    predictedLtv: properties.predicted_ltv,
    measurementId: properties.external_measurement_id,
    measurementVendor: properties.external_measurement_vendor_id,
    optOutType: event.consent.limited ? "LDP" : undefined,
    ...event.matchKeys,
    ip: network?.ip,
    userAgent: network?.userAgent,
    clickId: event.clickId,
    partnerId: event.partnerId,
  };
}

/** Lines whose content ID is missing are left out: the catalog would not know them. */
const linesOf = (items: readonly Item[], mode: ContentIdMode): Line[] =>
  items.flatMap((item) => {
    const id = contentId(item, mode);
    return id ? [{ id, item }] : [];
  });
