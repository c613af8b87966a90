/** The second file of a shop whose platform nobody has named. */
import { anyShop } from "../any-shop.ts";
import { come } from "../companion.ts";
import { shopify } from "../shops/shopify.ts";
import { woocommerce } from "../shops/woocommerce.ts";

come(...shopify, ...woocommerce, ...anyShop);
