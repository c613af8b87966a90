/** What becomes of an event at the door: where it goes and when, or why it goes nowhere. It is kept either way. */
import { ORDER_EVENT, type Properties } from "@pinrelay/tag/contract";
import { consentAllows } from "./consent.ts";
import type { Half, ShopEvent } from "./event.ts";
import { apiNameOf } from "./event-names.ts";
import { dueMsOf } from "./hold.ts";
import type { Outcome } from "./outcome.ts";
import type { Rules } from "./rules.ts";
import { type Destination, hasSignedOrders, type Shop } from "./settings.ts";

export interface Admission {
  destination: number;
  /** When it may be sent; absent where `outcome` says why it never will be. */
  dueMs?: number;
  outcome?: Outcome;
}

/** Admits an event by all its halves: again whenever one has joined. */
export type Admit = (halves: readonly Half[]) => Admission[];

/** One admission for each destination of the shop that is told anything at all. */
export const admit = ({ name, half }: ShopEvent, destinations: readonly Destination[], shop: Shop): Admit => {
  const told = destinations.filter((to) => to.shop === shop.id && to.state !== "inactive");
  const awaitsSigned = hasSignedOrders(shop, half.receivedMs);
  return (halves) =>
    told.map(({ id, rules }) => {
      const outcome = refusal(name, halves, shop, rules);
      return { destination: id, ...(outcome ? { outcome } : { dueMs: dueMsOf(halves, shop.settings, awaitsSigned) }) };
    });
};

/** What may be kept of an event that its visitor has not consented to: that it happened, and nothing of whom. */
export const withoutPerson = (half: Half): Half => {
  const { source, timeMs, receivedMs, rev, tagName, properties, consent, orderIds, country, order } = half;
  const { isForgotten, shadowed } = half;
  return {
    source,
    timeMs,
    receivedMs,
    matchKeys: {},
    // What was searched for may be anything.
    properties: withoutQuery(properties),
    consent,
    ...(rev === undefined ? {} : { rev }),
    ...(tagName === undefined ? {} : { tagName }),
    ...(orderIds === undefined ? {} : { orderIds }),
    ...(country === undefined ? {} : { country }),
    ...(order === undefined ? {} : { order }),
    ...(isForgotten === undefined ? {} : { isForgotten }),
    ...(shadowed === undefined ? {} : { shadowed }),
  };
};

const withoutQuery = ({ query: _, ...properties }: Properties): Properties => properties;

/** Of an order only its name decides here: another half may bring what this one lacks. All else is judged at the claim. */
const refusal = (name: string, halves: readonly Half[], { settings }: Shop, rules: Rules): Outcome | undefined => {
  const tagName = halves.find((half) => half.tagName !== undefined)?.tagName;
  const api = apiNameOf(name, tagName, settings.pageLoad, rules);
  // Why it is filtered is told at the claim, in words.
  if ("outcome" in api && api.outcome !== "filtered") return api.outcome;
  if (name === ORDER_EVENT) return undefined;
  if (halves.every((half) => half.isBot)) return "bot";
  return halves.every((half) => consentAllows(half, settings)) ? undefined : "no consent";
};
