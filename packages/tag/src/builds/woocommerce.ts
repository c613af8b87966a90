/** The second file of a shop on WooCommerce. */
import { anyShop } from "../any-shop.ts";
import { come } from "../companion.ts";
import { woocommerce } from "../shops/woocommerce.ts";

come(...woocommerce, ...anyShop);
