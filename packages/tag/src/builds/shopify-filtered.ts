/** The second file of a shop on Shopify, with filters. */
import { anyShop } from "../any-shop.ts";
import { comeFiltering } from "../filtering.ts";
import { shopify } from "../shops/shopify.ts";

comeFiltering(...shopify, ...anyShop);
