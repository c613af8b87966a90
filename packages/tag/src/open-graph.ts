/** What a page says of its product in Open Graph metadata; undefined where the page is not one product's. Pure. */
import type { Thing } from "./thing.ts";

export const openGraph = (document: Document): Thing | undefined => {
  // Looked for once: most of these no page has, and for each the whole document would be searched.
  const all = [...document.querySelectorAll("meta")];
  const said = (property: string) =>
    all.find((meta) => [meta.getAttribute("property"), meta.name].includes(property))?.content;
  const money = (part: string) =>
    said(`product:sale_price:${part}`) || said(`product:price:${part}`) || said(`og:price:${part}`);
  const group = said("product:item_group_id");
  const item = said("product:retailer_item_id");
  const price = money("amount");
  // Themes call lists of products that too, or groups; but no list has a price or is an item.
  const isProduct = /product(\.item|\.group)?$/.test(said("og:type") ?? "") && (price || item);
  // biome-ignore format: a table
  return isProduct ? {
    product_id:  group || item,
    variant_id:  group && item,
    name:        said("og:title"),
    vendor:      said("product:brand"),
    category:    said("product:category"),
    price,
    currency:    money("currency"),
  } : undefined;
};
