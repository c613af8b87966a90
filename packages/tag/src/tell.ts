/** Tells both channels what happened: the relay by a beacon, Pinterest by its Tag, under one event ID. */
import {
  type BeaconEvent,
  COLLECTION_ITEMS,
  type EventProperties,
  ORDER_EVENT,
  orderEventId,
  TOLD_KEY,
} from "./contract.ts";
import { pass, toPinterest } from "./gate.ts";
import { isNewOrder } from "./orders.ts";
import { newEventId } from "./random.ts";
import { acknowledge, send } from "./send.ts";
import { settings } from "./settings.ts";
import { type Told, VIEWED_COLLECTION } from "./sighting.ts";
import { person, type Standing, standing } from "./standing.ts";
import { remember } from "./storage.ts";

/** The relay takes no more names of a visitor. */
const ALIASES = 10;

/** Tells an event that is not a page load. An order is told once, however often its page is loaded. */
export const tell = (told: Told): void => {
  const event = eventOf(told);
  pass(() => {
    if (event.name !== ORDER_EVENT || isNewOrder(event.id)) tellBoth(event);
  });
};

/**
 * Tells a page load. `page` is the Tag's base call, which Pinterest does not count as a visit. Where it is to count as
 * one, the event waits until it is known whether a product's view counts as one already: then the answer takes that.
 */
export const tellPageLoad = (told: Told): ((viewsProduct: boolean) => void) | undefined => {
  const event = eventOf(told);
  const isVisit = event.tag && settings.pageLoad === "page_visit";
  pass(() => {
    if (!isVisit) send(event);
    if (event.tag) toPinterest(({ page }) => page(isVisit ? undefined : event));
  });
  return isVisit
    ? (viewsProduct) => pass(() => (viewsProduct ? send(event) : tellBoth({ ...event, tag: "pagevisit" })))
    : undefined;
};

const tellBoth = (event: BeaconEvent): void => {
  // Shopify's pixel hears of it too, and leaves it to us.
  remember(TOLD_KEY, event.time + event.name);
  send(event);
  if (event.tag)
    toPinterest(
      ({ track }) => track(event, acknowledge),
      () => acknowledge({ id: event.id, name: event.name, state: "absent" }),
    );
};

const eventOf = (told: Told): BeaconEvent => {
  const { eventName: name, time } = told;
  const all: Standing[] = [...standing, told];
  const properties: EventProperties = Object.assign({}, ...standing.map((one) => one.eventProperties), told.properties);
  if (name === VIEWED_COLLECTION && Array.isArray(properties.items)) properties.items.splice(COLLECTION_ITEMS);
  const tag = settings.tagId && settings.events[name];
  const { referrer } = document;
  return {
    id:
      (name === ORDER_EVENT && orderEventId(settings.key, String(properties.id ?? ""))) ||
      (told.eventID ?? newEventId(time)),
    name,
    rev: settings.rev,
    ...(tag && { tag }),
    time,
    // What follows the mark may be a book, and the relay keeps none of it.
    url: told.address.replace(/#.*/, ""),
    ...(referrer && { referrer }),
    properties,
    profile: person(told),
    aliases: [...new Set(all.flatMap((one) => one.aliases ?? []))].slice(0, ALIASES),
  };
};
