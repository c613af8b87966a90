import { picture } from "../art/scene.ts";
import type { Product } from "../catalog.ts";
import { firstVariant, lookOf } from "../find.ts";
import { html, type Markup } from "../html.ts";
import { money } from "../pricing.ts";

/** A product in a grid. The whole card is its one link. */
export const productCard = (product: Product): Markup => {
  const variant = firstVariant(product);
  const tones = product.options.flatMap((option) => option.values.flatMap((value) => value.tone ?? []));
  const cheapest = Math.min(...product.variants.map((each) => each.cents));
  return html`
<li class="card">
  <a href="/products/${product.handle}">
    ${picture(product.art, `card-${product.id}`, lookOf(product, variant), "")}
    <span class="card-name">${product.name}</span>
    <span class="card-tagline">${product.tagline}</span>
    <span class="card-foot"><span>From ${money(cheapest)}</span>
    ${tones.length > 0 && html`<span class="dots"><span class="sr-only">${tones.length} colors</span>${tones.map((tone) => html`<i style="--tone:${tone}"></i>`)}</span>`}</span>
  </a>
</li>`;
};

/** Stands last in a grid of three, so that it ends even in two columns and in four. */
export const RETURNS_NOTE = html`<li class="note"><p>Every piece can come back within 60 days, used or not. Most of them stay.</p></li>`;

export const productGrid = (products: readonly Product[], last?: Markup): Markup =>
  html`<ul class="grid">${products.map(productCard)}${last}</ul>`;
