/** Products and orders of schema.org, in our words. Pure. */
import { attempt } from "./guard.ts";
import { type Thing, text, things } from "./thing.ts";

/** A product as this page shows it: its selected variant, and the offer that goes with that one. */
export const productOf = (node: Thing, page: URL): Thing => {
  const variants = things(node.hasVariant);
  const variant = selected(variants, page) ?? node;
  const outer = selected(things(variant.offers ?? node.offers), page) ?? {};
  // An AggregateOffer may hold the offers that it sums up.
  const offer = selected(things(outer.offers), page) ?? outer;
  // What is struck through is a price too.
  const [spec = offer] = things(offer.priceSpecification).filter(
    ({ priceType }) => !/List|Strik|SRP/.test(String(priceType)),
  );
  const group = node.productGroupID ?? node.inProductGroupWithID ?? things(node.isVariantOf)[0]?.productGroupID;
  // biome-ignore format: a table
  return {
    product_id:    text(group ?? node.productID),
    variant_id:    text((group ?? variants[0]) && variant.productID) ?? variantIn(text(offer.url ?? variant.url), page),
    sku:           text(variant.sku) ?? text(offer.sku) ?? text(node.sku),
    name:          text(node.name),
    variant_name:  text(variants[0] && variant.name),
    vendor:        text(node.brand),
    category:      text(node.category),
    price:         text(offer.price) ?? text(offer.lowPrice) ?? text(spec.price),
    currency:      text(offer.priceCurrency) ?? text(spec.priceCurrency) ?? text(outer.priceCurrency),
  };
};

export const orderOf = (order: Thing, page: URL): Thing => ({
  id: text(order.orderNumber),
  total_price: text(order.price),
  total_discount: text(order.discount),
  currency: text(order.priceCurrency),
  items: things(order.acceptedOffer ?? order.orderedItem).map((line) => {
    const product = productOf(things(line.itemOffered ?? line.orderedItem)[0] ?? line, page);
    const quantity = text(line.orderQuantity ?? line.eligibleQuantity);
    return { ...product, price: text(line.price) ?? product.price, quantity };
  }),
});

/** Of several things the one whose address is this page's: the one that asks for most of its parameters. */
export const addressed = (all: readonly Thing[], page: URL): Thing | undefined =>
  [...all]
    .sort((a, b) => String(addressOf(b)).length - String(addressOf(a)).length)
    .find(
      (thing) =>
        isHere(thing, page) &&
        [...urlOf(thing, page).searchParams].every(([name, value]) => page.searchParams.get(name) === value),
    );

/**
 * Whether its address is the page's, whatever is asked for. Shops show one product under several addresses, which have
 * the last part in common.
 */
export const isHere = (thing: Thing, page: URL): boolean | undefined =>
  attempt(() => {
    const last = lastPart(urlOf(thing, page));
    return !!last && last === lastPart(page);
  });

/** Of `/en/harbor-mug.html`, `/mugs/harbor-mug/` and `/harbor-mug/p` the same. */
const lastPart = ({ pathname }: URL): string | undefined =>
  /([^/]+?)(\.html?|\.php|\.aspx?|\/p)?\/?$/i.exec(pathname)?.[1];

export const addressOf = ({ url, offers }: Thing): unknown => text(url) ?? text(things(offers)[0]?.url);

/** Throws where it names no address. */
const urlOf = (thing: Thing, page: URL): URL => new URL(String(addressOf(thing) ?? "//"), page);

/** The one that the page's address names, else the one that a shop shows first: the first that can be bought. */
const selected = (all: readonly Thing[], page: URL): Thing | undefined =>
  addressed(all, page) ??
  all.find((one) => !SOLD_OUT.test(String((things(one.offers)[0] ?? one).availability))) ??
  all[0];

const SOLD_OUT = /OutOfStock|SoldOut|Discontinued/;

const variantIn = (address: unknown, page: URL): string | null =>
  attempt(() => new URL(String(address), page).searchParams.get("variant")) ?? page.searchParams.get("variant");
