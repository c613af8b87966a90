/**
 * Adds to the cart, however a theme sends them. One request is one add, and counts once the shop has said yes: with the
 * quantity asked for, since the reply's is the whole line's, and with the price and the ids of the reply.
 */
import { attempt, later } from "../guard.ts";
import type { Page } from "../look.ts";
import { newEventId } from "../random.ts";
import { fieldsOf } from "../request-fields.ts";
import { type Asked, hearRequests, type Reply } from "../requests.ts";
import { SHOP, type Sighting } from "../sighting.ts";
import { isThing, type Thing, things } from "../thing.ts";
import { carryInCart, cartIsAsked, cartIsFilled } from "./shopify-attributes.ts";
import { at, digits, itemOf, root, variantInPage } from "./shopify-page.ts";
import { tabStore } from "./tab-store.ts";

const ADDED = "Added To Cart";

/** Its time, address and event ID are kept with it: whoever tells it tells the same event. */
interface Add extends Pick<Sighting, "time" | "address" | "eventID"> {
  /** Variant IDs, how many of each, and how many of it were known to be in the cart before. */
  lines: { id: string; quantity: number; before: number }[];
  isForm: boolean | undefined;
}

/** Adds that nobody has answered for yet: a form's answer is the next page, and a page that is left hears no other. */
const kept = tabStore<Add>("_pinrelay.adds");

/** With and without a locale before it: https://shopify.dev/docs/api/ajax/reference/cart */
const PATH = /^(\/[\w-]+)?\/cart\/(add|change|update|clear)(\.js(on)?)?(\?|$)/;

/** How long a request that broke off may have been broken off by the page's end. */
const LOST_MS = 2_000;

/** A theme may say that it adds a little later than it asks the shop. */
const LATE_MS = 2_500;

/** What this page has asked for. */
const asked: Add[] = [];

/** How many of a variant are in the cart, as far as this page was told. */
let inCart: Record<string, number> = {};

/** Hears adds, and settles those that the tab's last page could not. */
export const hearCart = (page: Page): void => {
  carryInCart(page);
  settle(page);
  const hear = (request: Asked) => heard(page, request);
  hearRequests(PATH, hear);
  window.addEventListener("click", ({ target, defaultPrevented }) =>
    attempt(() => {
      const link = target instanceof Element && target.closest<HTMLAnchorElement>("a[href*='/cart/add']");
      const url = new URL(link && !defaultPrevented ? link.href : "");
      if (PATH.test(url.pathname)) hear({ url, fields: fieldsOf(url.searchParams), isForm: true });
    }),
  );
  // Who is back on a page that was not unloaded got no further than the shop's refusal.
  window.addEventListener("pageshow", ({ persisted }) => persisted && forgetForms());
};

/** Tells an add that this page made no request for, once, as the cart has it. */
export const confirmAdd = (page: Page, lines: unknown, time: number): void => {
  const add = addOf({ items: lines }, time);
  const isSame = ({ id }: Thing) => add.lines.some((line) => line.id === id);
  if (!asked.some((one) => one.time > time - LATE_MS && one.lines.some(isSame))) {
    kept.add(add);
    confirm(page, [add]);
  }
};

const heard = (page: Page, { url, fields, isForm }: Asked): ((reply: Reply) => void) | undefined => {
  if (url.origin !== location.origin) return undefined;
  const cartHasAnswered = cartIsAsked();
  // The answer to a form is a page, this one's next or a frame's.
  if (isForm) cartHasAnswered();
  if (!/cart.add/.test(url.pathname)) {
    inCart = {};
    return cartHasAnswered;
  }
  const add = addOf(fields, Date.now(), isForm);
  const isKept = add.lines[0] && kept.add(add);
  if (isForm && !isKept) return undefined;
  asked.push(add);
  const items = add.lines.map(({ id }) => variantInPage(id));
  const end = page.begin(SHOP, ADDED, about(items) ?? {}, add);
  // Told already, by a call: the answer says no more than that it is in the cart.
  if (!end) forget(add);
  return (reply) => {
    cartHasAnswered();
    answered(add, reply, end);
  };
};

const answered = (
  add: Add,
  { isOk, isLost, said }: Reply,
  end: (outcome: Thing | undefined) => void = () => {},
): void => {
  const isAdded = isOk && !at(said, "status");
  const lines = things(at(said, "items") ?? said).filter(({ variant_id }) => isAdded && variant_id);
  // A page of HTML does not say what was added.
  if (isAdded && !lines[0]) ask([add], (_, found) => end(found));
  else {
    if (lines[0]) cartIsFilled();
    later(isLost ? LOST_MS : 0, () => forget(add));
    for (const { variant_id, quantity } of lines) inCart[digits(variant_id)] = Number(quantity);
    if (isAdded) kept.change((other) => startAfter(add, other));
    const found = itemsOf(add, lines);
    // A shop may make one line of a bundle's parts, or the request was written as nobody knows.
    end(about(found[0] ? found : lines.map((line) => itemOf(line))));
  }
};

/** The shop answers a form that it takes with the cart; else with a page of its own, and the shopper goes back or on. */
const settle = (page: Page): void => {
  const [entry] = performance.getEntriesByType("navigation");
  if (/back|\/cart\/add/.test([at(entry, "type"), document.referrer, location.pathname].join())) forgetForms();
  const adds = kept.all();
  // A request may still be on its way; a form has had its answer.
  const waits = adds.map(({ isForm, time }) => (isForm ? 0 : time + LOST_MS - Date.now()));
  later(Math.max(0, ...waits), () => confirm(page, adds));
};

const confirm = (page: Page, adds: readonly Add[]): void =>
  ask(adds, (add, found) => page.see(SHOP, ADDED, found, add));

/** Asks the cart, once, for what of these is in it. */
const ask = (adds: readonly Add[], tell: (add: Add, found: Thing | undefined) => void): void => {
  const found = async () => {
    const cart = await (await fetch(`${root()}cart.js`)).json();
    for (const add of adds) {
      forget(add);
      // A cart that has no more of a variant than before was not added to.
      const isIn = ({ variant_id, quantity }: Thing) =>
        add.lines.some((line) => line.id === digits(variant_id) && Number(quantity) >= line.before + line.quantity);
      const items = itemsOf(add, things(at(cart, "items")).filter(isIn));
      if (items[0]) {
        cartIsFilled();
        for (const other of adds) startAfter(add, other);
      }
      tell(add, about(items));
    }
  };
  if (adds[0]) found().catch(() => {});
};

/** What one add has put into the cart does not speak for another one. */
const startAfter = (add: Add, other: Add): void => {
  for (const line of add.eventID === other.eventID ? [] : other.lines)
    line.before += add.lines.find(({ id }) => id === line.id)?.quantity ?? 0;
};

const addOf = (fields: Thing, time: number, isForm?: boolean): Add => ({
  lines: linesOf(fields),
  time,
  address: location.href,
  eventID: newEventId(time),
  isForm,
});

const forget = ({ eventID }: Add): void => kept.drop((one) => one.eventID === eventID);
const forgetForms = (): void => kept.drop(({ isForm }) => isForm);

const linesOf = ({ items, id, quantity }: Thing): Add["lines"] => {
  const ids = isThing(id) ? Object.values(id) : [id];
  const lines = isThing(items) ? Object.values(items) : ids.map((one) => ({ id: one, quantity }));
  return things(lines)
    .map((line) => [digits(line.merchandiseId ?? line.id), Number(line.quantity) || 1] as const)
    .map(([variant, units]) => ({ id: variant, quantity: units, before: inCart[variant] ?? 0 }))
    .filter((line) => line.id);
};

/** What the shop says of the lines that were asked for. */
const itemsOf = ({ lines }: Add, said: readonly Thing[]): Thing[] =>
  lines.flatMap(({ id, quantity }) => {
    const line = said.find((one) => digits(one.variant_id) === id);
    return line ? { ...itemOf(line), quantity } : [];
  });

/** One product added is what the event itself is about; several are its items. */
const about = (items: Thing[]): Thing | undefined => (items[1] ? { items, currency: items[0]?.currency } : items[0]);
