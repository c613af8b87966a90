/**
 * Hears what is put into WooCommerce's cart: by its requests, and where those cannot tell, by the press of a button and
 * what the page says once it is done. What the page does not live to hear its next page finds out.
 */
import { attempt } from "../guard.ts";
import type { Page } from "../look.ts";
import { fieldsOf } from "../request-fields.ts";
import { type Asked, hearRequests, type Reply } from "../requests.ts";
import { SHOP, type Told } from "../sighting.ts";
import { isThing, type Thing, things } from "../thing.ts";
import { tabStore } from "./tab-store.ts";
import { askCart, inCart, itemsOf, remember } from "./woo-cart.ts";
import { one } from "./woo-dom.ts";
import { lineOf } from "./woo-product.ts";

const WANTED = /wc-ajax=add_to_cart|wc(\/|%2F)store.+(add-item|update-item|batch)/i;

/** What is to be told if the shop took it, and when and where the shopper asked for it. */
interface Pending {
  said: Thing;
  time: number;
  address: string;
}

const kept = tabStore<Pending>("_pinrelay.pending");
const before = kept.all();
/** What was asked for, here or before, and is neither told nor has failed. */
const open = new Set<Pending>(before);
/** What the button asked for that was clicked last. */
let pressed: Thing | undefined;
/** What a request asked for that nobody pressed for. Plugins fill a cart of their own to learn what it would cost. */
let unsure: readonly Thing[] = [];
let see: Page["see"];

/** Begins. */
export const hearAdds = (page: Page): void => {
  see = page.see;
  hearRequests(WANTED, hear);
  listen("click", press, true);
  listen("click", follow);
  listen("submit", submit);
  window.addEventListener("wc-blocks_added_to_cart", announce, true);
  // jQuery's events reach no listener, but its trigger calls what stands under this name:
  // https://github.com/jquery/jquery/blob/main/src/event/trigger.js
  Object.assign(window, { onadded_to_cart: announce });
};

/** What another source has seen of what is open is told with that, and not again by the next page. */
export const join = (): void => {
  for (const pending of open) if (tell(pending.said, { ...pending, isUnsure: true })) close(pending);
};

/** Finds out what became of what the page before asked for, or this page's own address. */
export const settle = (): void => {
  const isGood = one(".woocommerce-message, .is-success[class*=notice]");
  const isBad = one(".woocommerce-error, .is-error[class*=notice]");
  const asked = before[0] ? before : goes(new URLSearchParams(location.search));
  if (asked[0])
    askCart((items) => {
      for (const pending of asked) finish(pending, isBad && !isGood ? [] : linesIn(pending), isGood && !isBad, items);
    });
};

const hear = ({ url, fields }: Asked): ((reply: Reply) => void) | undefined => {
  const batch = Array.isArray(fields.requests) && things(fields.requests);
  const asked = (batch || [{ path: url.href, body: fields }]).map(lineAsked);
  const lines = asked.filter(isThing);
  if (!lines[0]) return undefined;
  unsure = lines;
  if (!pressed && !/add_to_cart/.test(url.search)) return undefined;
  const [pending] = ask(lines);
  return ({ isOk, said }) => {
    const [answer] = things(said);
    // Without an answer the line broke, or the page is being left: the next page asks the cart.
    if (!pending || !answer) return;
    const answers = batch ? things(answer.responses) : [{ status: isOk && !answer.error ? 200 : 400, body: answer }];
    const taken = asked.filter((_, at) => /^2/.test(String(answers[at]?.status))).filter(isThing);
    finish(pending, taken, true, itemsOf(answers.at(-1)?.body));
  };
};

/** The line that a request asks for, or one of a batch. A button asks for more of what is in the cart by its new total. */
const lineAsked = ({ path, body }: Thing): Thing | undefined => {
  const [fields = {}] = things(body);
  const { id, quantity } = fields;
  const isUpdate = /update-item/.test(String(path));
  if (isUpdate ? !pressed : !/add_to_cart|add-item/.test(String(path))) return undefined;
  // The form knows whose variation it is.
  const known = id && String(id) === pressed?.variation_id ? pressed : fields;
  return lineOf({ ...known, quantity: isUpdate ? pressed?.quantity : quantity });
};

/** The lines of a form: one, or as many as are wanted of a grouped product. */
const linesOf = (fields: Thing): Thing[] =>
  isThing(fields.quantity)
    ? Object.entries(fields.quantity)
        .filter(([, quantity]) => Number(quantity) > 0)
        .map(([id, quantity]) => lineOf({ id, quantity }))
    : [lineOf(fields)];

const linesIn = ({ said }: Pending): Thing[] => things(said.items ?? said);

/** Several lines by one act are one addition. */
const saidOf = (lines: readonly Thing[]): Thing | undefined => (lines[1] ? { items: lines } : lines[0]);

const tell = (said: Thing | undefined, more: Partial<Told>): boolean => see(SHOP, "Added To Cart", said, more);

/** Notes what is asked for, until it is told or has failed. It is what the last press was for. */
const ask = (lines: readonly Thing[]): Pending[] => {
  pressed = undefined;
  unsure = [];
  const said = saidOf(lines);
  if (!said) return [];
  const pending = { said, time: Date.now(), address: location.href };
  open.add(pending);
  kept.add(pending);
  remember(lines);
  return [pending];
};

const close = (pending: Pending): boolean => {
  kept.drop(({ time }) => time === pending.time);
  return open.delete(pending);
};

/** Tells what was taken, with what the cart knows of it. What it has not is told only if it was taken for sure. */
const finish = (pending: Pending, lines: readonly Thing[], isSure: unknown, items: Thing[] = []): void => {
  const take = (inside: readonly Thing[]) => {
    const taken = lines.map((line) => inCart(line, inside) ?? (isSure && line)).filter(isThing);
    if (!close(pending)) return;
    remember(taken);
    tell(saidOf(taken), pending);
  };
  if (lines[0] && !items[0]) askCart(take);
  else take(items);
};

/** Every other click takes back what was pressed before. */
const press = ({ target }: Event): void => {
  const button =
    target instanceof Element ? target.closest<HTMLElement>(".add_to_cart_button, .single_add_to_cart_button") : null;
  const form = button?.closest("form");
  pressed = button ? (form && attempt(() => fieldsOf(new FormData(form, button)))) || { ...button.dataset } : undefined;
};

/** A link that adds: the page goes. Another tab says in its own address what it adds. */
const follow = ({ target, defaultPrevented, ctrlKey, metaKey, shiftKey }: MouseEvent): void => {
  const link = target instanceof Element && target.closest<HTMLAnchorElement>("a[href*='add-to-cart=']");
  if (link && !(defaultPrevented || link.target || ctrlKey || metaKey || shiftKey))
    goes(new URL(link.href).searchParams);
};

const submit = ({ target, submitter, defaultPrevented }: SubmitEvent): void => {
  if (!defaultPrevented && target instanceof HTMLFormElement) goes(new FormData(target, submitter));
};

/** The page goes, and the next one says what came of it. */
const goes = (body: FormData | URLSearchParams): Pending[] => {
  const fields = fieldsOf(body);
  return fields["add-to-cart"] ? ask(linesOf(fields)) : [];
};

/** The page says that something was added. What it was the press says that led to no request, or the other request. */
const announce = (): void => {
  attempt(() => {
    for (const pending of ask(pressed ? linesOf(pressed) : unsure)) finish(pending, linesIn(pending), true);
  });
};

const listen = <Type extends keyof WindowEventMap>(
  type: Type,
  step: (event: WindowEventMap[Type]) => void,
  isFirst?: boolean,
): void => window.addEventListener(type, (event) => attempt(() => step(event)), isFirst);
