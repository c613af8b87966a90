/** What a shop on WooCommerce says of itself. */
import type { Look } from "../look.ts";

export const woocommerce: readonly Look[] = [];
