/** Products and orders of schema.org, in our words. Pure. */
import { attempt } from "./guard.ts";
import { type Thing, things } from "./thing.ts";

/** A product as this page shows it: its selected variant, and the offer that goes with that one. */
export const productOf = (node: Thing, page: URL): Thing => {
  const variants = things(node.hasVariant);
  const variant = selected(variants, page) ?? node;
  const outer = selected(things(variant.offers ?? node.offers), page) ?? {};
  // An AggregateOffer may hold the offers that it sums up.
  const offer = addressed(things(outer.offers), page) ?? outer;
  // What is struck through is a price too.
  const [spec = offer] = things(offer.priceSpecification).filter(({ priceType }) => !priceType);
  const group = node.productGroupID ?? node.inProductGroupWithID;
  // biome-ignore format: a table
  return {
    product_id:    group ?? node.productID,
    variant_id:    ((group ?? variants[0]) && variant.productID) ?? variantIn(offer.url ?? variant.url, page),
    sku:           variant.sku ?? offer.sku ?? node.sku,
    name:          node.name,
    variant_name:  variants[0] && variant.name,
    vendor:        text(node.brand),
    category:      text(node.category),
    price:         offer.price ?? offer.lowPrice ?? spec.price,
    currency:      offer.priceCurrency ?? spec.priceCurrency ?? outer.priceCurrency,
  };
};

export const orderOf = (order: Thing, page: URL): Thing => ({
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
export const addressed = (all: readonly Thing[], page: URL): Thing | undefined =>
  [...all]
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

const selected = (all: readonly Thing[], page: URL): Thing | undefined => addressed(all, page) ?? all[0];

/** "undefined" where it names none, which is no page's address. */
const addressOf = ({ url, offers }: Thing): string => String(url ?? things(offers)[0]?.url);

const variantIn = (address: unknown, page: URL): string | null =>
  attempt(() => new URL(String(address), page).searchParams.get("variant")) ?? page.searchParams.get("variant");

/** Text, or the name of the thing that stands where text could. */
const text = (said: unknown): unknown => things(said)[0]?.name ?? said;
