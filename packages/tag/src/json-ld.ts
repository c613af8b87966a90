/** What a page says in schema.org's JSON-LD. Pure. */
import { COLLECTION_ITEMS, ORDER_EVENT } from "./contract.ts";
import { attempt } from "./guard.ts";
import { jsonLdNodes } from "./json-ld-nodes.ts";
import { addressed, addressOf, isHere, orderOf, productOf } from "./json-ld-product.ts";
import { plain } from "./plain.ts";
import { VIEWED_COLLECTION, VIEWED_PRODUCT } from "./sighting.ts";
import { type Thing, text, things } from "./thing.ts";

/** An order dated longer ago, or not at all, is being looked up, not placed. */
const ORDER_AGE_MS = 86_400_000;

/** What the page shows, by shop event: a product or else a collection, and an order just placed. */
export const jsonLd = (document: Document, page: URL, now: number): Record<string, Thing | undefined> => {
  const nodes = jsonLdNodes(document);
  const collection = nodes.find(isA(/\bCollectionPage\b/));
  const products = whole(nodes.filter(isProduct));
  // The one address of a page that has several.
  const canonical = document.querySelector("link[rel=canonical]")?.getAttribute("href") ?? "";
  const main = attempt(() => new URL(canonical, page)) ?? page;
  const product = addressed(products, page) ?? (collection ? undefined : only(products, page, main));
  const lists = nodes.filter(isA(/\bItemList\b/));
  const list =
    things(collection?.mainEntity)[0] ?? lists.find((one) => entries(one).some(isProduct)) ?? (collection && lists[0]);
  const [order, another] = nodes.filter(isA(/\bOrder\b/));
  const isPlaced = !another && now - Date.parse(String(order?.orderDate)) <= ORDER_AGE_MS;
  return {
    [VIEWED_PRODUCT]: product && productOf(product, page),
    [VIEWED_COLLECTION]: product
      ? undefined
      : list && {
          name: text(collection?.name ?? list.name),
          items: entries(list)
            .slice(0, COLLECTION_ITEMS)
            .map((entry) => productOf(entry, page))
            .filter(({ name, product_id, sku }) => name ?? product_id ?? sku),
        },
    [ORDER_EVENT]: isPlaced ? order && orderOf(order, page) : undefined,
  };
};

const isA =
  (type: RegExp) =>
  (node: Thing): boolean =>
    type.test(String(node["@type"]));

const isProduct = isA(/\bProduct(Group)?\b/);

/** Variants that stand beside their group name it: they are its, not products of their own. */
const whole = (products: Thing[]): Thing[] => {
  const groupOf = (node: Thing) => things(node.isVariantOf)[0]?.["@id"] ?? "";
  const of = (group: Thing) => products.filter((node) => groupOf(node) === group["@id"]);
  return products
    .filter((node) => !products.some((group) => group["@id"] === groupOf(node)))
    .map((node) => ({ ...node, hasVariant: node.hasVariant ?? of(node) }));
};

/**
 * The one product that a page describes without saying whose address this is. A second description of it, such as a
 * review widget's, makes no second product; several products are teasers.
 */
const only = (products: Thing[], page: URL, main: URL): Thing | undefined => {
  const here = products.filter((one) => one.name && (!addressOf(one) || isHere(one, page) || isHere(one, main)));
  return here.some(({ name }) => plain(text(name)) !== plain(text(here[0]?.name)))
    ? undefined
    : (here.find(({ offers, hasVariant }) => offers ?? things(hasVariant)[0]) ?? here[0]);
};

const entries = (list: Thing): Thing[] => things(list.itemListElement).map((entry) => things(entry.item)[0] ?? entry);
