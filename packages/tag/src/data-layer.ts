/** Listens to the shop's `dataLayer`, which Google's tags read too: plain pushes and the arguments of `gtag()`. */
import { attempt } from "./guard.ts";
import { isThing, type Thing, things } from "./thing.ts";

declare global {
  interface Window {
    dataLayer?: unknown[];
  }
}

/** Events that mean nothing without what they are about. */
const NEEDS_ITEMS = /item|cart|checkout|payment|purchase/;

const known = new WeakSet<object>();
let heard: unknown;
let ecommerce: Thing | undefined;
/** Who the visitor is, as `gtag("set", "user_data", …)` has it for all events that follow. */
let userData: unknown;

/**
 * Reads what has been pushed and listens to what will be. To be done again now and then, since a page may put another
 * array in the place of the first. Absent, it is made, as Google's own snippet does.
 */
export const hearDataLayer = (tell: (event: unknown, said: Thing, isGtag: boolean) => void): void => {
  const hear = (entry: unknown) =>
    attempt(() => {
      if (!isThing(entry)) return;
      known.add(entry);
      if (entry[0] === "set" && entry[1] === "user_data") userData = entry[2];
      if (entry[0] === "event") return tell(entry[1], { user_data: userData, ...things(entry[2])[0] }, true);
      const [own] = things(entry.ecommerce);
      if ("ecommerce" in entry) ecommerce = own;
      // As in Google's Tag Manager: what was pushed before the event counts for it, until null resets it.
      tell(entry.event, { ...(NEEDS_ITEMS.test(String(entry.event)) && ecommerce), ...entry, ...own }, false);
    });
  window.dataLayer ??= [];
  const layer = window.dataLayer;
  for (const entry of layer) if (!known.has(Object(entry))) hear(entry);
  if (layer === heard) return;
  heard = layer;
  const { push } = layer;
  layer.push = function (...entries) {
    const length = push.apply(this, entries);
    entries.forEach(hear);
    return length;
  };
};
