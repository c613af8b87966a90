/** A call of the server API, translated to the inner event. Each of its events is judged on its own. */
import { ORDER_EVENT, orderEventId } from "@pinrelay/tag/contract";
import type { Half, OrderFacts, ShopEvent } from "../core/event.ts";
import type { Shop } from "../core/settings.ts";
import { hashProfile } from "../pinterest/match-keys.ts";
import { cut } from "./cut.ts";
import { tooLarge, withoutContentId } from "./event-checks.ts";
import { type EdgeFault, faultOf, wordsOf } from "./fault.ts";
import { parted } from "./parted.ts";
import { poisonIn, readJson } from "./read-json.ts";
import {
  CALL_EVENT_BYTES,
  CALL_EVENTS,
  type ServerEvent,
  type ServerResult,
  serverEventSchema,
} from "./server-schema.ts";
import { marketingOf, visitOf, visitWarning } from "./server-visit.ts";
import { orderIdsOf } from "./webhook.ts";

/** A call whose body is read, and whose events are not yet. */
export interface Call {
  events: readonly unknown[];
  /** Whether it was a list; one event alone needs no place in its field's path. */
  isList: boolean;
  bytes: number;
}

export type JudgedCall = { event: ShopEvent; warning?: EdgeFault } | { refused: ServerResult };

/** One event or a list of them, or what is wrong with the whole. */
export function readCall(bytes: Uint8Array): { call: Call } | { fault: EdgeFault } {
  const read = readJson(bytes);
  if ("fault" in read) return read;
  const isList = Array.isArray(read.value);
  const events: unknown[] = Array.isArray(read.value) ? read.value : [read.value];
  const message = `must hold ${CALL_EVENTS} events at most; send the others in another call`;
  if (events.length > CALL_EVENTS) return { fault: { field: "body", message } };
  return { call: { events, isList, bytes: bytes.length } };
}

/** Judges every event of the call, in order. */
export const fromCall = ({ events, isList, bytes }: Call, shop: Shop, receivedMs: number): JudgedCall[] =>
  events.map((raw, index) => {
    const path = isList ? `[${index}]` : "";
    const fault = poisonIn(raw, path) ?? tooLarge(raw, path || "body", bytes, CALL_EVENT_BYTES);
    if (fault) return refused(raw, fault);
    const result = serverEventSchema.safeParse(raw, { error: wordsOf });
    if (!result.success) return refused(raw, faultOf(result.error, path));
    const id = idOf(result.data, shop);
    return "fault" in id ? refused(raw, below(path, id.fault)) : eventOf(result.data, id, path, shop, receivedMs);
  });

/** An order goes by its own names, the first of them its ID; all else goes by what the shop calls it. */
const idOf = (
  { event_name, event_id, properties }: ServerEvent,
  shop: Shop,
): { id: string; orderIds?: string[] } | { fault: EdgeFault } => {
  if (event_name !== ORDER_EVENT) {
    const message = "is missing; give each event an ID that no other has, and the same ID when you send it again";
    return event_id === undefined ? { fault: { field: "event_id", message } } : { id: event_id };
  }
  const id = orderEventId(shop.key, properties?.id);
  const message = "is missing; an order goes by its ID in the shop, so that the browser's copy of it is known again";
  if (!id) return { fault: { field: "properties.id", message } };
  return { id, orderIds: orderIdsOf(shop.key, [properties?.id, ...(properties?.order_aliases ?? [])]) };
};

const eventOf = (
  told: ServerEvent,
  { id, orderIds }: { id: string; orderIds?: string[] },
  path: string,
  shop: Shop,
  receivedMs: number,
): JudgedCall => {
  const { $sales_channel_type: channel = "web", updated_at: updatedMs, ...said } = told.properties ?? {};
  const profile = told.profile_properties ?? {};
  const { properties, personal, partnerId } = parted({ properties: withoutVisit(said), profile });
  const timeMs = Math.min(told.timestamp ?? receivedMs, receivedMs);
  const country = orderIds && countryOf(personal.$country_code);
  const warning =
    visitWarning(told) ??
    ageWarning(told.timestamp, shop, receivedMs) ??
    withoutContentId(properties, shop.settings.contentId, "");
  const half: Half = {
    source: "server",
    timeMs,
    receivedMs,
    matchKeys: hashProfile(personal),
    properties,
    consent: { marketing: marketingOf(told), by: "server", at: timeMs },
    ...visitOf(told),
    ...(orderIds ? { orderIds, order: orderOf(channel, updatedMs ?? timeMs) } : {}),
    ...(country ? { country } : {}),
    ...(partnerId ? { partnerId } : {}),
  };
  return {
    event: { shop: shop.id, name: told.event_name, id, half },
    ...(warning ? { warning: below(path, warning) } : {}),
  };
};

/** `visitOf` reads them. */
const withoutVisit = ({
  $visitor_id: _visitor,
  $click_id: _click,
  $ip: _ip,
  $user_agent: _agent,
  $consent: _consent,
  $url: _url,
  referrer: _referrer,
  ...properties
}: Omit<NonNullable<ServerEvent["properties"]>, "$sales_channel_type" | "updated_at">) => properties;

/** What the shop's own server tells has been paid, or the shop would not tell it. */
const orderOf = (channel: string, asOfMs: number): OrderFacts => ({
  asOfMs,
  state: "paid",
  channels: [channel],
  ...(OFFLINE.has(channel) ? { isOffline: true } : {}),
});

/** Converge's names of channels that are no website's. */
const OFFLINE = new Set(["pos", "offline"]);

/** Clocks of servers are a little off, but not by this much. */
const SKEW_MS = 300_000;
const DAY_MS = 86_400_000;

const ageWarning = (timeMs: number | undefined, { settings }: Shop, receivedMs: number): EdgeFault | undefined => {
  if (timeMs === undefined) return undefined;
  const field = "timestamp";
  if (timeMs > receivedMs + SKEW_MS)
    return { field, message: "lies in the future; the time of arrival is taken instead" };
  return timeMs < receivedMs - settings.expiryDays * DAY_MS
    ? { field, message: `is more than ${settings.expiryDays} days ago; Pinterest is not told of it` }
    : undefined;
};

const countryOf = (told: string | string[] | undefined): string | undefined => {
  const [only, ...others] = [told ?? []].flat();
  return only !== undefined && others.length === 0 && /^[a-z]{2}$/i.test(only) ? only.toUpperCase() : undefined;
};

const below = (path: string, { field, message }: EdgeFault): EdgeFault => ({
  field: `${path}.${field}`.replace(/\.{2,}/, ".").replace(/^\./, ""),
  message,
});

const refused = (raw: unknown, { field, message }: EdgeFault): { refused: ServerResult } => ({
  refused: { ...namedBy(raw), status: "refused", field, message },
});

/** What the caller can know a refused event by, as far as it is sound. */
const namedBy = (raw: unknown): Pick<ServerResult, "event_id" | "event_name"> => {
  const { event_id, event_name }: { event_id?: unknown; event_name?: unknown } =
    typeof raw === "object" && raw !== null ? raw : {};
  return {
    ...(typeof event_id === "string" ? { event_id: cut(event_id, 200) } : {}),
    ...(typeof event_name === "string" ? { event_name: cut(event_name, 100) } : {}),
  };
};
