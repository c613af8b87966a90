/** The second file of a shop on WooCommerce, with filters. */
import { anyShop } from "../any-shop.ts";
import { comeFiltering } from "../filtering.ts";
import { woocommerce } from "../shops/woocommerce.ts";

comeFiltering(...woocommerce, ...anyShop);
