/** What each half of an event carries that Pinterest compares or counts, computed as each channel computes it. */
import { contentId } from "../content-id.ts";
import type { BeaconEvent, TagSettings } from "../contract.ts";
import { eventCurrency, eventLines, eventValue, minorDigits } from "../money.ts";
import { isThing, type Thing, things } from "../thing.ts";

export interface Half {
  id?: string;
  value?: string;
  contentIds?: string;
}

/** The rows in which two halves are compared. */
export const COMPARED = [
  ["Event ID", "id"],
  ["Value", "value"],
  ["Content IDs", "contentIds"],
] as const satisfies readonly (readonly [label: string, key: keyof Half])[];

/** What the relay makes of an event: the same code runs there. */
export const relayHalf = ({ id, name, properties }: BeaconEvent, settings: TagSettings): Half =>
  half(
    id,
    eventValue(name, properties, settings.value),
    eventCurrency(properties),
    eventLines(properties).map((line) => contentId(line, settings.contentId)),
  );

/** What a call of `pintrk('track', name, data)` says. */
export const pinterestHalf = (data: Thing): Half =>
  half(
    data.event_id ?? data.eventID ?? data.eid,
    data.value,
    data.currency,
    things(data.line_items).map((line) => line.product_id),
  );

const half = (id: unknown, value: unknown, currency: unknown, contentIds: unknown[]): Half => {
  const ids = contentIds.filter((one) => one !== undefined && !isThing(one)).join(", ");
  return {
    ...(id === undefined ? {} : { id: String(id) }),
    ...(value === undefined ? {} : { value: money(value, currency) }),
    ...(ids ? { contentIds: ids } : {}),
  };
};

const money = (value: unknown, currency: unknown): string =>
  `${typeof value === "number" ? value.toFixed(minorDigits(String(currency))) : value} ${currency ?? ""}`.trim();
