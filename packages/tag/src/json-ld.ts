/** What a page says in schema.org's JSON-LD. Pure. */
import { COLLECTION_ITEMS, ORDER_EVENT } from "./contract.ts";
import { attempt } from "./guard.ts";
import { type Thing, things } from "./shape.ts";
import { VIEWED_COLLECTION, VIEWED_PRODUCT } from "./sighting.ts";

/** An order dated longer ago is being looked up, not placed. */
const ORDER_AGE_MS = 86_400_000;

/** What the page shows, by shop event: a product, or else a collection; and an order just placed. */
export const jsonLd = (document: Document, page: URL, now: number): Record<string, Thing | undefined> => {
  const nodes = [...document.querySelectorAll("[type='application/ld+json']")]
    .flatMap(({ textContent }) => things(attempt(() => JSON.parse(textContent ?? ""))))
    .flatMap((node) => [node, ...things(node["@graph"])])
    .flatMap((node) => [node, ...things(node.mainEntity)]);
  const product = mainProduct(nodes.filter(isProduct), page);
  if (product) return { [VIEWED_PRODUCT]: productOf(product, page) };
  const [order, another] = nodes.filter(isA(/\bOrder\b/));
  if (order && !another && !(now - Date.parse(String(order.orderDate)) > ORDER_AGE_MS))
    return { [ORDER_EVENT]: orderOf(order, page) };
  const collection = nodes.find(isA(/\bCollectionPage\b/));
  const list = nodes
    .filter(isA(/\bItemList\b/))
    .find((node) => things(collection?.mainEntity).includes(node) || entries(node).some(isProduct));
  return list
    ? {
        [VIEWED_COLLECTION]: {
          name: collection?.name ?? list.name,
          items: entries(list)
            .slice(0, COLLECTION_ITEMS)
            .map((entry) => productOf(entry, page)),
        },
      }
    : {};
};

const isA =
  (type: RegExp) =>
  (node: Thing): boolean =>
    type.test(String(node["@type"]));

const isProduct = isA(/\bProduct(Group)?\b/);

/**
 * The product whose page this is. One that stands alone needs no address, and a second description of it, such as a
 * review widget's, makes no second product. Several others, none of them with this page's address, are teasers.
 */
const mainProduct = (products: Thing[], page: URL): Thing | undefined =>
  addressed(products, page) ??
  (products.some(({ name }) => name !== products[0]?.name)
    ? undefined
    : (products.find(({ offers }) => offers) ?? products[0]));

/** A product as this page shows it: its selected variant, and the offer that goes with that one. */
const productOf = (node: Thing, page: URL): Thing => {
  const variants = things(node.hasVariant);
  const variant = addressed(variants, page) ?? variants[0] ?? node;
  const offers = things(variant.offers ?? node.offers);
  const outer = addressed(offers, page) ?? offers[0] ?? {};
  const offer = addressed(things(outer.offers), page) ?? outer;
  const [spec = offer] = things(offer.priceSpecification);
  const group = node.productGroupID ?? node.inProductGroupWithID;
  // biome-ignore format: a table
  return {
    product_id:    group ?? node.productID,
    variant_id:    ((group ?? variants[0]) && variant.productID) ?? attempt(() => new URL(addressOf(variant), page).searchParams.get("variant")) ?? page.searchParams.get("variant"),
    sku:           variant.sku ?? offer.sku ?? node.sku,
    name:          node.name,
    variant_name:  variants[0] && variant.name,
    vendor:        text(node.brand),
    category:      text(node.category),
    price:         offer.price ?? offer.lowPrice ?? spec.price,
    currency:      offer.priceCurrency ?? spec.priceCurrency ?? outer.priceCurrency,
  };
};

const orderOf = (order: Thing, page: URL): Thing => ({
  id: order.orderNumber,
  total_price: order.price,
  total_discount: order.discount,
  currency: order.priceCurrency,
  items: things(order.acceptedOffer ?? order.orderedItem).map((line) => {
    const product = productOf(things(line.itemOffered ?? line.orderedItem)[0] ?? line, page);
    const quantity = line.orderQuantity ?? things(line.eligibleQuantity)[0]?.value;
    return { ...product, price: line.price ?? product.price, quantity };
  }),
});

/** Of several things the one whose address is this page's: the one that asks for most of its parameters. */
const addressed = (all: Thing[], page: URL): Thing | undefined =>
  all
    .sort((a, b) => addressOf(b).length - addressOf(a).length)
    .find((thing) =>
      attempt(() => {
        const { pathname, searchParams } = new URL(addressOf(thing), page);
        return (
          pathname === page.pathname &&
          [...searchParams].every(([name, value]) => page.searchParams.get(name) === value)
        );
      }),
    );

const addressOf = ({ url, offers }: Thing): string => String(url ?? things(offers)[0]?.url);

const entries = (list: Thing): Thing[] => things(list.itemListElement).map((entry) => things(entry.item)[0] ?? entry);

/** Text, or the name of the thing that stands where text could. */
const text = (said: unknown): unknown => things(said)[0]?.name ?? said;
