/**
 * One occurrence gives one event, whichever sources see it. Pure: the state is what has been seen so far in this page,
 * and the time comes as an argument.
 */
import { type EventProperties, ORDER_EVENT } from "./contract.ts";
import { CALL, JSON_LD, OPEN_GRAPH, type Sighting, VIEWED_COLLECTION, VIEWED_PRODUCT } from "./sighting.ts";

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
  /** What each kind of source says of it, at the source's number. */
  by: Sighting[];
  told?: boolean;
}

/** Takes a sighting in: as another one of an occurrence already known, or as a new one. */
export const see = (seen: Occurrence[], sighting: Sighting): void => {
  const { eventName: name, source, time } = sighting;
  const known = seen.find(
    (one) =>
      one.name === name &&
      (ONCE_A_PAGE.includes(name) || (!one.by[source] && time - one.time < SAME_MS)) &&
      one.by.some((other) => isSame(other, sighting)),
  );
  const one = known ?? { name, time, by: [] };
  one.by[source] ??= sighting;
  if (!known) seen.push(one);
};

/** What is to be told now: calls at once, all else after a short wait, and what happens once a page when it has settled. */
export const due = (seen: Occurrence[], now: number, isSettled: boolean): Occurrence[] =>
  seen.filter(
    ({ name, time, by, told }) =>
      !told &&
      (by[CALL] ||
        (now - time >= HOLD_MS &&
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
  const money = by.find((one) => Object.keys(one?.properties ?? {}).some(isMoney))?.properties;
  if (money) {
    for (const key of Object.keys(properties)) if (isMoney(key) && !(key in money)) Reflect.deleteProperty(properties, key);
    Object.assign(properties, money.currency && { currency: money.currency });
  }
  // GA4's item ID may be what a better source calls the SKU or the variant: then it is not the product's.
  const isKnown = [by[CALL], by[JSON_LD]].some((one) => one?.properties.product_id);
  if (!isKnown && [properties.sku, properties.variant_id].includes(properties.product_id)) delete properties.product_id;
  return Object.assign({}, ...worstFirst, { properties, time });
};

const isMoney = (key: string): boolean => /^(price|value|discount|total_)/.test(key);

/**
 * Whether two sources may be speaking of the same: they share a name or an ID of it, or contradict each other in none.
 * What one calls the product's ID another may call the SKU, and GA4's item ID is either.
 */
const isSame = (one: Sighting | undefined, other: Sighting): boolean => {
  if (!one) return false;
  const [some, others] = [names(one), names(other)];
  const all = Object.values(others).flat();
  return (
    Object.values(some)
      .flat()
      .some((name) => all.includes(name)) ||
    KINDS.every((kind) => !some[kind]?.[0] || !others[kind]?.[0] || (kind === "product_id" && one.source !== other.source && [one, other].some(isGa4)))
  );
};
