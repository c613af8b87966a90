/**
 * One occurrence gives one event, whichever sources see it. Pure: the state is what has been seen so far in this page,
 * and the time comes as an argument.
 */

import { type EventProperties, type Item, ORDER_EVENT } from "./contract.ts";
import { plain } from "./plain.ts";
import {
  CALL,
  DATA_LAYER,
  JSON_LD,
  MARKED,
  MICRODATA,
  OPEN_GRAPH,
  OTHER_GOOGLE,
  SHOP,
  type Sighting,
  VIEWED_COLLECTION,
  VIEWED_PRODUCT,
} from "./sighting.ts";

/** A second kind of source that sees the same within this time sees the same occurrence. */
const SAME_MS = 2_500;

/** What nobody called for waits this long for another source that may know more. */
export const HOLD_MS = 250;

/** These happen once a page for each product, collection or order, and wait until the page has settled. */
export const ONCE_A_PAGE = [VIEWED_PRODUCT, VIEWED_COLLECTION, ORDER_EVENT];

export interface Occurrence {
  /** Shop event name. */
  name: string;
  /** When it was first seen, which may be on a later page than it happened. */
  time: number;
  /** Until when another kind of source may see the same. Infinity: it has begun, and may fail yet. */
  until: number;
  /** What each kind of source says of it, at the source's number. */
  by: Sighting[];
  told?: boolean;
}

/**
 * Takes a sighting in: as another one of an occurrence already known, or as a new one. Sources speak of the same where
 * one shares a name or an ID of it, else where none contradicts. Answers what it was taken for; nothing where it is
 * unsure and nobody has seen the same.
 */
export const see = (seen: Occurrence[], sighting: Sighting, now = sighting.time): Occurrence | undefined => {
  const { eventName: name, source, time } = sighting;
  const open = seen.filter(
    (one) => one.name === name && (ONCE_A_PAGE.includes(name) || (!one.by[source] && time < one.until)),
  );
  const known =
    open.find(({ by }) => by.some((other) => shares(other, sighting))) ??
    open.find(({ by }) => !by.some((other) => contradicts(other, sighting)));
  if (!known && sighting.isUnsure) return undefined;
  const one = known ?? { name, time: now, until: now + SAME_MS, by: [] };
  // A platform's own data follows the shopper, who may choose another variant before the view is told.
  if (source === SHOP && !one.told) one.by[source] = sighting;
  one.by[source] ??= sighting;
  if (!known) seen.push(one);
  return one;
};

/** It is known now what became of what had begun: it happened as told here, or it did not happen, whoever says so. */
export const end = (one: Occurrence, sighting: Sighting | undefined, now: number): void => {
  one.until = now + SAME_MS;
  if (sighting) one.by[sighting.source] = sighting;
  else one.told = true;
};

/** What is to be told now: calls at once, all else after a short wait, and what happens once a page when it has settled. */
export const due = (seen: Occurrence[], now: number, isSettled: boolean): Occurrence[] =>
  seen.filter(
    ({ name, time, until, by, told }) =>
      !told &&
      (by[CALL] ||
        (until < Infinity &&
          now - time >= HOLD_MS &&
          (isSettled || !ONCE_A_PAGE.includes(name)) &&
          // A list on a product's page recommends; it is no collection that is being viewed.
          (by[MARKED] || name !== VIEWED_COLLECTION || !has(seen, VIEWED_PRODUCT)))),
  );

/** Whether something of this name has been seen. */
export const has = (seen: Occurrence[], wanted: string): boolean => seen.some(({ name }) => name === wanted);

/**
 * All that is said of it: the better source first, the gaps filled by the others. But money is one source's alone, the
 * best that speaks of any: another's sum may be of another variant, in another currency, or for another quantity.
 */
export const merged = ({ time, by }: Occurrence): Sighting => {
  const worstFirst = [...by].reverse();
  const properties: EventProperties = Object.assign({}, ...worstFirst.map((one) => one?.properties));
  const money = by.find((one) => /"(price|value|total_price)":/.test(JSON.stringify(one?.properties)))?.properties;
  const isMixed = new Set(by.flatMap((one) => one.properties.currency ?? [])).size > 1;
  if (money) {
    for (const key of Object.keys(properties))
      if (!(key in money) && (/^(price|value)$/.test(key) || (isMixed && /^(discount|total_)/.test(key))))
        Reflect.deleteProperty(properties, key);
    if (isMixed && properties.items && !money.items) properties.items = properties.items.map(withoutMoney);
    // Where it is worth as much as its own source counts, but a better one counts otherwise, its price decides.
    if ("value" in money && (properties.quantity ?? 1) !== (money.quantity ?? 1))
      if ("price" in money) delete properties.value;
      else Object.assign(properties, { quantity: money.quantity });
    Object.assign(properties, money.currency && { currency: money.currency });
  }
  // GA4's item ID may be what a better source calls the SKU or the variant: then it is not the product's.
  const isKnown = by.slice(0, DATA_LAYER).some((one) => one.properties.product_id);
  if (!isKnown && [properties.sku, properties.variant_id].includes(properties.product_id)) delete properties.product_id;
  // WooCommerce's structured data gives a product without an SKU its ID for one.
  const shop = by[SHOP]?.properties;
  if (shop && !shop.sku && properties.sku === shop.product_id) delete properties.sku;
  return Object.assign({}, ...worstFirst, { properties, time: Math.min(time, ...by.flatMap((one) => one.time)) });
};

const withoutMoney = ({ price: _, discount: __, ...line }: Item): Item => line;

/** What one calls the product's ID another may call the SKU. */
const shares = (one: Sighting, other: Sighting): boolean => {
  const all = Object.values(namesOf(other)).flat();
  return Object.values(namesOf(one)).some((names) => names.some((name) => all.includes(name)));
};

/**
 * What Google is told as an ID is the product's in one shop and the SKU in the next: it may agree, but contradicts
 * nobody. Structured data of two kinds is about the same page.
 */
const contradicts = (one: Sighting, other: Sighting): boolean => {
  const others = namesOf(other);
  const sources = [one.source, other.source];
  const isGoogle = forGoogle(one) !== forGoogle(other);
  const isPage = sources.includes(JSON_LD) && sources.includes(MICRODATA);
  return Object.entries(namesOf(one)).some(
    ([kind, names]) =>
      names[0] &&
      others[kind]?.[0] &&
      !isPage &&
      !(isGoogle && /_id/.test(kind)) &&
      !names.some((name) => others[kind]?.includes(name)),
  );
};

const forGoogle = ({ source }: Sighting): boolean => source >= DATA_LAYER && source <= OTHER_GOOGLE;

const KINDS = ["product_id", "variant_id", "sku", "name"] as const;

/**
 * All names of what a sighting is about, by kind. Open Graph describes the page, not a thing on it, and so do lists but
 * for those that the shop's makers speak of.
 */
const namesOf = ({ source, eventName, properties: p }: Sighting): Record<string, string[]> => {
  if (source === OPEN_GRAPH || (eventName === VIEWED_COLLECTION && source > MARKED)) return {};
  if (eventName === ORDER_EVENT) return { id: [p.id, ...(p.order_aliases ?? [])].map(plain).filter(Boolean) };
  const lines = [p, ...(p.items ?? [])];
  return Object.fromEntries(KINDS.map((kind) => [kind, lines.map((line) => plain(line[kind])).filter(Boolean)]));
};
