/** The second file of a shop whose platform nobody has named, with filters. */
import { anyShop } from "../any-shop.ts";
import { comeFiltering } from "../filtering.ts";
import { shopify } from "../shops/shopify.ts";
import { woocommerce } from "../shops/woocommerce.ts";

comeFiltering(...shopify, ...woocommerce, ...anyShop);
