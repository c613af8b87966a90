/** Product pages to load, as large as shops have them: themes' markup around the fixtures of the tests. */
import { openShopifyShop } from "../tag/shopify-shop.ts";
import type { Stage } from "../tag/stage.ts";
import { openWooShop } from "../tag/woo-shop.ts";

export interface ProductPage {
  name: string;
  /** Where it is, with this in its head. */
  address(head: string): string;
  close(): void;
}

/** Ten elements each. */
const review = (_: unknown, index: number): string =>
  `<li class="review" data-review-id="${9_000 + index}"><h3 class="review__title">Lovely glaze</h3><span class="review__stars" role="img" aria-label="5 out of 5"><i></i><i></i><i></i><i></i><i></i></span><p>The sage is softer than in the picture.</p><time datetime="2026-03-0${1 + (index % 9)}">March</time></li>`;

const reviews = (elements: number): string =>
  `<ul class="reviews">${Array.from({ length: elements / 10 }, review).join("")}</ul>`;

const product = (name: string, path: string) => ({
  "@context": "https://schema.org",
  "@type": "Product",
  name,
  url: path,
  sku: name.toUpperCase().replace(/\W/g, "-"),
  image: `https://cdn.fennelandoak.example${path}.jpg`,
  description: "Thrown and glazed by hand in small batches. ".repeat(8),
  brand: { "@type": "Brand", name: "Fennel & Oak" },
  aggregateRating: { "@type": "AggregateRating", ratingValue: "4.9", reviewCount: "87" },
  offers: {
    "@type": "Offer",
    price: "24.00",
    priceCurrency: "USD",
    availability: "https://schema.org/InStock",
    url: path,
  },
});

const block = (said: unknown): string => `<script type="application/ld+json">${JSON.stringify(said)}</script>`;

const jsonLdPage = (elements: number, blocks: number): string =>
  `<body><h1>Harbor Mug</h1>${block(product("Harbor Mug", "/harbor-mug"))}${Array.from({ length: blocks - 1 }, (_, index) => block(product(`Orchard Bowl ${index}`, `/orchard-bowl-${index}`))).join("")}${reviews(elements)}</body>`;

export const openPages = async (stage: Stage): Promise<ProductPage[]> => {
  const shopify = await openShopifyShop();
  const woocommerce = await openWooShop({ theme: "storefront" });
  const plain = (name: string, path: string, body: string): ProductPage => ({
    name,
    address(head) {
      stage.pages[path] = `<head><title>Harbor Mug</title>${head}</head>${body}`;
      return stage.shop + path;
    },
    close() {},
  });
  return [
    plain("JSON-LD", "/harbor-mug", jsonLdPage(1_500, 2)),
    plain("60 JSON-LD", "/mugs/harbor-mug", jsonLdPage(3_000, 60)),
    {
      name: "Shopify",
      address(head) {
        // At the end of the body, where this shop has its tag in other tests.
        Object.assign(shopify, { head, tag: reviews(1_500), isAtEnd: true });
        return `${shopify.origin}/products/harbor-mug`;
      },
      close: () => shopify.close(),
    },
    {
      name: "WooCommerce",
      address(head) {
        Object.assign(woocommerce.options, { head, foot: reviews(1_500) });
        return `${woocommerce.origin}/product/harbor-mug/`;
      },
      close: () => woocommerce.close(),
    },
  ];
};
