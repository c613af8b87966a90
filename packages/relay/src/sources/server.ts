/** A call of the server API, translated to the inner event. Each of its events is judged on its own. */
import { ORDER_EVENT, orderEventId } from "@pinrelay/tag/contract";
import { z } from "zod";
import type { Half, Network, OrderFacts, ShopEvent } from "../core/event.ts";
import type { Shop } from "../core/settings.ts";
import { hashProfile } from "../pinterest/match-keys.ts";
import { keptAddress } from "./address.ts";
import { hashedAlias } from "./alias.ts";
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
  if (events.length > CALL_EVENTS)
    return {
      fault: { field: "body", message: `must hold ${CALL_EVENTS} events at most; send the others in another call` },
    };
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
  if (id === undefined) return { fault: { field: "properties.id", message } };
  return { id, orderIds: orderIdsOf(shop.key, [properties?.id, ...(properties?.order_aliases ?? [])]) };
};

const eventOf = (
  told: ServerEvent,
  { id, orderIds }: { id: string; orderIds?: string[] },
  path: string,
  shop: Shop,
  receivedMs: number,
): JudgedCall => {
  const said = told.properties ?? {};
  const { $visitor_id, $click_id, $ip, $user_agent, $consent, $url, referrer, ...more } = said;
  const { $sales_channel_type: channel = "web", updated_at: updatedMs, ...ofEvent } = more;
  const stated = told.profile_properties ?? {};
  const { properties, personal, partnerId } = parted({ properties: ofEvent, profile: stated });

  const timeMs = Math.min(told.timestamp ?? receivedMs, receivedMs);
  const url = keptAddress($url);
  const from = keptAddress(referrer);
  const named = aliasesOf(told.aliases);
  const visitor = $visitor_id ?? stated.$visitor_id ?? named.visitor;
  const clickId = epikOf(url) ?? $click_id ?? stated.$click_id;
  const address = $ip ?? stated.$ip;
  const network = networkOf(address, $user_agent ?? stated.$user_agent);
  const country = orderIds && countryOf(personal.$country_code);
  const warning = [
    consentWarning(told),
    address !== undefined &&
      network.ip === undefined && { field: ipField(said), message: "is not an IP address and is left out" },
    ageWarning(told.timestamp, shop, receivedMs),
    withoutContentId(properties, shop.settings.contentId, ""),
  ].find((one) => one !== false && one !== undefined);

  const half: Half = {
    source: "server",
    timeMs,
    receivedMs,
    matchKeys: hashProfile(personal),
    properties,
    consent: { marketing: marketingOf(told), by: "server", at: timeMs },
    ...(Object.keys(network).length > 0 ? { network } : {}),
    ...(orderIds ? { orderIds, order: orderOf(channel, updatedMs ?? timeMs) } : {}),
    ...(country ? { country } : {}),
    ...(visitor ? { visitor } : {}),
    ...(clickId ? { clickId } : {}),
    ...(partnerId ? { partnerId } : {}),
    ...(url ? { url } : {}),
    ...(from ? { referrer: from } : {}),
    ...(named.aliases.length > 0 ? { aliases: named.aliases } : {}),
  };
  return {
    event: { shop: shop.id, name: told.event_name, id, half },
    ...(warning ? { warning: below(path, warning) } : {}),
  };
};

/** What the shop's own server tells has been paid, or the shop would not tell it. */
const orderOf = (channel: string, asOfMs: number): OrderFacts => ({
  asOfMs,
  state: "paid",
  channels: [channel],
  ...(OFFLINE.has(channel) ? { isOffline: true } : {}),
});

/** Converge's names of channels that are no website's. */
const OFFLINE = new Set(["pos", "offline"]);

const consentsOf = ({ properties, profile_properties }: ServerEvent) =>
  [profile_properties?.$consent, properties?.$consent].filter((one) => one !== undefined);

/** As in Converge's spec, who says something of consent and nothing of marketing has denied it. */
const marketingOf = (told: ServerEvent): "granted" | "denied" | "unknown" => {
  const all = consentsOf(told);
  if (all.length === 0) return "unknown";
  return all.every(({ marketing }) => marketing === "granted") ? "granted" : "denied";
};

const consentWarning = (told: ServerEvent): EdgeFault | undefined => {
  if (consentsOf(told).every(({ marketing }) => marketing !== undefined)) return undefined;
  const part = told.profile_properties?.$consent ? "profile_properties" : "properties";
  return { field: `${part}.$consent.marketing`, message: "is missing and counts as denied" };
};

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

/** `urn:cookie:` names our visitor; every other name is kept with its value hashed. */
const aliasesOf = (aliases: readonly string[] = []): { visitor?: string; aliases: string[] } => {
  const visitor = aliases.map((alias) => COOKIE.exec(alias)?.[1]?.toLowerCase()).find((id) => id !== undefined);
  const others = aliases.filter((alias) => !COOKIE.test(alias)).map(hashedAlias);
  return { aliases: others, ...(visitor ? { visitor } : {}) };
};

const COOKIE = /^urn:cookie:([0-9a-f]{64})$/i;

const epikOf = (url: string | undefined): string | undefined =>
  url === undefined ? undefined : (new URL(url).searchParams.get("epik") ?? undefined);

const networkOf = (address: string | undefined, userAgent: string | undefined): Network => {
  const ip = address?.trim().replace(/^::ffff:(?=\d+\.)/i, "");
  return {
    ...(ip !== undefined && IP.safeParse(ip).success ? { ip } : {}),
    ...(userAgent ? { userAgent } : {}),
  };
};

const IP = z.union([z.ipv4(), z.ipv6()]);
const ipField = ({ $ip }: { $ip?: string }): string =>
  $ip === undefined ? "profile_properties.$ip" : "properties.$ip";

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
    ...(typeof event_id === "string" ? { event_id: event_id.slice(0, 200) } : {}),
    ...(typeof event_name === "string" ? { event_name: event_name.slice(0, 100) } : {}),
  };
};
