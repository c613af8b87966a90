import { variantName } from "../find.ts";
import { html, type Markup } from "../html.ts";
import { money, type Quote } from "../pricing.ts";
import { thumbnail } from "./cart.ts";

/** The lines and sums of what is about to be ordered, or was. `data-sum` names what a change of country changes. */
export const orderSummary = (quoted: Quote): Markup => html`
<ul class="summary-lines">${quoted.lines.map(
  (line) => html`
  <li>${thumbnail(line, "sum")}<div><p>${line.product.name}</p><p class="soft">${variantName(line.variant)} · ${line.quantity}</p></div><p>${money(line.variant.cents * line.quantity)}</p></li>`,
)}</ul>
<dl class="sums">
  <div><dt>Subtotal</dt><dd>${money(quoted.subtotalCents)}</dd></div>
  ${quoted.discountCents > 0 && html`<div><dt>Discount (${quoted.code})</dt><dd>−${money(quoted.discountCents)}</dd></div>`}
  <div><dt>Shipping</dt><dd data-sum="shipping">${shippingText(quoted)}</dd></div>
  <div><dt>Tax</dt><dd data-sum="tax">${money(quoted.taxCents)}</dd></div>
  <div class="total"><dt>Total</dt><dd data-sum="total">${money(quoted.totalCents)}</dd></div>
</dl>`;

export const shippingText = (quoted: Quote): string =>
  quoted.shippingCents === 0 ? "Free" : money(quoted.shippingCents);
