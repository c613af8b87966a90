/** The second file of any shop, with filters. */
import { anyShop } from "../any-shop.ts";
import { comeFiltering } from "../filtering.ts";

comeFiltering(...anyShop);
