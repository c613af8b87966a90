/** The content ID of a product: what Pinterest matches with the shop's catalog. One rule for both channels. */
import type { Item } from "./contract.ts";

/** Which of a product's ids is its content ID; a template such as `shopify_US_{product_id}_{variant_id}` for feeds. */
export type ContentIdMode = "product" | "variant" | "sku" | `${string}{${string}`;

// biome-ignore format: a table
const TEMPLATES: Record<string, string> = {
  product: "{product_id}",
  variant: "{variant_id}",
  sku:     "{sku}",
};

/**
 * The content ID of one line, or undefined where a part that the mode asks for is missing:
 * it is never replaced by another kind of id, which the catalog would not know.
 */
export const contentId = (item: Item, mode: ContentIdMode): string | undefined => {
  const ids: Record<string, string | undefined> = {
    product_id: item.product_id,
    variant_id: item.variant_id,
    sku: item.sku,
  };
  let missing = false;
  const id = (TEMPLATES[mode] ?? mode).replace(/\{(\w+)\}/g, (_, part: string) => {
    const found = ids[part];
    missing ||= !found;
    return found ?? "";
  });
  return missing ? undefined : id;
};
