import { type Collection, type OptionValue, PRODUCTS, type Product, type Variant } from "./catalog.ts";

/** A variant together with its product: what a cart line, a page and a feed are about. */
export interface Found {
  product: Product;
  variant: Variant;
}

/** The variant that goes by this id, if the shop sells it. */
export const findVariant = (id: string): Found | undefined => {
  for (const product of PRODUCTS) {
    const variant = product.variants.find((v) => v.id === id);
    if (variant) return { product, variant };
  }
  return undefined;
};

/** The products of a collection, in the order its owner gave them. */
export const productsOf = (collection: Collection): Product[] =>
  collection.products.flatMap((id) => PRODUCTS.filter((product) => product.id === id));

/** Products whose words hold every word searched for. */
export const searchProducts = (query: string): Product[] => {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return PRODUCTS.filter((product) => {
    const values = product.options.flatMap((option) => option.values.map((value) => value.name));
    const text = [product.name, product.tagline, product.description, product.category, ...values].join(" ");
    return words.every((word) => text.toLowerCase().includes(word));
  });
};

/** The variant that a page shows before the shopper chose one. */
export const firstVariant = (product: Product): Variant => {
  const [first] = product.variants;
  if (!first) throw new Error(`Product ${product.id} has no variant`);
  return first;
};

/** "Sage / Large". */
export const variantName = (variant: Variant): string => variant.choice.join(" / ");

/** What the choice does to the picture. */
export const lookOf = (product: Product, variant: Variant): { tone: string; grow: number } => {
  const values = product.options.map((option, i) => option.values.find((value) => value.name === variant.choice[i]));
  const told = <K extends keyof OptionValue>(key: K) => values.find((value) => value?.[key] !== undefined)?.[key];
  return { tone: told("tone") ?? "#c49a66", grow: told("grow") ?? 1 };
};
