import { icon } from "../art/icons.ts";
import { SHOP } from "../catalog.ts";
import type { Customer } from "../customer.ts";
import { purchase } from "../ga4.ts";
import { html, type Markup } from "../html.ts";
import type { Page } from "../layout.ts";
import type { Order } from "../orders.ts";
import { DESTINATIONS, money } from "../pricing.ts";
import { customerCall, gtagEvent, jsonLd } from "../publish.ts";
import { orderLd } from "../structured.ts";
import { orderSummary } from "./summary.ts";

/**
 * The page of an order, the same at every reload. `own`: the browser that placed it asks; anyone else who finds the
 * address sees what was ordered, but not by whom. `tellsCustomer`: the page tells who ordered; else that is left to the server.
 */
export const thankYouPage = (origin: string, order: Order, own: boolean, tellsCustomer: boolean): Page => ({
  title: `Order ${order.number} | ${SHOP.name}`,
  description: "Thank you for your order.",
  head: html`<meta name="robots" content="noindex">${jsonLd(orderLd(origin, order))}`,
  tells: html`${tellsCustomer && customerCall(order.customer)}${gtagEvent("purchase", purchase(order))}`,
  body: html`
<section class="band thanks" data-order="${order.id}" data-number="${order.number}" data-total="${(order.totalCents / 100).toFixed(2)}">
  <header class="page-head">
    <span class="seal">${icon("check")}</span>
    <p class="eyebrow">Order ${order.number}</p>
    <h1>${own ? `Thank you, ${order.customer.firstName}.` : "Thank you."}</h1>
    <p>We are wrapping ${money(order.goodsCents)} worth of good things in paper. ${own && html`News of it will go to <strong>${order.customer.email}</strong>.`}</p>
  </header>
  <div class="with-summary">
    <div>
      ${own && address(order.customer)}
      <h2>What happens next</h2>
      <ol class="steps">
        <li>Today we check every piece by hand and pack it.</li>
        <li>Within two days it leaves the workshop, and we write to you.</li>
        <li>If it is not right, it can come back within 60 days.</li>
      </ol>
      <p><a class="button quiet" href="/">Back to the shop</a></p>
    </div>
    <aside class="summary" aria-label="Your order">${orderSummary(order)}</aside>
  </div>
</section>`,
});

const address = (customer: Customer): Markup => html`
<h2>Where it goes</h2>
<address>${customer.firstName} ${customer.lastName}<br>${customer.address}<br>${[customer.city, `${customer.state} ${customer.zip}`.trim()].join(", ")}<br>${DESTINATIONS[customer.country]?.name}</address>`;
