import { hero } from "../art/hero.ts";
import { icon } from "../art/icons.ts";
import { picture } from "../art/scene.ts";
import { type Art, COLLECTIONS, PRODUCTS, SHOP } from "../catalog.ts";
import { html, type Markup } from "../html.ts";
import type { Page } from "../layout.ts";
import { jsonLd } from "../publish.ts";
import { siteLd } from "../structured.ts";
import { productGrid } from "./product-card.ts";

const COVERS: Record<string, { art: Art; tone: string }> = {
  "at-the-table": { art: "board", tone: "#c49a66" },
  "slow-evenings": { art: "throw", tone: "#7f8a62" },
};

export const homePage = (origin: string): Page => ({
  title: `${SHOP.name}: homeware made to be kept`,
  description: "Stoneware, linen, oak and light from small workshops.",
  head: jsonLd(siteLd(origin)),
  body: html`
<section class="hero">
  <div class="hero-words">
    <p class="eyebrow">The autumn table</p>
    <h1>Fewer things, better&nbsp;kept.</h1>
    <p>Stoneware, linen, oak and a low light. Made in small workshops, for the hours you spend at home.</p>
    <p class="actions"><a class="button" href="/collections/at-the-table">Shop the table</a>
    <a class="link" href="/collections/slow-evenings">Slow evenings ${icon("arrow")}</a></p>
  </div>
  ${hero()}
</section>
<section class="band promises" aria-label="How we work">
  <p>${icon("hand")}<span><strong>Made by hand</strong> in small batches</span></p>
  <p>${icon("leaf")}<span><strong>Packed in paper</strong>, never plastic</span></p>
  <p>${icon("truck")}<span><strong>Free shipping</strong> from $150 in the US</span></p>
</section>
<section class="band">
  <h2>What we keep making</h2>
  ${productGrid(PRODUCTS)}
</section>
<section class="band">
  <h2>Find your corner</h2>
  <div class="tiles">${COLLECTIONS.map((collection) => tile(collection.handle, collection.name, collection.description))}</div>
</section>
<section class="band quote">
  <blockquote><p>“The board came in September. By October it had a knife scar, a wine ring, and a permanent place on our table.”</p></blockquote>
  <p>Ruth, Portland</p>
</section>`,
});

const tile = (handle: string, name: string, description: string): Markup => {
  const cover = COVERS[handle] ?? { art: "mug", tone: "#a3ae8d" };
  return html`
<a class="tile" href="/collections/${handle}">
  ${picture(cover.art, `tile-${handle}`, { tone: cover.tone, grow: 1 }, "")}
  <span class="tile-words"><strong>${name}</strong><span>${description}</span><span class="link">Look around ${icon("arrow")}</span></span>
</a>`;
};
