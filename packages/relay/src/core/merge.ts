/** Several sources' tellings of one event, made one. Commutative: the order in which they came decides nothing. */
import { strictest } from "./consent.ts";
import { type Half, isSigned, isUnguessable, MATCH_KEYS, type MatchKey, type MatchKeys, type Source } from "./event.ts";
import type { KnownVisitor } from "./identity.ts";

/** One event as all its sources together tell it. `eventId`: the ID that the Pinterest Tag told an order under. */
export type Merged = Omit<Half, "source" | "aliases" | "orderIds" | "isBot"> & { sources: Source[]; eventId?: string };

/** Who is believed first. A signed source knows the order; the browser knows the visitor. */
// biome-ignore format: a table
export const BELIEVED: Record<"order" | "visit", readonly Source[]> = {
  order: ["shopify", "woocommerce", "server", "browser"],
  visit: ["browser", "shopify", "woocommerce", "server"],
};

/** Whose word counts, by what is told: who knows the visit is asked first, or who knows the order. */
// biome-ignore format: a table
export const MERGED = [
  ["rev",       "visit"],
  ["tagName",   "visit"],
  ["url",       "visit"],
  ["referrer",  "visit"],
  ["language",  "visit"],
  ["visitor",   "visit"],
  ["clickId",   "visit"],
  ["partnerId", "visit"],
  ["network",   "visit"],
  ["country",   "order"],
  ["order",     "order"],
] as const satisfies readonly (readonly [keyof Half, keyof typeof BELIEVED])[];

/** An order's page is opened within this of the order. With a hold added it is still far from the late limit. */
const HALF_HOUR = 1_800_000;

/**
 * Hashed fields are united (the external ID has a rule of its own); what else there is follows the table; money and items
 * are the first's who tells any, of those who know the order; the time is the earliest plausible. What is `known` of the
 * visitor from other events is added.
 */
export function merge(all: readonly Half[], known?: KnownVisitor): Merged {
  const tellings = ofThisOrder(all);
  const halves = believable(all);
  const ranks = { order: ranked(halves, BELIEVED.order), visit: ranked(halves, BELIEVED.visit) };
  const { order, visit } = ranks;
  const teller = order.find(saysWhatWasBought) ?? order[0];
  if (!teller) throw new Error("an event without a half");
  const consent = strictest([...visit, ...tellings.filter(denies)].map((half) => half.consent)) ?? teller.consent;
  const [eventId] = (visit.find(({ tagName }) => tagName !== undefined) ?? order[0])?.orderIds ?? [];
  const merged: Merged = {
    sources: order.map((half) => half.source),
    timeMs: timeOf(order),
    receivedMs: Math.min(...halves.map((half) => half.receivedMs)),
    matchKeys: matchKeysOf(visit, known),
    properties: teller.properties,
    consent: halves.some((half) => half.consent.limited) ? { ...consent, limited: true } : consent,
    ...(eventId === undefined ? {} : { eventId }),
    ...(known?.clickId === undefined ? {} : { clickId: known.clickId }),
  };
  for (const [key, who] of MERGED) takeFirst(merged, ranks[who], key);
  return merged;
}

/**
 * Of an order's halves those that are of it. Anybody can tell a beacon of an order whose number they guess: of several
 * browsers the one counts that agrees best with what the shop's server says, and one alone counts where it names the
 * order as the server does.
 */
export const believable = (all: readonly Half[]): readonly Half[] => {
  const halves = ofThisOrder(all);
  if (!halves.some(({ orderIds }) => orderIds !== undefined)) return halves;
  const signed = halves.filter(isSigned);
  // Between two of whom nobody knows which is the shopper's, the one that denies is heard.
  const browsers = halves
    .filter((half) => !isSigned(half))
    .map((half) => ({ half, agrees: agreement(half, signed) }))
    .sort((a, b) => b.agrees - a.agrees || Number(denies(b.half)) - Number(denies(a.half)) || earlier(a.half, b.half));
  const bought = browsers.find(({ half }) => !half.isBot) ?? (signed.length === 0 ? browsers[0] : undefined);
  return bought ? [...signed, bought.half] : signed;
};

/**
 * The halves that may be of the order: of a browser's those that name it as the shop's server does, once there was one.
 * A denial among them is one, whoever else tells what; where no server vouches for the order, until somebody tells it
 * later: else whoever guesses the numbers of orders to come could deny them all.
 */
const ofThisOrder = (halves: readonly Half[]): readonly Half[] => {
  if (!halves.some(({ orderIds }) => orderIds !== undefined)) return halves;
  const signed = halves.filter(isSigned);
  if (signed.length > 0)
    return halves.filter((half) => isSigned(half) || (!isGuess(half, signed) && agreement(half, signed) > 0));
  const toldMs = Math.max(...halves.filter((half) => !denies(half) && !half.isBot).map((half) => half.receivedMs));
  return halves.filter((half) => !denies(half) || half.receivedMs >= toldMs);
};

/** Whether its visitor said no. */
export const denies = ({ consent }: Pick<Half, "consent">): boolean => consent.marketing === "denied";

/** The shop's clock and ours differ by less. */
const CLOCKS_MS = 300_000;

/** Whether a browser told an order before the shop's server made it: nobody knows one then. */
export const isGuess = (half: Half, others: readonly Half[]): boolean =>
  !isSigned(half) && others.some(({ order }) => half.receivedMs < (order?.madeMs ?? 0) - CLOCKS_MS);

/** How much of what the shop's server knows a browser's half knows too; 0 where it does not even name the order. */
const agreement = (half: Half, signed: readonly Half[]): number => {
  const proof = proofOf(half, signed);
  const names = new Set(signed.flatMap(({ orderIds = [] }) => orderIds));
  const [own = "", ...others] = half.orderIds ?? [];
  if (!proof.isVisitor && !names.has(own)) return 0;
  const more = others.filter((name) => names.has(name)).length;
  return 1 + (proof.isVisitor ? 16 : 0) + (proof.isEmail ? 8 : 0) + (proof.isAddress ? 4 : 0) + Math.min(more, 3);
};

/** What of the shop's server's word a browser's half cannot have guessed. */
const proofOf = (half: Half, signed: readonly Half[]) => ({
  isVisitor: signed.some(({ visitor }) => visitor !== undefined && visitor === half.visitor),
  isEmail: signed.some(({ matchKeys }) => matchKeys.em?.some((email) => half.matchKeys.em?.includes(email))),
  isAddress: signed.some(({ network }) => network?.ip !== undefined && network.ip === half.network?.ip),
  isToken: signed.some(({ orderIds = [] }) =>
    orderIds.some((name) => isUnguessable(name) && half.orderIds?.includes(name)),
  ),
});

/** Whether a browser's half is the shopper's, by more than a number that anybody can guess. */
export const isProved = (half: Half, signed: readonly Half[]): boolean =>
  Object.values(proofOf(half, signed)).some((agrees) => agrees);

const earlier = (a: Half, b: Half): number =>
  a.timeMs - b.timeMs || a.receivedMs - b.receivedMs || (a.visitor ?? "").localeCompare(b.visitor ?? "");

/** A browser's clock may be anything, and so may a guess: what is far from the server's time is not believed. */
const timeOf = (order: readonly Half[]): number => {
  const signed = order.find(isSigned);
  const plausible = order.filter((half) => !signed || Math.abs(half.timeMs - signed.timeMs) <= HALF_HOUR);
  return Math.min(...plausible.map((half) => half.timeMs));
};

const saysWhatWasBought = ({ properties: { items, value, total_price } }: Half): boolean =>
  (items?.length ?? 0) > 0 || value !== undefined || total_price !== undefined;

/**
 * All that is known of the visitor, with the external ID that both channels can name. The Pinterest Tag takes one only,
 * the visitor ID; so where the Tag has the event too, no customer ID is told beside it, whichever half knows one.
 * What the Tag acknowledged does not matter: one that comes late tells the event all the same, after this is frozen.
 */
const matchKeysOf = (halves: readonly Half[], known?: KnownVisitor): MatchKeys => {
  const told = halves.find((half) => half.tagName !== undefined);
  const all = halves.map((half) => half.matchKeys);
  if (!told) return [...all, ...halves.map(visitorKey)].reduce(unionMatchKeys, known?.matchKeys ?? {});
  const others = [known?.matchKeys ?? {}, ...all].reduce((a, b) => union(a, b, OTHER_KEYS));
  return told.visitor === undefined ? others : { ...others, external_id: [told.visitor] };
};

const OTHER_KEYS = MATCH_KEYS.filter((key) => key !== "external_id");

const visitorKey = ({ visitor }: Half): MatchKeys => (visitor === undefined ? {} : { external_id: [visitor] });

/** All values of both, sorted and once each. */
export const unionMatchKeys = (a: MatchKeys, b: MatchKeys): MatchKeys => union(a, b, MATCH_KEYS);

const union = (a: MatchKeys, b: MatchKeys, keys: readonly MatchKey[]): MatchKeys => {
  const both: MatchKeys = {};
  for (const key of keys) {
    const own = a[key];
    const other = b[key];
    const values = own && other ? [...own, ...other] : (own ?? other);
    if (values && values.length > 0) both[key] = sortedOnce(values);
  }
  return both;
};

/** Nearly all have a single value, of which there is nothing to sort. */
const sortedOnce = (values: readonly string[]): string[] =>
  values.length === 1 ? [...values] : [...new Set(values)].sort();

const ranked = (halves: readonly Half[], believed: readonly Source[]): readonly Half[] =>
  halves.length < 2
    ? halves
    : [...halves].sort((a, b) => believed.indexOf(a.source) - believed.indexOf(b.source) || a.timeMs - b.timeMs);

const takeFirst = <Key extends keyof Half>(into: Partial<Pick<Half, Key>>, halves: readonly Half[], key: Key): void => {
  for (const half of halves) {
    if (half[key] === undefined) continue;
    into[key] = half[key];
    return;
  }
};
