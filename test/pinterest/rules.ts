/** What Pinterest asks of an event beyond its schema. Tables of rules, each with Pinterest's words for a breach. */
import { isIP } from "node:net";
import type { ConversionEvent, MatchKey } from "./conversion-event.ts";
import { CURRENCIES } from "./currencies.ts";
import { isUserDefinedName, STANDARD } from "./event-names.ts";

/** Words where the rule is broken. `now` in Unix seconds. */
export type Rule = (event: ConversionEvent, now: number) => string | false | undefined;

/** How far ahead a client's clock may be. No source gives a figure; a few seconds is what networks need. */
export const FUTURE_SECONDS = 5;
export const OLDEST_SECONDS = 7 * 86_400;

// biome-ignore format: a list
const HASHED: readonly MatchKey[] = [
  "em", "ph", "ge", "db", "ln", "fn", "ct", "st", "zp", "country", "external_id", "hashed_maids",
];
const HASH = /^[0-9a-f]{64}$/;
const HASH_OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/** What a parser of doubles takes: no separators, no currency sign, no spaces. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const SOURCES = ["web", "app_android", "app_ios", "offline"];

/** Broken: the event fails. */
const MUST: readonly Rule[] = [
  ({ event_time }, now) => event_time > now + FUTURE_SECONDS && "event_time must not be in the future",
  ({ event_time }, now) => event_time < now - OLDEST_SECONDS && "invalid timestamp, event_time is too far in the past",
  ({ user_data }) => {
    const key = HASHED.find((name) => user_data[name]?.some((value) => !HASH.test(value)));
    return key && `user_data.${key} must hold SHA-256 hashes in lowercase hex`;
  },
  ({ user_data }) => {
    const key = HASHED.find((name) => user_data[name]?.includes(HASH_OF_NOTHING));
    return key && `user_data.${key} holds the hash of an empty text`;
  },
  ({ user_data: { em, hashed_maids, client_ip_address, client_user_agent } }) =>
    !(em?.length || hashed_maids?.length || (client_ip_address && client_user_agent)) &&
    "user_data holds nothing to match: em, hashed_maids, or client_ip_address with client_user_agent",
  ({ custom_data }) => notNumber(custom_data?.value) && "custom_data.value must be a number as text",
  ({ custom_data }) => notNumber(custom_data?.predicted_ltv) && "custom_data.predicted_ltv must be a number as text",
  ({ custom_data }) => {
    const at = custom_data?.contents?.findIndex(({ item_price }) => notNumber(item_price)) ?? -1;
    return at >= 0 && `custom_data.contents[${at}].item_price must be a number as text`;
  },
];

/** Broken: the event is processed, and worth less than its sender believes. */
const SHOULD: readonly Rule[] = [
  ({ event_name }) =>
    !STANDARD.has(event_name) &&
    !isUserDefinedName(event_name) &&
    "event_name is no standard event, nor a permitted name of your own (100 letters, digits, _ or -)",
  ({ event_id }) => event_id.trim() === "" && "event_id is empty: the event cannot be deduplicated",
  ({ action_source }) => !SOURCES.includes(action_source) && `action_source is none of ${SOURCES.join(", ")}`,
  ({ custom_data }) =>
    typeof custom_data?.currency === "string" &&
    !CURRENCIES.has(custom_data.currency) &&
    "custom_data.currency is no currency of ISO 4217",
  ({ custom_data }) =>
    typeof custom_data?.value === "string" &&
    !custom_data.currency &&
    "custom_data.value has no currency: the ad account's is taken",
  ({ user_data: { client_ip_address } }) =>
    client_ip_address !== undefined && isIP(client_ip_address) === 0 && "user_data.client_ip_address is no IP address",
  ({ custom_data, user_data: { st, country } }) =>
    custom_data?.opt_out_type?.split(",").includes("LDP") === true &&
    !(st?.length && country?.length) &&
    "limited data processing needs user_data.st and user_data.country",
];

const notNumber = (text: string | null | undefined): boolean => typeof text === "string" && !NUMBER.test(text);

export interface Status {
  status: "processed" | "failed";
  error_message: string | null;
  warning_message: string | null;
}

/** What Pinterest says of one event. `also` are rules that hold for this call only. */
export const statusOf = (event: ConversionEvent, now: number, also: readonly Rule[] = []): Status => {
  const error = firstWords(MUST, event, now) ?? firstWords(also, event, now);
  return {
    status: error ? "failed" : "processed",
    error_message: error ?? null,
    warning_message: firstWords(SHOULD, event, now) ?? null,
  };
};

const firstWords = (rules: readonly Rule[], event: ConversionEvent, now: number): string | undefined => {
  for (const rule of rules) {
    const words = rule(event, now);
    if (words) return words;
  }
  return undefined;
};
