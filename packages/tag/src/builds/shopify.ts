/** The second file of a shop on Shopify. */
import { anyShop } from "../any-shop.ts";
import { come } from "../companion.ts";
import { shopify } from "../shops/shopify.ts";

come(...shopify, ...anyShop);
