/** The cart as WooCommerce's Store API tells it, and the lines that this tab remembers, for pages that show no IDs. */
import { isDenied } from "../denial.ts";
import { attempt } from "../guard.ts";
import { type Thing, things } from "../thing.ts";
import { one } from "./woo-dom.ts";
import { pageProduct } from "./woo-product.ts";

const KEY = "_pinrelay.lines";
const REMEMBERED = 50;

/**
 * Asks what is in the cart; nothing where the Store API is closed. Where the line broke, or the page is being left, there
 * is no answer. WordPress names the root of its REST API in every page.
 */
export const askCart = (take: (items: Thing[]) => void): void => {
  const root = one<HTMLLinkElement>("link[rel='https://api.w.org/']")?.href ?? "/wp-json/";
  fetch(`${root}wc/store/v1/cart`, { cache: "no-store" })
    .then((reply) => reply.text())
    .then((json) => take(itemsOf(attempt(() => JSON.parse(json)))))
    .catch(() => {});
};

/** The items of a cart, if it is one. */
export const itemsOf = (cart: unknown): Thing[] => things(things(cart)[0]?.items);

/** A line that was asked for, with what the cart knows of it, taken out of `items`; undefined where it is not in there. */
export const inCart = (line: Thing, items: readonly Thing[]): Thing | undefined => {
  const { quantity } = line;
  const left = (item: Thing) => Number(item.quantity) - Number(quantity);
  const item = items.find((one) => String(one.id) === String(line.variant_id ?? line.product_id) && left(one) >= 0);
  // What one add has put into the cart does not speak for another one.
  return item && { ...ofItem(Object.assign(item, { quantity: left(item) }), line), quantity };
};

/** What the cart says of an item. It names a variation by its own ID alone, not by its product's. */
export const ofItem = ({ id, sku, name, quantity, variation, prices }: Thing, line: Thing = {}): Thing => {
  const [cost = {}] = things(prices);
  const chosen = things(variation).map(({ value }) => value);
  const product = line.variant_id ? line.product_id : pageProduct();
  return {
    product_id: chosen[0]
      ? (product ?? remembered().find(({ variant_id }) => String(variant_id) === String(id))?.product_id)
      : id,
    variant_id: chosen[0] && id,
    sku,
    name: line.name ?? unescaped(name),
    variant_name: chosen.join(" / "),
    price: Number(cost.price) / 10 ** Number(cost.currency_minor_unit),
    currency: cost.currency_code,
    quantity,
  };
};

/** Lines that were asked for, added or seen in the cart, the latest first. */
export const remembered = (): Thing[] => attempt(() => things(JSON.parse(sessionStorage[KEY]))) ?? [];

export const remember = (lines: readonly Thing[]): void => {
  attempt(() => {
    if (isDenied()) return;
    sessionStorage[KEY] = JSON.stringify([...lines, ...remembered()].slice(0, REMEMBERED));
  });
};

/** WordPress writes names into JSON as it does into HTML. */
const unescaped = (name: unknown): unknown =>
  attempt(() => new DOMParser().parseFromString(String(name), "text/html").body.textContent) ?? name;
