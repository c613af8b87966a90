/** The second file of any shop. */
import { anyShop } from "../any-shop.ts";
import { come } from "../companion.ts";

come(...anyShop);
