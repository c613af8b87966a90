/** What a page says in schema.org's JSON-LD. Pure. */
import { COLLECTION_ITEMS, ORDER_EVENT } from "./contract.ts";
import { attempt } from "./guard.ts";
import { addressed, orderOf, productOf } from "./json-ld-product.ts";
import { VIEWED_COLLECTION, VIEWED_PRODUCT } from "./sighting.ts";
import { type Thing, things } from "./thing.ts";

/** An order dated longer ago is being looked up, not placed. */
const ORDER_AGE_MS = 86_400_000;

/** What the page shows, by shop event: a product or else a collection, and an order just placed. */
export const jsonLd = (document: Document, page: URL, now: number): Record<string, Thing | undefined> => {
  const nodes = [...document.querySelectorAll("[type='application/ld+json']")]
    .flatMap(({ textContent }) => things(attempt(() => JSON.parse(textContent ?? ""))))
    .flatMap((node) => [node, ...things(node["@graph"])])
    .flatMap((node) => [node, ...things(node.mainEntity)]);
  const collection = nodes.find(isA(/\bCollectionPage\b/));
  const products = nodes.filter(isProduct);
  const product = addressed(products, page) ?? (collection ? undefined : only(products));
  const list = nodes
    .filter(isA(/\bItemList\b/))
    .find((node) => things(collection?.mainEntity).includes(node) || entries(node).some(isProduct));
  const [order, another] = nodes.filter(isA(/\bOrder\b/));
  return {
    [VIEWED_PRODUCT]: product && productOf(product, page),
    [VIEWED_COLLECTION]: product
      ? undefined
      : list && {
          name: collection?.name ?? list.name,
          items: entries(list)
            .slice(0, COLLECTION_ITEMS)
            .map((entry) => productOf(entry, page)),
        },
    [ORDER_EVENT]:
      another || now - Date.parse(String(order?.orderDate)) > ORDER_AGE_MS ? undefined : order && orderOf(order, page),
  };
};

const isA =
  (type: RegExp) =>
  (node: Thing): boolean =>
    type.test(String(node["@type"]));

const isProduct = isA(/\bProduct(Group)?\b/);

/**
 * The one product that a page describes without saying whose address this is. A second description of it, such as a
 * review widget's, makes no second product; several products are teasers.
 */
const only = (products: Thing[]): Thing | undefined =>
  products.some(({ name }) => name !== products[0]?.name)
    ? undefined
    : (products.find(({ offers, hasVariant }) => offers ?? hasVariant) ?? products[0]);

const entries = (list: Thing): Thing[] => things(list.itemListElement).map((entry) => things(entry.item)[0] ?? entry);
