/** What the shop's pages say as schema.org JSON-LD. `origin` is where the visitor reached the shop. */
import { type Collection, type Product, SHOP, type Variant } from "./catalog.ts";
import { firstVariant, productsOf, variantName } from "./find.ts";
import type { Order } from "./orders.ts";
import { major } from "./pricing.ts";

const CONTEXT = "https://schema.org";
const BRAND = { "@type": "Brand", name: SHOP.name };

export const productUrl = (origin: string, product: Product): string => `${origin}/products/${product.handle}`;

export const variantUrl = (origin: string, product: Product, variant: Variant): string =>
  `${productUrl(origin, product)}?variant=${variant.id}`;

export const imageUrl = (origin: string, variant: Variant): string => `${origin}/images/${variant.id}.svg`;

/** A product page: the whole group with its variants, or the one product with the chosen variant's offer. */
export const productLd = (origin: string, product: Product, variant: Variant): object => {
  const told = { "@context": CONTEXT, name: product.name, description: product.description, brand: BRAND };
  if (product.schema === "Product") {
    return {
      ...told,
      "@type": "Product",
      productID: product.id,
      sku: variant.sku,
      category: product.category,
      url: productUrl(origin, product),
      image: imageUrl(origin, variant),
      offers: offer(origin, product, variant),
    };
  }
  return {
    ...told,
    "@type": "ProductGroup",
    productGroupID: product.id,
    category: product.category,
    url: productUrl(origin, product),
    variesBy: product.options.map((option) => `${CONTEXT}/${option.name.toLowerCase()}`),
    hasVariant: product.variants.map((each) => ({
      "@type": "Product",
      name: `${product.name} - ${variantName(each)}`,
      sku: each.sku,
      inProductGroupWithID: product.id,
      ...Object.fromEntries(product.options.map((option, i) => [option.name.toLowerCase(), each.choice[i]])),
      image: imageUrl(origin, each),
      offers: offer(origin, product, each),
    })),
  };
};

export const collectionLd = (origin: string, collection: Collection): object => ({
  "@context": CONTEXT,
  "@type": "CollectionPage",
  name: collection.name,
  description: collection.description,
  url: `${origin}/collections/${collection.handle}`,
  mainEntity: {
    "@type": "ItemList",
    numberOfItems: collection.products.length,
    itemListElement: productsOf(collection).map((product, i) => ({
      "@type": "ListItem",
      position: i + 1,
      item: {
        "@type": "Product",
        productID: product.id,
        name: product.name,
        url: productUrl(origin, product),
        image: imageUrl(origin, firstVariant(product)),
        brand: BRAND,
        offers: offer(origin, product, firstVariant(product)),
      },
    })),
  },
});

export const siteLd = (origin: string): object => ({
  "@context": CONTEXT,
  "@type": "WebSite",
  name: SHOP.name,
  url: `${origin}/`,
  potentialAction: {
    "@type": "SearchAction",
    target: `${origin}/search?q={search_term_string}`,
    "query-input": "required name=search_term_string",
  },
});

/** The order on its thank-you page, under the same id as the data layer's purchase. Nothing in it names the customer. */
export const orderLd = (origin: string, order: Order): object => ({
  "@context": CONTEXT,
  "@type": "Order",
  orderNumber: order.id,
  confirmationNumber: order.number,
  orderDate: order.placedAt,
  orderStatus: `${CONTEXT}/OrderProcessing`,
  url: `${origin}/thank-you/${order.id}`,
  merchant: { "@type": "Organization", name: SHOP.name },
  price: major(order.totalCents).toFixed(2),
  priceCurrency: order.currency,
  ...(order.code ? { discount: major(order.discountCents).toFixed(2), discountCode: order.code } : {}),
  acceptedOffer: order.lines.map(({ product, variant, unitCents, quantity }) => ({
    "@type": "Offer",
    price: major(unitCents).toFixed(2),
    priceCurrency: order.currency,
    eligibleQuantity: { "@type": "QuantitativeValue", value: quantity },
    itemOffered: {
      "@type": "Product",
      productID: product.id,
      sku: variant.sku,
      name: `${product.name} - ${variantName(variant)}`,
      url: variantUrl(origin, product, variant),
    },
  })),
});

const offer = (origin: string, product: Product, variant: Variant): object => ({
  "@type": "Offer",
  url: variantUrl(origin, product, variant),
  price: major(variant.cents).toFixed(2),
  priceCurrency: SHOP.currency,
  availability: `${CONTEXT}/InStock`,
  itemCondition: `${CONTEXT}/NewCondition`,
});
