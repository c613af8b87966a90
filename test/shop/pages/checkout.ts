import { SHOP } from "../catalog.ts";
import { type Customer, FIELDS, isRequired, type Problems } from "../customer.ts";
import { beginCheckout } from "../ga4.ts";
import { html, type Markup, scriptJson } from "../html.ts";
import type { Page } from "../layout.ts";
import { DESTINATIONS, HOME_COUNTRY, money, type Quote } from "../pricing.ts";
import { layerPush } from "../publish.ts";
import { orderSummary, shippingText } from "./summary.ts";

interface Typed {
  customer?: Customer;
  problems?: Problems;
}

/** `quotes` has the sums for every country, so choosing one needs no round trip. */
export const checkoutPage = (quotes: Map<string, Quote>, { customer, problems = {} }: Typed = {}): Page => {
  const country = customer && quotes.has(customer.country) ? customer.country : HOME_COUNTRY;
  const quoted = quotes.get(country);
  if (!quoted) throw new Error(`No quote for ${country}`);
  return {
    title: `Checkout | ${SHOP.name}`,
    description: "Where it should go.",
    // A form shown again because of a typing error is the same checkout, not a second one.
    ...(customer ? {} : { tells: layerPush(beginCheckout(quoted)) }),
    body: html`
<section class="band checkout">
  <h1>Checkout</h1>
  <div class="with-summary">
    <form class="address" action="/checkout" method="post" novalidate>
      ${Object.keys(problems).length > 0 && html`<p class="form-problem" role="alert" tabindex="-1" autofocus>Please look at the fields marked below.</p>`}
      <h2>Where should it go?</h2>
      <div class="fields">
        ${FIELDS.slice(0, 1).map((each) => formField(each, country, customer, problems))}
        ${countryField(country, problems.country)}
        ${FIELDS.slice(1).map((each) => formField(each, country, customer, problems))}
      </div>
      <p class="pay-note">This is a demonstration shop, so there is nothing to pay and no card to enter.</p>
      <button class="button wide" type="submit">Place order</button>
    </form>
    <aside class="summary" aria-label="Your order">
      <details>
        <summary>Your order <span data-sum="total">${money(quoted.totalCents)}</span></summary>
        ${orderSummary(quoted)}
      </details>
    </aside>
  </div>
  <script type="application/json" id="quotes">${scriptJson(Object.fromEntries([...quotes].map(([code, each]) => [code, sums(each)])))}</script>
</section>`,
  };
};

const sums = (quoted: Quote): object => ({
  shipping: shippingText(quoted),
  tax: money(quoted.taxCents),
  total: money(quoted.totalCents),
});

const formField = (
  { name, label, type, width, required, autocomplete }: (typeof FIELDS)[number],
  country: string,
  customer: Customer | undefined,
  problems: Problems,
): Markup => {
  const isNeeded = isRequired(required, country);
  return html`
<div class="field ${width}">
  <label for="${name}">${label}${required !== true && html` <span class="optional"${isNeeded && html` hidden`}>(optional)</span>`}</label>
  <input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" value="${customer?.[name] ?? ""}"${isNeeded && html` required`}${typeof required === "string" && html` data-required-in="${required}"`}${invalid(name, problems[name])}>
  ${problem(name, problems[name])}
</div>`;
};

const countryField = (chosen: string, wrong: string | undefined): Markup => html`
<div class="field full">
  <label for="country">Country</label>
  <select id="country" name="country" autocomplete="country" required data-country${invalid("country", wrong)}>${Object.entries(
    DESTINATIONS,
  ).map(
    ([code, { name }]) => html`<option value="${code}"${code === chosen && html` selected`}>${name}</option>`,
  )}</select>
  ${problem("country", wrong)}
</div>`;

const invalid = (name: string, wrong: string | undefined): Markup | undefined =>
  wrong === undefined ? undefined : html` aria-invalid="true" aria-describedby="${name}-problem"`;

const problem = (name: string, wrong: string | undefined): Markup | undefined =>
  wrong === undefined ? undefined : html`<p class="problem" id="${name}-problem">${wrong}</p>`;
