/** What a page says in schema.org's words, by the things that it describes. Pure. */
import { COLLECTION_ITEMS, ORDER_EVENT } from "./contract.ts";
import { attempt } from "./guard.ts";
import { plain } from "./plain.ts";
import { VIEWED_COLLECTION, VIEWED_PRODUCT } from "./sighting.ts";
import { addressed, addressOf, isHere, orderOf, productOf } from "./structured-product.ts";
import { type Thing, text, things } from "./thing.ts";

/** An order dated longer ago, or not at all, is being looked up, not placed. */
const ORDER_AGE_MS = 86_400_000;

/** What the page shows, by shop event: a product or else a collection, and an order just placed. */
export const structured = (
  nodes: readonly Thing[],
  document: Document,
  page: URL,
  now: number,
): Record<string, Thing | undefined> => {
  const collection = nodes.find(isA(/\bCollectionPage\b/));
  const products = whole(nodes.filter(isProduct));
  const product = addressed(products, page) ?? (collection ? undefined : only(products, document, page));
  const lists = nodes.filter(isA(/\bItemList\b/));
  const list =
    things(collection?.mainEntity)[0] ?? lists.find((one) => entries(one).some(isProduct)) ?? (collection && lists[0]);
  const listed = list ? entries(list) : products;
  const [order, another] = nodes.filter(isA(/\bOrder\b/));
  const isPlaced = !another && now - Date.parse(String(order?.orderDate)) <= ORDER_AGE_MS;
  return {
    [VIEWED_PRODUCT]: product && productOf(product, page),
    [VIEWED_COLLECTION]:
      product || !(list ?? (collection && listed[0]))
        ? undefined
        : {
            name: text(collection?.name ?? list?.name),
            items: listed
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
  // Most pages have none: a page of many products then needs not compare each with each.
  const members = products.filter(groupOf);
  const of = (group: Thing) => members.filter((node) => groupOf(node) === group["@id"]);
  return products
    .filter((node) => !members.includes(node) || !products.some((group) => group["@id"] === groupOf(node)))
    .map((node) => ({ ...node, hasVariant: node.hasVariant ?? of(node) }));
};

/**
 * The one product that a page describes without saying whose address this is. A second description of it, such as a
 * review widget's, makes no second product. Of several products it is the one that the page's heading names; without
 * one they are teasers.
 */
const only = (products: Thing[], document: Document, page: URL): Thing | undefined => {
  // The one address of a page that has several.
  const canonical = document.querySelector("link[rel=canonical]")?.getAttribute("href") ?? "";
  const main = attempt(() => new URL(canonical, page)) ?? page;
  const here = products.filter((one) => one.name && (!addressOf(one) || isHere(one, page) || isHere(one, main)));
  const nameOf = (one: Thing | undefined) => plain(text(one?.name));
  const heading = plain(document.querySelector("h1")?.textContent);
  const told = here.some((one) => nameOf(one) !== nameOf(here[0]))
    ? here.filter((one) => nameOf(one) === heading)
    : here;
  return told.find(({ offers, hasVariant }) => offers ?? things(hasVariant)[0]) ?? told[0];
};

const entries = (list: Thing): Thing[] => things(list.itemListElement).map((entry) => things(entry.item)[0] ?? entry);
