import { icon } from "../art/icons.ts";
import { picture } from "../art/scene.ts";
import { SHOP } from "../catalog.ts";
import { lookOf, variantName } from "../find.ts";
import { html, type Markup } from "../html.ts";
import type { Page } from "../layout.ts";
import { type Line, money, type Quote } from "../pricing.ts";
import { MOST } from "../sessions.ts";

/** `refused` is a discount code that the visitor just tried and the shop does not know. */
export const cartPage = (quoted: Quote, refused: string): Page => ({
  title: `Cart | ${SHOP.name}`,
  description: "Your cart.",
  body: quoted.lines.length === 0 ? empty : full(quoted, refused),
});

/** A small picture of what a line holds. */
export const thumbnail = (line: Line, key: string): Markup =>
  html`<span class="thumbnail">${picture(line.product.art, `${key}-${line.variant.id}`, lookOf(line.product, line.variant), "")}</span>`;

const empty = html`
<section class="band blank">
  ${icon("bag")}
  <h1>Your cart is empty</h1>
  <p>A mug is a good place to begin.</p>
  <p><a class="button" href="/collections/at-the-table">Look around</a></p>
</section>`;

const full = (quoted: Quote, refused: string): Markup => html`
<section class="band cart">
  <h1>Your cart</h1>
  <div class="with-summary">
    <ul class="lines">${quoted.lines.map(cartLine)}</ul>
    <aside class="summary" aria-label="Summary">
      ${codeForm(quoted, refused)}
      <dl class="sums">
        <div><dt>Subtotal</dt><dd>${money(quoted.subtotalCents)}</dd></div>
        ${quoted.discountCents > 0 && html`<div><dt>Discount (${quoted.code})</dt><dd>−${money(quoted.discountCents)}</dd></div>`}
        <div class="total"><dt>Goods</dt><dd>${money(quoted.goodsCents)}</dd></div>
      </dl>
      <p class="soft">Shipping and tax are added at checkout.</p>
      <a class="button wide" href="/checkout">Check out</a>
    </aside>
  </div>
</section>`;

const cartLine = (line: Line): Markup => {
  const name = `${line.product.name}, ${variantName(line.variant)}`;
  return html`
<li>
  <a href="/products/${line.product.handle}?variant=${line.variant.id}" aria-label="${name}">${thumbnail(line, "line")}</a>
  <div class="line-words">
    <p><a href="/products/${line.product.handle}?variant=${line.variant.id}">${line.product.name}</a></p>
    <p class="soft">${variantName(line.variant)}</p>
    ${line.quantity > 1 && html`<p class="soft">${money(line.variant.cents)} each</p>`}
  </div>
  <p class="line-sum">${money(line.variant.cents * line.quantity)}</p>
  <form class="stepper" action="/cart/items/${line.variant.id}" method="post">
    <button name="quantity" value="${line.quantity - 1}" aria-label="One ${name} less">−</button>
    <span aria-label="Quantity">${line.quantity}</span>
    <button name="quantity" value="${line.quantity + 1}" aria-label="One ${name} more"${line.quantity >= MOST && html` disabled`}>+</button>
    <button class="link" name="quantity" value="0" aria-label="Remove ${name}">Remove</button>
  </form>
</li>`;
};

const codeForm = (quoted: Quote, refused: string): Markup =>
  quoted.code
    ? html`
<form class="code" action="/cart/code" method="post">
  <p>${icon("check")}<span><strong>${quoted.code}</strong> is applied</span></p>
  <button class="link" name="code" value="">Take it off</button>
</form>`
    : html`
<form class="code" action="/cart/code" method="post">
  <label for="code">Discount code</label>
  <input id="code" name="code" value="${refused}" autocomplete="off" autocapitalize="characters"${refused !== "" && html` aria-invalid="true" aria-describedby="code-problem"`}>
  <button class="button quiet">Apply</button>
  ${refused !== "" && html`<p class="problem" id="code-problem" role="alert">We do not know the code “${refused}”.</p>`}
</form>`;
