/** What a page says of its product in Open Graph metadata; undefined where the page is not one product's. Pure. */
import type { Thing } from "./thing.ts";

export const openGraph = (document: Document): Thing | undefined => {
  const said = (property: string) => document.querySelector<HTMLMetaElement>(`meta[property="${property}"]`)?.content;
  const money = (part: string) => said(`product:price:${part}`) ?? said(`og:price:${part}`);
  const group = said("product:item_group_id");
  const item = said("product:retailer_item_id");
  // biome-ignore format: a table
  return /product(\.item)?$/.test(said("og:type") ?? "") ? {
    product_id:  group ?? item,
    variant_id:  group && item,
    name:        said("og:title"),
    vendor:      said("product:brand"),
    price:       money("amount"),
    currency:    money("currency"),
  } : undefined;
};
