import { type Collection, SHOP } from "../catalog.ts";
import { productsOf } from "../find.ts";
import { viewItemList } from "../ga4.ts";
import { html } from "../html.ts";
import type { Page } from "../layout.ts";
import { jsonLd, layerPush } from "../publish.ts";
import { collectionLd } from "../structured.ts";
import { productGrid, RETURNS_NOTE } from "./product-card.ts";

export const collectionPage = (origin: string, collection: Collection): Page => ({
  title: `${collection.name} | ${SHOP.name}`,
  description: collection.description,
  head: jsonLd(collectionLd(origin, collection)),
  tells: layerPush(viewItemList(collection)),
  body: html`
<section class="band">
  <header class="page-head">
    <nav class="crumbs" aria-label="Breadcrumb"><a href="/">Home</a> <span aria-hidden="true">/</span> <span aria-current="page">${collection.name}</span></nav>
    <h1>${collection.name}</h1>
    <p>${collection.description}</p>
  </header>
  ${productGrid(productsOf(collection), RETURNS_NOTE)}
</section>`,
});
