/** What a shop on WooCommerce says of itself. */
import { COLLECTION_ITEMS, ORDER_EVENT } from "../contract.ts";
import type { Look, Page } from "../look.ts";
import { SHOP, VIEWED_COLLECTION, VIEWED_PRODUCT } from "../sighting.ts";
import type { Thing } from "../thing.ts";
import { hearAdds, join, settle } from "./woo-adds.ts";
import { askCart, ofItem, remember } from "./woo-cart.ts";
import { all, bodySays, one, textOf } from "./woo-dom.ts";
import { order, rows } from "./woo-order.ts";
import { currency, lineOf, productOf } from "./woo-product.ts";

export const woocommerce: readonly Look[] = [
  (page) => {
    // WooCommerce marks the body of every page of a shop; a theme may leave that out.
    if (!isHeard && one("body[class*=woocommerce], meta[content^=WooCommerce]")) {
      isHeard = true;
      hearAdds(page);
    }
    if (!isHeard || !page.isComplete) return;
    join();
    page.see(SHOP, VIEWED_PRODUCT, product());
    page.see(SHOP, VIEWED_COLLECTION, collection());
    page.see(SHOP, ORDER_EVENT, order());
    if (isSettled) return;
    isSettled = true;
    settle();
    // Whoever turns the page has not searched again.
    if (!bodySays(/\bpaged\b/)) page.see(SHOP, "Searched", search());
    if (one("body.woocommerce-checkout:not(.woocommerce-order-received, .woocommerce-order-pay)")) checkout(page);
  },
];

let isHeard = false;
/** What a page tells once has been told. */
let isSettled = false;

const product = (): Thing | undefined => {
  if (!one("body.single-product")) return undefined;
  const { quantity, ...shown } = lineOf({ variation_id: one<HTMLInputElement>("[name=variation_id]")?.value });
  return shown;
};

/** A category's, tag's, brand's or attribute's page, or the whole shop's; what was searched for is no collection. */
const collection = (code = currency()): Thing | undefined =>
  !search() && bodySays(/\btax-(product|pa)_|\bwoocommerce-shop\b/)
    ? {
        id: bodySays(/\bterm-(\d+)(?!\S)/),
        name: textOf(".woocommerce-products-header__title, .wp-block-query-title") ?? textOf("h1"),
        items: all("[class*=post-].product")
          .slice(0, COLLECTION_ITEMS)
          .map(({ className }) => productOf(/\bpost-(\d+)/.exec(className)?.[1], code)),
      }
    : undefined;

const search = (): Thing | undefined => {
  const params = new URLSearchParams(location.search);
  const query = params.get("s");
  return query && params.get("post_type") === "product" ? { query } : undefined;
};

const checkout = ({ see }: Page): void => {
  const time = Date.now();
  askCart((cart) => {
    const items = cart[0] ? cart.map((item) => ofItem(item)) : rows();
    remember(items);
    see(SHOP, "Started Checkout", items[0] && { items }, { time });
  });
};
