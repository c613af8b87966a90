/** Tells both channels what happened, unless the theme's tag tells it. */
import { type BeaconEvent, ORDER_EVENT, ORDERS_KEY, SHOPIFY_EVENTS, TOLD_KEY } from "../contract.ts";
import { REMEMBERED } from "../storage.ts";
import { consent, mayTell } from "./consent.ts";
import { acks, keep, post, release, unanswered } from "./post.ts";
import { rest } from "./rest.ts";
import { secondFile } from "./second-file.ts";
import { settings } from "./settings.ts";
import { store, stored } from "./top-frame.ts";
import { meet, recognise, visitorId } from "./visitor.ts";

/**
 * How long the theme's tag has to tell what happens on a page of the theme; of what an earlier page kept, from now on:
 * that may be another tab's, or the tag too had to wait for this page.
 */
const WAIT_MS = 5_000;
/** What it told of as much earlier or later is the same. */
const SAME_MS = 10_000;

/** Orders that were told, on earlier pages too, the newest first. */
export const orders: string[] = [];

/** Only to be asked with consent. What an earlier page kept (`isKept`) is told the relay alone. */
export const tell = async (event: BeaconEvent, isKept?: boolean): Promise<void> => {
  const { id, name, tag } = event;
  if (!isKept) {
    if (name === ORDER_EVENT && orders.includes(id)) return;
    // From here on the next page tells it, should this one be left: only then is an order known to be told.
    const isKeptNow = keep([...unanswered, event]);
    if (name === ORDER_EVENT) {
      orders.unshift(id);
      void isKeptNow.then(() => store(ORDERS_KEY, orders.slice(0, REMEMBERED)));
    }
  }
  if (isOfTheme(event)) await rest(WAIT_MS);
  if (await isToldByTheme(event)) return release(event);
  if (!visitorId || isOfTheme(event)) await recognise();
  if (!mayTell()) return;
  void post(event);
  if (isKept || !tag) return;
  const second = await secondFile();
  const answer = (state: "fired" | "absent") => acks.push({ id, name, state });
  if (second) void second.toPinterest(settings, event, meet(), consent().limited, mayTell, answer);
  else answer("absent");
};

/** An order is not the theme's, and waits for nothing: the page that shows it may be left at once. */
const isOfTheme = ({ name, url }: BeaconEvent): boolean => name !== ORDER_EVENT && !/\/checkouts\//.test(url);

const isToldByTheme = async (event: BeaconEvent): Promise<boolean> =>
  (isOfTheme(event) || event.name === SHOPIFY_EVENTS.checkout_started) &&
  (await stored(TOLD_KEY)).some((told) => isSame(event, String(told)));

/** A mark is the time, of thirteen digits, and the name. */
const isSame = ({ name, time }: BeaconEvent, told: string): boolean =>
  told.slice(13) === name && Math.abs(time - parseInt(told, 10)) < SAME_MS;
