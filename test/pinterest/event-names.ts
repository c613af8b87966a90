/** Names of events as Pinterest knows them, in the API and in the Tag. */
import { EVENTS } from "@pinrelay/tag/contract";

/** What the Tag's base call is called on the wire. */
export const BASE_CALL = "init";
/** What the shop's side calls the base call; no name of the API's. */
export const PAGE = "page";

/** The standard events: 15 of specification 5.23.0 and 7 that came later. */
// biome-ignore format: a list
export const STANDARD = new Set([
  "add_payment_info", "add_to_cart", "add_to_wishlist", "app_install", "checkout", "custom", "initiate_checkout", "lead",
  "page_visit", "search", "signup", "subscribe", "view_category", "view_content", "watch_video",
  "app_open", "contact", "customize_product", "find_location", "schedule", "start_trial", "submit_application",
]);

/** An advertiser's own event: letters, digits, `_` and `-`. */
export const isUserDefinedName = (name: string): boolean => /^[\w-]{1,100}$/.test(name);

const API_NAMES = new Map<string, string>(EVENTS.flatMap(([, tag, api]) => (tag && api ? [[tag, api]] : [])));
const API_ONLY = new Set<string>(EVENTS.flatMap(([, tag, api]) => (api && !tag ? [api] : [])));

/** The API's name for what the Tag fired; a name of the advertiser's own is the same in both. */
export const apiNameOf = (tagName: string): string =>
  tagName === BASE_CALL ? PAGE : (API_NAMES.get(tagName) ?? tagName);

/** Whether the Tag has no such event, so that the server half is all there can be. */
export const isServerOnly = (apiName: string): boolean => API_ONLY.has(apiName);
