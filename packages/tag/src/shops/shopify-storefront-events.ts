/**
 * The standard events that themes of 2026 dispatch, each as they choose; all bubble to the document, and what they say
 * stands on the event itself (https://shopify.dev/docs/api/storefront-events-and-actions/events).
 */
import type { Page } from "../look.ts";
import { SHOP, VIEWED_COLLECTION, VIEWED_PRODUCT } from "../sighting.ts";
import { isThing, type Thing, things } from "../thing.ts";
import { confirmAdd } from "./shopify-cart.ts";
import { at, choose, isKnown, shownCollection, viewed } from "./shopify-page.ts";

/** `look`: what the page shows may have changed. */
export const hearStorefrontEvents = (page: Page, look: () => void): void => {
  // Cards in lists and dialogs dispatch it as well: only a page is a view.
  hear("product:view", (event) => {
    if (event.context === "page" && !isKnown(event.product)) page.see(SHOP, VIEWED_PRODUCT, viewed(event));
  });
  hear("product:select", ({ product }, result) => {
    choose(product, at(result, "variant"));
    look();
  });
  hear("collection:view", ({ collection }) => page.see(SHOP, VIEWED_COLLECTION, shownCollection(collection)));
  // While somebody types as well; what is being searched for stands in the address.
  hear("search:update", look);
  // Dispatched before the cart changes, and also where it then does not. Some themes resolve it with an error all the same.
  hear("cart:lines-update", ({ action, lines }, result, time) => {
    const isRefused = things(at(result, "userErrors"))[0] ?? at(result, "detail", "didError");
    if (action === "add" && at(result, "cart") && !isRefused) confirmAdd(page, lines, time);
  });
};

/** Hears an event and, where it is about something that goes on, waits for how that ends: what fails says nothing. */
const hear = (type: string, step: (event: Thing, result: unknown, time: number) => void): void =>
  document.addEventListener(`shopify:${type}`, (event: Event) => {
    const time = Date.now();
    const ended = async () => isThing(event) && step(event, await event.promise, time);
    ended().catch(() => {});
  });
