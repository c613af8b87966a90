import { icon } from "../art/icons.ts";
import { PRODUCTS, type Product, SHOP } from "../catalog.ts";
import { searched } from "../ga4.ts";
import { html, type Markup } from "../html.ts";
import type { Page } from "../layout.ts";
import { plainPush } from "../publish.ts";
import { productGrid } from "./product-card.ts";

export const searchPage = (query: string, found: readonly Product[]): Page => ({
  title: `${query ? `“${query}”` : "Search"} | ${SHOP.name}`,
  description: "Search the shop.",
  ...(query ? { tells: plainPush(searched(query)) } : {}),
  body: html`
<section class="band">
  <header class="page-head">
    <h1>Search</h1>
    <form class="search" action="/search" method="get" role="search">
      <label class="sr-only" for="q">What are you looking for?</label>
      <input id="q" type="search" name="q" value="${query}" placeholder="Linen, oak, a lamp" autocomplete="off">
      <button class="button" type="submit">${icon("search")}<span>Search</span></button>
    </form>
  </header>
  ${results(query, found)}
</section>`,
});

const results = (query: string, found: readonly Product[]): Markup => {
  if (query === "") return html`<p class="soft">Here is everything we make.</p>${productGrid(PRODUCTS)}`;
  if (found.length === 0) {
    return html`<p class="soft">Nothing is called “${query}”. Perhaps one of these?</p>${productGrid(PRODUCTS)}`;
  }
  return html`<p class="soft">${found.length === 1 ? "One thing" : `${found.length} things`} for “${query}”</p>${productGrid(found)}`;
};
