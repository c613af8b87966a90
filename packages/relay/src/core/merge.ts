/** Several sources' tellings of one event, made one. Commutative: the order in which they came decides nothing. */
import { type Half, MATCH_KEYS, type MatchKeys, type Source } from "./event.ts";

/** One event as all its sources together tell it. */
export type Merged = Omit<Half, "source" | "aliases"> & { sources: Source[] };

/** Who is believed first. A signed source knows the order; the browser knows the visitor. */
// biome-ignore format: a table
const BELIEVED: Record<"order" | "visit", readonly Source[]> = {
  order: ["shopify", "woocommerce", "server", "browser"],
  visit: ["browser", "shopify", "woocommerce", "server"],
};

/**
 * Hashed fields are united (the external ID has a rule of its own); IP, user agent, click ID and address come from the
 * browser first; money and items from the signed source first; the time is the earliest.
 */
export function merge(halves: readonly Half[]): Merged {
  const order = ranked(halves, BELIEVED.order);
  const visit = ranked(halves, BELIEVED.visit);
  const teller = order[0];
  if (!teller) throw new Error("an event without a half");
  return {
    sources: order.map((half) => half.source),
    timeMs: Math.min(...halves.map((half) => half.timeMs)),
    receivedMs: Math.min(...halves.map((half) => half.receivedMs)),
    matchKeys: matchKeysOf(visit),
    properties: teller.properties,
    consent: order.find((half) => half.consent.marketing === "denied")?.consent ?? visit[0]?.consent ?? teller.consent,
    ...first(visit, "rev"),
    ...first(visit, "tagName"),
    ...first(visit, "url"),
    ...first(visit, "referrer"),
    ...first(visit, "language"),
    ...first(visit, "visitor"),
    ...first(visit, "clickId"),
    ...first(visit, "partnerId"),
    ...first(visit, "network"),
  };
}

/**
 * All that is known of the visitor, with the external ID that both channels can name. The Pinterest Tag takes one only,
 * the visitor ID; so where the Tag has the event too, no customer ID is told beside it, whichever half knows one.
 * What the Tag acknowledged does not matter: one that comes late tells the event all the same, after this is frozen.
 */
const matchKeysOf = (halves: readonly Half[]): MatchKeys => {
  const all = halves.map((half) => half.matchKeys).reduce(unionMatchKeys, {});
  const told = halves.find((half) => half.tagName !== undefined);
  if (!told) return halves.map(visitorKey).reduce(unionMatchKeys, all);
  const { external_id: _, ...others } = all;
  return { ...others, ...visitorKey(told) };
};

const visitorKey = ({ visitor }: Half): MatchKeys => (visitor === undefined ? {} : { external_id: [visitor] });

/** All values of both, sorted and once each. */
export const unionMatchKeys = (a: MatchKeys, b: MatchKeys): MatchKeys => {
  const union: MatchKeys = {};
  for (const key of MATCH_KEYS) {
    const values = new Set([...(a[key] ?? []), ...(b[key] ?? [])]);
    if (values.size > 0) union[key] = [...values].sort();
  }
  return union;
};

const ranked = (halves: readonly Half[], believed: readonly Source[]): Half[] =>
  [...halves].sort((a, b) => believed.indexOf(a.source) - believed.indexOf(b.source) || a.timeMs - b.timeMs);

const first = <Key extends keyof Half>(halves: readonly Half[], key: Key): Partial<Pick<Half, Key>> => {
  const found = halves.find((half) => half[key] !== undefined);
  return found ? pick(found, key) : {};
};

const pick = <Key extends keyof Half>(half: Half, key: Key): Partial<Pick<Half, Key>> => {
  const picked: Partial<Pick<Half, Key>> = {};
  picked[key] = half[key];
  return picked;
};
