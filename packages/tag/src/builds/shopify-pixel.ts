/**
 * The custom pixel of a shop on Shopify: customer events ▸ beacon ▸ post. It runs in a frame that is sandboxed, on every
 * page of the shop; this file wires.
 */
import { type BeaconEvent, CONSENT_KEY, ORDER_EVENT, ORDERS_KEY } from "../contract.ts";
import { choose, mayTell, readConsent } from "../pixel/consent.ts";
import { eventsOf } from "../pixel/event.ts";
import { hold, keep, leave, postDenied, UNANSWERED_KEY, unanswered } from "../pixel/post.ts";
import { present } from "../pixel/present.ts";
import { secondFile } from "../pixel/second-file.ts";
import { init, lent, settings } from "../pixel/settings.ts";
import type { CustomerEvent } from "../pixel/shopify.ts";
import { orders, tell } from "../pixel/tell.ts";
import { stored } from "../pixel/top-frame.ts";
import { recognise } from "../pixel/visitor.ts";

let waiting: BeaconEvent[] = [];
let kept: BeaconEvent[] = [];

/** Once it is decided, what waits is told or forgotten, but for the ID of an order. */
const decide = (): void => {
  const may = mayTell();
  if (may === undefined) return;
  const old = kept;
  const all = [...kept, ...waiting];
  kept = waiting = [];
  if (!may && unanswered[0]) void keep([]);
  for (const event of all)
    if (may) void tell(event, old.includes(event));
    else if (event.name === ORDER_EVENT) postDenied(event);
};

const take = (said: CustomerEvent): void => {
  try {
    if ("customerPrivacy" in said) choose(said.customerPrivacy);
    else waiting = [...waiting, ...eventsOf(...present([said, init.data?.customer]))];
    decide();
  } catch {
    // What makes no sense is not told.
  }
};

const start = async (): Promise<void> => {
  const [[chosen], unsent, told, second] = await Promise.all([
    stored(CONSENT_KEY),
    stored(UNANSWERED_KEY),
    stored(ORDERS_KEY),
    // Only where nothing else decides.
    settings.consent === "auto" && !init.customerPrivacy && secondFile(),
    recognise(),
  ]);
  readConsent(chosen, !!second && second.isAway());
  kept = hold(unsent);
  orders.push(...told);
  decide();
  document.addEventListener("visibilitychange", () => document.hidden && mayTell() && leave());
};

for (const said of lent.q as CustomerEvent[]) take(said);
lent.q = { push: take };
void start();
