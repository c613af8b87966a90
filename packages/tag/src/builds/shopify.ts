/** The second file of a shop on Shopify. */
import { come } from "../companion.ts";
import { shopify } from "../shops/shopify.ts";

come(...shopify);
