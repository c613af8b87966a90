/** What a shop on Shopify says of itself, on the pages of its theme. */
import { attempt, on } from "../guard.ts";
import type { Look, Page } from "../look.ts";
import { SHOP, VIEWED_COLLECTION, VIEWED_PRODUCT } from "../sighting.ts";
import { writeSoon } from "./shopify-attributes.ts";
import { hearCart } from "./shopify-cart.ts";
import { customerId, isShopify, searched, shownCollection, shownProduct } from "./shopify-page.ts";
import { hearStorefrontEvents } from "./shopify-storefront-events.ts";

let isListening = false;
let customer: unknown;
/** Page and query of the last search that was told. */
let search: unknown;

export const shopify: readonly Look[] = [
  (page) => {
    if (!isShopify()) return;
    if (!isListening) listen(page);
    isListening = true;
    if (page.isComplete) tell(page);
    writeSoon();
  },
];

const listen = (page: Page): void => {
  const look = () => document.readyState !== "loading" && tell(page);
  attempt(() => hearCart(page));
  hearStorefrontEvents(page, look);
  on(document, "change", look);
};

const tell = ({ see, set }: Page): void => {
  const id = customerId();
  if (id && id !== customer) set({ profileProperties: { $customer_id: String(id) } });
  customer = id;
  see(SHOP, VIEWED_PRODUCT, shownProduct());
  see(SHOP, VIEWED_COLLECTION, shownCollection());
  const query = searched();
  const asked = location.pathname + query;
  if (query && asked !== search) see(SHOP, "Searched", { query });
  search = asked;
};
