import { icon, mark } from "./art/icons.ts";
import { COLLECTIONS, SHOP } from "./catalog.ts";
import { type Half, halfSwitches } from "./halves.ts";
import { html, type Markup, trusted } from "./html.ts";
import { consentCall, dataLayerHead, type Measurement } from "./publish.ts";

/** What every page needs to know of the visit it is for. */
export interface Visit {
  /** Scheme and host as the visitor typed them. */
  origin: string;
  path: string;
  cartCount: number;
  measurement?: Measurement;
  /** The owner's HTML for every head. */
  snippet: string;
  /** Which halves of an order are told; absent where the shop's server tells none. */
  isOn?: (half: Half) => boolean;
}

export interface Page {
  title: string;
  description: string;
  /** Meta tags and structured data. */
  head?: Markup;
  body: Markup;
  /** What the page tells once it stands: its data layer events. */
  tells?: Markup;
}

const STYLES = ["base", "controls", "frame", "home", "listing", "product", "cart", "checkout"] as const;

/** A whole page: head, header, body, mini-cart, footer. */
export const layout = (visit: Visit, page: Page): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title}</title>
<meta name="description" content="${page.description}">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" content="#fbf8f2" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#161813" media="(prefers-color-scheme: dark)">
<meta property="og:site_name" content="${SHOP.name}">
<meta property="og:title" content="${page.title}">
<meta property="og:description" content="${page.description}">
<meta property="og:url" content="${visit.origin}${visit.path}">
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
${STYLES.map((name) => html`<link rel="stylesheet" href="/assets/${name}.css">`)}
${page.head}
${dataLayerHead()}
${consentCall(visit.measurement)}
${trusted(visit.snippet)}
<script type="module" src="/assets/shop.js"></script>
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<p class="notice">Free US shipping from $150. New here? <strong>WELCOME10</strong> takes 10% off.</p>
${header(visit)}
<main id="main">${page.body}</main>
${footer(visit)}
<dialog class="mini-cart" id="mini-cart" aria-labelledby="mini-cart-title"></dialog>
${page.tells}
</body>
</html>
`.text;

const header = ({ path, cartCount }: Visit): Markup => html`
<header class="site-header">
  <a class="brand" href="/">${mark()}<span>${SHOP.name}</span></a>
  <nav class="collections" aria-label="Collections">${COLLECTIONS.map(({ handle, name }) => {
    const href = `/collections/${handle}`;
    return html`<a href="${href}"${path === href && html` aria-current="page"`}>${name}</a>`;
  })}</nav>
  <div class="tools">
    <a href="/search"${path === "/search" && html` aria-current="page"`}>${icon("search")}<span class="sr-only">Search</span></a>
    <a href="/cart" data-cart-link>${icon("bag")}<span class="sr-only" data-cart-words>Cart, ${cartCount} in it</span><span class="count" aria-hidden="true" data-cart-count${cartCount === 0 && html` hidden`}>${cartCount}</span></a>
  </div>
</header>`;

const footer = ({ measurement, isOn }: Visit): Markup => html`
<footer class="site-footer">
  <div class="columns">
    <div>
      <p class="brand">${mark()}<span>${SHOP.name}</span></p>
      <p>Homeware from small workshops, made to be used every day and kept for a long time.</p>
    </div>
    <nav aria-label="Footer">
      <h2>Shop</h2>
      <ul>${COLLECTIONS.map(({ handle, name }) => html`<li><a href="/collections/${handle}">${name}</a></li>`)}
        <li><a href="/search">Search</a></li><li><a href="/cart">Cart</a></li></ul>
    </nav>
    <fieldset class="consent" data-consent>
      <legend>Measurement</legend>
      <p id="consent-about">We measure how our ads do when you visit, unless you say no.</p>
      <div class="choice">
        ${consentChoice("granted", "Allowed", measurement)}${consentChoice("denied", "Not allowed", measurement)}
      </div>
      <p class="state" role="status" data-consent-state>${measurement ? CHOSEN[measurement] : "You have not chosen yet."}</p>
    </fieldset>
    ${isOn && halfSwitches(isOn)}
  </div>
  <p class="fine">A demonstration shop: nothing is charged and nothing is shipped.</p>
</footer>`;

/** What stands beside a choice on every page after it. */
const CHOSEN: Record<Measurement, string> = {
  granted: "Measured. You can change this at any time.",
  denied: "Not measured. You can change this at any time.",
};

const consentChoice = (value: Measurement, label: string, measurement: Measurement | undefined): Markup => html`
<label><input type="radio" name="measurement" value="${value}" aria-describedby="consent-about"${measurement === value && html` checked`}><span>${label}</span></label>`;
