/** What a shop on Shopify says of itself. */
import type { Look } from "../look.ts";

export const shopify: readonly Look[] = [];
