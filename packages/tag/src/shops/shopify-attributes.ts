/**
 * What the tag leaves on the cart: Shopify hands a cart's attributes to its order (`note_attributes`), and so the order's
 * webhook tells who ordered, what they clicked and what they allow.
 *
 * A cart's attributes are written together, and those that a request does not name stay
 * (https://shopify.dev/docs/api/ajax/reference/cart#update-cart-attributes); they may be empty. One underscore keeps a
 * line's property out of the checkout by convention, and nobody documents that of a cart's attribute; two keep it from
 * Liquid and from this API too (https://shopify.dev/docs/api/liquid/objects/cart#cart-attributes).
 * Since 2025-10 Shopify does one of simultaneous requests after the other, and refuses (409) those that are too many
 * (https://shopify.dev/changelog/improved-concurrency-handling-in-the-cart-ajax-api-and-storefront-cart-graphql-api).
 */
import { ORDER_CLICK_ID, ORDER_CONSENT, ORDER_VISITOR } from "../contract.ts";
import { attempt, later, on } from "../guard.ts";
import type { Page } from "../look.ts";
import { store, stored } from "../storage.ts";
import { root } from "./shopify-page.ts";

/** Where it is remembered which cart was written on, and enough of what was written to see that it has changed. */
const WRITTEN_KEY = "_pinrelay.cart";

/** A theme often asks the cart for more than one thing: it is left alone until it has been quiet for so long. */
const QUIET_MS = 1_000;

let page: Page;
let ask: typeof fetch;
let open = 0;
let quietFrom = 0;
/** Something was added, and this page has not written since. */
let isFilled = false;
let isWaiting = false;
let tried = "";

/** Begins, before the page's requests are heard: ours is none of them. */
export const carryInCart = (shown: Page): void => {
  page = shown;
  ask = window.fetch;
  // The checkout may come next.
  on(window, "pagehide", () => isWaiting && write());
};

/** The page asks the cart for something, and has its answer once what this answers has been called. */
export const cartIsAsked = (): (() => void) => {
  const rest = () => {
    quietFrom = Date.now() + QUIET_MS;
  };
  open += 1;
  rest();
  return () => {
    open -= 1;
    rest();
  };
};

/** Something is in the cart that was added: it is to carry who did. */
export const cartIsFilled = (): void => {
  isFilled = true;
  writeSoon();
};

/** Writes on the cart, if something else is to stand there than does. */
export const writeSoon = (): void => {
  if (isWaiting || !unwritten()) return;
  isWaiting = true;
  later(QUIET_MS, () => {
    isWaiting = false;
    if (open || Date.now() < quietFrom) writeSoon();
    else void write();
  });
};

/** What is to be written, on which cart, and what is remembered of it. */
const unwritten = (): [cart: string, mark: string, attributes: Record<string, string>] | undefined => {
  const may = page.mayTell();
  const { marketing, by, at, limited } = page.consent();
  const { id = "", clickId = "" } = (may && page.visitor()) || {};
  // An order has no word for limits: what the relay knows of the visitor decides.
  const decision = marketing === "unknown" || limited ? "" : `${marketing} ${by}`;
  // The token, without the key that Shopify puts behind it since 2024-05.
  const cart = attempt(() => /(?:^| )cart=([^;?%]+)/.exec(document.cookie)?.[1]) ?? "";
  const mark = String([id.slice(-4), clickId.slice(-4), decision]);
  const [known, written] = [stored(WRITTEN_KEY)].flat();
  const isChanged = known === cart && written !== mark && tried !== mark;
  // Who denies leaves that word alone, so that the shop's server does not tell the order either.
  const isNew = isFilled && (may || tried !== mark) && !(cart && known === cart && written === mark);
  return may !== undefined && (isNew || isChanged)
    ? [cart, mark, { [ORDER_VISITOR]: id, [ORDER_CLICK_ID]: clickId, [ORDER_CONSENT]: decision && `${decision} ${at}` }]
    : undefined;
};

const write = async (): Promise<void> => {
  const due = unwritten();
  if (!due) return;
  const [cart, mark, attributes] = due;
  isFilled = false;
  tried = mark;
  remember([cart, mark]);
  try {
    const { ok } = await ask(`${root()}cart/update.js`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ attributes }),
      keepalive: true,
    });
    if (ok) return;
  } catch {
    // The line is down, or the page is being left.
  }
  // The next page tries again.
  remember([cart]);
};

/** In the browser of who denies nothing is kept that was not there. */
const remember = (written: string[]): unknown => (page.mayTell() || stored(WRITTEN_KEY)) && store(WRITTEN_KEY, written);
