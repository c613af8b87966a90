/** Tells both channels what happened, unless the theme's tag tells it. */
import { type BeaconEvent, ORDER_EVENT, ORDERS_KEY, SHOPIFY_EVENTS, TOLD_KEY } from "../contract.ts";
import { REMEMBERED_ORDERS } from "../orders.ts";
import { consent, mayTell } from "./consent.ts";
import { acks, keep, post, release, unanswered } from "./post.ts";
import { rest } from "./rest.ts";
import { secondFile } from "./second-file.ts";
import { browser, settings } from "./settings.ts";
import { ask, store } from "./top-frame.ts";
import { meet, recognise, visitorId } from "./visitor.ts";

/** How long the theme's tag has to tell what happens on a page of the theme. */
const WAIT_MS = 5_000;
/** What it told within this time is the same. */
const SAME_MS = 10_000;

/** Orders that were told, on earlier pages too, the newest first. */
export const orders: string[] = [];

/** Only to be asked with consent. What an earlier page kept (`isKept`) is told the relay alone. */
export const tell = async (event: BeaconEvent, isKept?: boolean): Promise<void> => {
  const { id, name, tag } = event;
  if (!isKept) {
    if (name === ORDER_EVENT && orders.includes(id)) return;
    // From here on the next page tells it, should this one be left: only then is an order known to be told.
    keep([...unanswered, event]);
    if (name === ORDER_EVENT) {
      orders.unshift(id);
      store(ORDERS_KEY, orders.slice(0, REMEMBERED_ORDERS));
    }
    if (isOfTheme(event)) await rest(WAIT_MS);
  }
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
  Math.abs(event.time - Number(await ask(() => browser.sessionStorage.getItem(TOLD_KEY + event.name)))) < SAME_MS;
