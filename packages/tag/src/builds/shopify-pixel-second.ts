/** The second file of Shopify's custom pixel. */
export { isAway, toPinterest } from "../pixel/second.ts";
