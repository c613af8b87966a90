/** What is known of a visitor over several events: who they are (hashed), what they clicked, what they allow. */
import type { Consent } from "@pinrelay/tag/contract";
import { consentAllows, isDenied } from "./consent.ts";
import { type Half, isSigned, type MatchKeys, type ShopEvent } from "./event.ts";
import type { ShopSettings } from "./settings.ts";

/** What one event adds to what is known of its visitor. */
export interface VisitorNote {
  shop: number;
  /** Visitor ID; absent where only aliases say who it is. */
  visitor?: string;
  /** Hashed: `urn:kind:hash`. */
  aliases: readonly string[];
  matchKeys: MatchKeys;
  clickId?: string;
  /** Absent where nothing was decided. A denial takes back all that is known. */
  consent?: Consent;
  atMs: number;
}

/** What is known of a visitor. */
export interface KnownVisitor {
  matchKeys: MatchKeys;
  clickId?: string;
  consent?: Consent;
}

/** Whose an event is: a page knows best. Of several browsers that tell one order none is asked. */
export const visitorOf = (halves: readonly Half[]): string | undefined =>
  new Set(halves.filter((half) => !isSigned(half)).flatMap(({ visitor }) => visitor ?? [])).size > 1
    ? halves.find((half) => isSigned(half) && half.visitor)?.visitor
    : [...halves].sort((a, b) => Number(isSigned(a)) - Number(isSigned(b))).find(({ visitor }) => visitor)?.visitor;

/** Undefined where the event says nothing of its visitor that will help later. */
export const noteOf = ({ shop, half }: ShopEvent, settings: ShopSettings): VisitorNote | undefined => {
  const { visitor, matchKeys, clickId, consent, receivedMs } = half;
  // What an order carries was decided before it was told, and is told again with every change of the order.
  const atMs = isSigned(half) && consent.marketing !== "unknown" ? Math.min(consent.at, receivedMs) : receivedMs;
  const aliases = provedAliases(half);
  if (visitor === undefined && aliases.length === 0) return undefined;
  const decided = consent.marketing === "unknown" ? {} : { consent };
  const who = { shop, aliases, atMs, ...(visitor === undefined ? {} : { visitor }), ...decided };
  if (isDenied(half, settings)) return { ...who, matchKeys: {} };
  if (half.isBot || !consentAllows(half, settings)) return undefined;
  const saysNothing = Object.keys(matchKeys).length === 0 && clickId === undefined && aliases.length === 0;
  return saysNothing && !decided.consent
    ? undefined
    : { ...who, matchKeys, ...(clickId === undefined ? {} : { clickId }) };
};

/** The aliases of a half that say whose it is. */
export const provedAliases = (half: Half): string[] =>
  (half.aliases ?? []).filter((alias) => isSigned(half) || UNGUESSABLE.test(alias));

/** A page that says it is customer 5 may be anybody's; who knows the token of a checkout is the one whose it is. */
const UNGUESSABLE = /^urn:[\w-]*(token|cookie|session|key)[\w-]*:/;
