/**
 * One occurrence gives one event, whichever sources see it. Pure: the state is what has been seen so far in this page,
 * and the time comes as an argument.
 */

import { type EventProperties, ORDER_EVENT } from "./contract.ts";
import { plain } from "./plain.ts";
import {
  CALL,
  DATA_LAYER,
  GTAG,
  JSON_LD,
  OPEN_GRAPH,
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
const ONCE_A_PAGE = [VIEWED_PRODUCT, VIEWED_COLLECTION, ORDER_EVENT];

export interface Occurrence {
  /** Shop event name. */
  name: string;
  /** When it was first seen. */
  time: number;
  /** Until when another kind of source may see the same. Infinity: it has begun, and may fail yet. */
  until: number;
  /** What each kind of source says of it, at the source's number. */
  by: Sighting[];
  told?: boolean;
}

/**
 * Takes a sighting in: as another one of an occurrence already known, or as a new one. Sources speak of the same where
 * one shares a name or an ID of it, else where none contradicts.
 */
export const see = (seen: Occurrence[], sighting: Sighting): Occurrence => {
  const { eventName: name, source, time } = sighting;
  const open = seen.filter(
    (one) => one.name === name && (ONCE_A_PAGE.includes(name) || (!one.by[source] && time < one.until)),
  );
  const known =
    open.find(({ by }) => by.some((other) => shares(other, sighting))) ??
    open.find(({ by }) => !by.some((other) => contradicts(other, sighting)));
  const one = known ?? { name, time, until: time + SAME_MS, by: [] };
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
          !(name === VIEWED_COLLECTION && has(seen, VIEWED_PRODUCT)))),
  );

/** Whether something of this name has been seen. */
export const has = (seen: Occurrence[], wanted: string): boolean => seen.some(({ name }) => name === wanted);

/**
 * All that is said of it: the better source first, the gaps filled by the others. But money is one source's alone, the
 * best that speaks of any: another's sum may be of another variant, or in another currency.
 */
export const merged = ({ time, by }: Occurrence): Sighting => {
  const worstFirst = [...by].reverse();
  const properties: EventProperties = Object.assign({}, ...worstFirst.map((one) => one?.properties));
  const money = by.find((one) => /"(price|value|total_price)":/.test(JSON.stringify(one?.properties)))?.properties;
  const currencies = new Set(by.flatMap((one) => one.properties.currency ?? []));
  if (money) {
    for (const key of Object.keys(properties))
      if (!(key in money) && (/^(price|value)$/.test(key) || (currencies.size > 1 && /^(discount|total_)/.test(key))))
        Reflect.deleteProperty(properties, key);
    Object.assign(properties, money.currency && { currency: money.currency });
  }
  // GA4's item ID may be what a better source calls the SKU or the variant: then it is not the product's.
  const isKnown = [by[CALL], by[JSON_LD]].some((one) => one?.properties.product_id);
  if (!isKnown && [properties.sku, properties.variant_id].includes(properties.product_id)) delete properties.product_id;
  return Object.assign({}, ...worstFirst, { properties, time });
};

/** What one calls the product's ID another may call the SKU. */
const shares = (one: Sighting, other: Sighting): boolean => {
  const all = Object.values(namesOf(other)).flat();
  return Object.values(namesOf(one)).some((names) => names.some((name) => all.includes(name)));
};

/** GA4's item ID is the product's ID in one shop and the SKU in the next: it may agree, but contradicts nobody. */
const contradicts = (one: Sighting, other: Sighting): boolean => {
  const others = namesOf(other);
  const isGa4 = isFromGa4(one) !== isFromGa4(other);
  return Object.entries(namesOf(one)).some(
    ([kind, names]) =>
      names[0] &&
      others[kind]?.[0] &&
      !(isGa4 && kind === "product_id") &&
      !names.some((name) => others[kind]?.includes(name)),
  );
};

const isFromGa4 = ({ source }: Sighting): boolean => source === DATA_LAYER || source === GTAG;

const KINDS = ["product_id", "variant_id", "sku", "name"] as const;

/** All names of what a sighting is about, by kind. Open Graph and lists describe the page, not a thing on it. */
const namesOf = ({ source, eventName, properties: p }: Sighting): Record<string, string[]> => {
  if (source === OPEN_GRAPH || (eventName === VIEWED_COLLECTION && source !== CALL)) return {};
  if (eventName === ORDER_EVENT) return { id: [p.id, ...(p.order_aliases ?? [])].map(plain).filter(Boolean) };
  const lines = [p, ...(p.items ?? [])];
  return Object.fromEntries(KINDS.map((kind) => [kind, lines.map((line) => plain(line[kind])).filter(Boolean)]));
};
