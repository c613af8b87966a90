import { icon } from "../art/icons.ts";
import { variantName } from "../find.ts";
import { html, type Markup } from "../html.ts";
import { type Line, money, type Quote } from "../pricing.ts";
import { thumbnail } from "./cart.ts";

/** What slides in after something was added: the thing itself, and the way on. */
export const miniCart = (added: Line, quoted: Quote, count: number): Markup => html`
<form method="dialog" class="mini-cart-head">
  <h2 id="mini-cart-title">${icon("check")}Added to your cart</h2>
  <button aria-label="Close">${icon("close")}</button>
</form>
<div class="mini-cart-line">
  ${thumbnail(added, "mini")}
  <div><p><strong>${added.product.name}</strong></p><p class="soft">${variantName(added.variant)}</p><p class="soft">Quantity ${added.quantity}</p></div>
  <p>${money(added.unitCents * added.quantity)}</p>
</div>
<dl class="sums"><div><dt>Cart, ${count === 1 ? "1 item" : `${count} items`}</dt><dd>${money(quoted.goodsCents)}</dd></div></dl>
<a class="button wide" href="/checkout">Check out</a>
<a class="button quiet wide" href="/cart" data-view-cart>View cart</a>`;
