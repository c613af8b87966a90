/** The scripts by which a page says things: JSON-LD, the data layer, and the two calls to Pinrelay. */
import type { Customer } from "./customer.ts";
import type { LayerEvent } from "./ga4.ts";
import { html, type Markup, scriptJson } from "./html.ts";

export type Measurement = "granted" | "denied";

export const jsonLd = (value: object): Markup => html`<script type="application/ld+json">${scriptJson(value)}</script>`;

/** Google's usual head: the layer and `gtag`, but no script of Google's. */
export const dataLayerHead = (): Markup => html`
<script>
window.dataLayer = window.dataLayer || [];
function gtag() { dataLayer.push(arguments); }
gtag("js", new Date());
</script>`;

/** An event without money or items. */
export const plainPush = (event: object): Markup => html`
<script>dataLayer.push(${scriptJson(event)});</script>`;

/** Clears the last event's ecommerce object first, as Google asks, since the layer merges what it is given. */
export const layerPush = (event: LayerEvent): Markup => html`
<script>
dataLayer.push({ ecommerce: null });
dataLayer.push(${scriptJson(event)});
</script>`;

export const gtagEvent = (name: string, parameters: object): Markup => html`
<script>gtag("event", ${scriptJson(name)}, ${scriptJson(parameters)});</script>`;

/** The visitor's decision, told on every page once there is one. */
export const consentCall = (measurement: Measurement | undefined): Markup | undefined =>
  measurement && html`<script>${STUB}pinrelay({ method: "consent", marketing: ${scriptJson(measurement)} });</script>`;

/** Who ordered, told before the order itself so that the order carries it. What was left empty is left out. */
export const customerCall = (customer: Customer): Markup => {
  const told = {
    $email: customer.email,
    $phone_number: customer.phone,
    $first_name: customer.firstName,
    $last_name: customer.lastName,
    $city: customer.city,
    $state: customer.state,
    $zip_code: customer.zip,
    $country_code: customer.country,
  };
  const known = Object.fromEntries(Object.entries(told).filter(([, value]) => value !== ""));
  return html`<script>${STUB}pinrelay({ method: "set", profileProperties: ${scriptJson(known)} });</script>`;
};

/** Queues calls until the tag is there; without a tag they wait for good, and nothing breaks. */
const STUB = html`
window.pinrelay = window.pinrelay || function () { (window.pinrelay.q = window.pinrelay.q || []).push(arguments) };
`;
