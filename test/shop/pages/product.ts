import { icon } from "../art/icons.ts";
import { picture } from "../art/scene.ts";
import { COLLECTIONS, PRODUCTS, type Product, type ProductOption, SHOP, type Variant } from "../catalog.ts";
import { lookOf, variantName } from "../find.ts";
import { viewItem } from "../ga4.ts";
import { html, type Markup, scriptJson } from "../html.ts";
import type { Page } from "../layout.ts";
import { major, money } from "../pricing.ts";
import { jsonLd, layerPush } from "../publish.ts";
import { MOST } from "../sessions.ts";
import { imageUrl, productLd, productUrl } from "../structured.ts";
import { productGrid, RETURNS_NOTE } from "./product-card.ts";

export const productPage = (origin: string, product: Product, variant: Variant): Page => ({
  title: `${product.name} | ${SHOP.name}`,
  description: product.tagline,
  head: html`${openGraph(origin, product, variant)}${jsonLd(productLd(origin, product, variant))}`,
  tells: layerPush(viewItem(product, variant)),
  body: html`
<article class="product band">
  <div class="product-picture">${picture(product.art, "product", lookOf(product, variant), `${product.name}, ${variantName(variant)}`)}</div>
  <div class="product-words">
    ${crumbs(product)}
    <h1>${product.name}</h1>
    <p class="tagline">${product.tagline}</p>
    <p class="price" data-price aria-live="polite">${money(variant.cents)}</p>
    <form action="/cart/items" method="post" data-add>
      <input type="hidden" name="product" value="${product.id}">
      ${product.options.map((option, i) => optionChoice(option, variant.choice[i]))}
      <div class="buy">
        <label class="quantity"><span class="sr-only">Quantity</span><input type="number" name="quantity" value="1" min="1" max="${MOST}" inputmode="numeric"></label>
        <button class="button wide" type="submit">Add to cart</button>
      </div>
      <p class="problem" data-problem role="alert"></p>
    </form>
    <p class="description">${product.description}</p>
    <ul class="details">${product.details.map((detail) => html`<li>${icon("check")}<span>${detail}</span></li>`)}</ul>
    <p class="sku">SKU <span data-sku>${variant.sku}</span></p>
  </div>
  <script type="application/json" id="variants">${scriptJson(product.variants.map((each) => choosable(product, each)))}</script>
</article>
<section class="band">
  <h2>Goes well with it</h2>
  ${productGrid(
    PRODUCTS.filter((other) => other !== product),
    RETURNS_NOTE,
  )}
</section>`,
});

/** What the page's script needs to show another variant in place. */
const choosable = (product: Product, variant: Variant): object => ({
  id: variant.id,
  sku: variant.sku,
  price: money(variant.cents),
  choice: variant.choice,
  label: `${product.name}, ${variantName(variant)}`,
  ...lookOf(product, variant),
});

const openGraph = (origin: string, product: Product, variant: Variant): Markup => html`
<link rel="canonical" href="${productUrl(origin, product)}">
<meta property="og:type" content="product">
<meta property="og:image" content="${imageUrl(origin, variant)}">
<meta property="product:price:amount" content="${major(variant.cents).toFixed(2)}">
<meta property="product:price:currency" content="${SHOP.currency}">
<meta property="product:retailer_item_id" content="${product.id}">
<meta property="product:availability" content="in stock">
<meta property="product:brand" content="${SHOP.name}">`;

const crumbs = (product: Product): Markup => {
  const home =
    COLLECTIONS.find((collection) => collection.products[0] === product.id) ??
    COLLECTIONS.find((each) => each.products.includes(product.id));
  return html`<nav class="crumbs" aria-label="Breadcrumb"><a href="/">Home</a> <span aria-hidden="true">/</span> ${home && html`<a href="/collections/${home.handle}">${home.name}</a>`}</nav>`;
};

const optionChoice = (option: ProductOption, chosen: string | undefined): Markup => html`
<fieldset class="option">
  <legend>${option.name}</legend>
  <div class="choice">${option.values.map(
    (value) => html`
    <label><input type="radio" name="${option.name.toLowerCase()}" value="${value.name}"${value.name === chosen && html` checked`}><span>${value.tone && html`<i style="--tone:${value.tone}"></i>`}${value.name}</span></label>`,
  )}</div>
</fieldset>`;
