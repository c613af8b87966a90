import { icon } from "../art/icons.ts";
import { SHOP } from "../catalog.ts";
import { html } from "../html.ts";
import type { Page } from "../layout.ts";

export const notFoundPage: Page = {
  title: `Not found | ${SHOP.name}`,
  description: "There is nothing at this address.",
  body: html`
<section class="band blank">
  ${icon("leaf")}
  <h1>Nothing here</h1>
  <p>This page has been moved, or it never was.</p>
  <p><a class="button" href="/">Back to the shop</a></p>
</section>`,
};
