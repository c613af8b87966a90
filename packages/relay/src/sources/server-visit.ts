/** What an event of the server API says of the shopper's visit and choice: what a browser would have told itself. */
import { z } from "zod";
import type { Half, Network } from "../core/event.ts";
import { keptAddress } from "./address.ts";
import { hashedAlias } from "./alias.ts";
import type { EdgeFault } from "./fault.ts";
import { CLICK_ID, type ServerEvent } from "./server-schema.ts";

type Visit = Pick<Half, "url" | "referrer" | "visitor" | "clickId" | "aliases" | "network">;

/** The event's own word goes before its profile's. What is no address, or names nobody, is left out. */
export const visitOf = ({ properties = {}, profile_properties: profile = {}, aliases = [] }: ServerEvent): Visit => {
  const url = keptAddress(properties.$url);
  const referrer = keptAddress(properties.referrer);
  const others = aliases.filter((alias) => !COOKIE.test(alias)).map(hashedAlias);
  const visitor = properties.$visitor_id ?? profile.$visitor_id ?? aliases.flatMap(visitorIn)[0];
  const clickId = epikOf(url) ?? properties.$click_id ?? profile.$click_id;
  const ip = ipOf(properties.$ip ?? profile.$ip);
  const userAgent = properties.$user_agent ?? profile.$user_agent;
  const network: Network = { ...(ip ? { ip } : {}), ...(userAgent ? { userAgent } : {}) };
  return {
    ...(url ? { url } : {}),
    ...(referrer ? { referrer } : {}),
    ...(visitor ? { visitor } : {}),
    ...(clickId ? { clickId } : {}),
    ...(others.length > 0 ? { aliases: others } : {}),
    ...(ip || userAgent ? { network } : {}),
  };
};

const COOKIE = /^urn:cookie:([0-9a-f]{64})$/i;

/** The tag's visitor ID, where an alias names it as Converge names its cookie's. */
export const visitorIn = (alias: string): string[] => {
  const id = COOKIE.exec(alias)?.[1];
  return id === undefined ? [] : [id.toLowerCase()];
};

/** Where the page was opened from a Pin, its address says so. */
const epikOf = (url: string | undefined): string | undefined => {
  const told = url === undefined ? null : new URL(url).searchParams.get("epik");
  return told !== null && CLICK_ID.test(told) ? told : undefined;
};

const ipOf = (told: string | undefined): string | undefined => {
  const ip = told?.trim().replace(/^::ffff:(?=\d+\.)/i, "");
  return IP.safeParse(ip).success ? ip : undefined;
};

const IP = z.union([z.ipv4(), z.ipv6()]);

/** As in Converge's spec, who says something of consent and nothing of marketing has denied it. */
export const marketingOf = (told: ServerEvent): "granted" | "denied" | "unknown" => {
  const all = consentsOf(told);
  if (all.length === 0) return "unknown";
  return all.every(({ marketing }) => marketing === "granted") ? "granted" : "denied";
};

const consentsOf = ({ properties, profile_properties }: ServerEvent) =>
  [profile_properties?.$consent, properties?.$consent].filter((one) => one !== undefined);

/** What the caller should know of the visit, though the event is kept. */
export const visitWarning = (told: ServerEvent): EdgeFault | undefined => {
  const parts = ["properties", "profile_properties"] as const;
  const undecided = parts.find((part) => told[part]?.$consent && told[part].$consent.marketing === undefined);
  if (undecided) return { field: `${undecided}.$consent.marketing`, message: "is missing and counts as denied" };
  const from = parts.find((part) => told[part]?.$ip !== undefined);
  return from && ipOf(told[from]?.$ip) === undefined
    ? { field: `${from}.$ip`, message: "is not an IP address and is left out" }
    : undefined;
};
