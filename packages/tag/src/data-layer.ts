/** What the shop tells Google's tags in its `dataLayer`: plain pushes and the arguments of `gtag()`. */
import { layerHearer } from "./layer.ts";
import { type Thing, things } from "./thing.ts";

/** Events that mean nothing without what they are about. */
const NEEDS_ITEMS = /item|cart|checkout|payment|purchase/;

type Tell = (event: unknown, said: Thing, isGtag: boolean) => void;

let tell: Tell;
let ecommerce: Thing | undefined;
/** Who the visitor is, as `gtag("set", "user_data", …)` has it for all events that follow. */
let userData: unknown;

/** Reads what has been pushed and listens to what will be. */
export const hearDataLayer = (tells: Tell): void => {
  tell = tells;
  hear();
};

const hear = layerHearer((entry) => {
  if (entry[0] === "set" && entry[1] === "user_data") userData = entry[2];
  if (entry[0] === "event") return tell(entry[1], { user_data: userData, ...things(entry[2])[0] }, true);
  const [own] = things(entry.ecommerce);
  if ("ecommerce" in entry) ecommerce = own;
  // As in Google's Tag Manager: what was pushed before the event counts for it, until null resets it.
  tell(entry.event, { ...(NEEDS_ITEMS.test(String(entry.event)) && ecommerce), ...entry, ...own }, false);
});
