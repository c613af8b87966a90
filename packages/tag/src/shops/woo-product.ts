/** What a page of WooCommerce shows of a product, in the markup of its templates and of its blocks. */
import { minorDigits } from "../money.ts";
import { price } from "../price.ts";
import type { Thing } from "../thing.ts";
import { all, bodySays, one, textOf } from "./woo-dom.ts";

/** A price as it holds now, not as it was. */
const AMOUNT = ".amount:not(del *)";

/** ID of the product that this page is about. */
export const pageProduct = (): string | undefined => bodySays(/\bpostid-(\d+)/);

/** What WooCommerce tells scripts of the shop's currency, where it does. */
const told = (): Thing => Reflect.get(window, "wcSettings")?.currency ?? {};

/** A price that the page shows, as a figure. The shop may write more decimals than its currency has, or fewer. */
export const figure = (text: unknown, code: unknown): number | undefined =>
  // Nobody pays in fils in Iraq: WooCommerce's own table of locales has no decimals there.
  price(text, Number(told().precision ?? (code !== "IQD" && minorDigits(String(code)))));

/** The currency of the prices in this page: a code that WooCommerce wrote into it, since a sign is none. */
export const currency = (): unknown =>
  told().code ??
  all("[type$=json]")
    .map(({ textContent }) => /currency(?:_?code)?":\s*(?:{"code":)?"([A-Z]{3})"/i.exec(textContent ?? "")?.[1])
    .find(Boolean);

/**
 * The line that a form, a button or a request asks for. WooCommerce's own script may name the variation in the
 * product's place; then the product is the page's.
 */
export const lineOf = (fields: Thing): Thing => {
  const code = currency();
  const product = fields.product_id ?? fields["add-to-cart"] ?? fields.id ?? pageProduct();
  const variant = Number(fields.variation_id) ? fields.variation_id : undefined;
  return {
    ...productOf(product === variant ? pageProduct() : product, code),
    variant_id: variant,
    currency: code,
    quantity: fields.quantity || 1,
  };
};

/** A product as the page shows it in a currency: its own, with the variation that is chosen by now, or one in a list. */
export const productOf = (id: unknown, code: unknown): Thing => {
  const button = one(`[data-product_id="${id}"][data-product_sku]`);
  const card = one(`.post-${id}`) ?? button?.closest("li") ?? (String(id) === pageProduct() ? one("main") : null);
  const shown = (selector: string) => (card ? textOf(selector, card) : undefined);
  return {
    product_id: id,
    // Where there are variations it may be a word for none.
    sku: button?.dataset.product_sku || (one("[name=variation_id]") ? undefined : shown(".sku")),
    name: shown("[class*=title]"),
    price: figure(shown(`.single_variation ${AMOUNT}`) ?? shown(`:is(.price, [class*=product-price]) ${AMOUNT}`), code),
  };
};

/** All prices in an element, as text. */
export const amounts = (selector: string, within?: ParentNode): string[] =>
  all(`${selector} ${AMOUNT}`, within).map(({ textContent }) => textContent ?? "");
