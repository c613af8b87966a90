/** What a page of WooCommerce shows of a product, in the markup of its templates and of its blocks. */
import type { Thing } from "../thing.ts";
import { all, bodySays, one, textOf } from "./woo-dom.ts";

/** A price as it holds now, not as it was. */
const AMOUNT = ".amount:not(del *)";

/** ID of the product that this page is about. */
export const pageProduct = (): string | undefined => bodySays(/\bpostid-(\d+)/);

/** The currency of the prices in this page: a code that WooCommerce wrote into it, since a sign is none. */
export const currency = (): unknown => {
  const code: unknown = Reflect.get(window, "wcSettings")?.currency?.code;
  return (
    code ??
    all("[type$=json]")
      .map(({ textContent }) => /currency(?:_?code)?":\s*(?:{"code":)?"([A-Z]{3})"/i.exec(textContent ?? "")?.[1])
      .find(Boolean)
  );
};

/**
 * The line that a form, a button or a request asks for. WooCommerce's own script may name the variation in the
 * product's place; then the product is the page's.
 */
export const lineOf = (fields: Thing): Thing => {
  const product = fields.product_id ?? fields["add-to-cart"] ?? fields.id ?? pageProduct();
  const variant = Number(fields.variation_id) ? fields.variation_id : undefined;
  return {
    ...productOf(product === variant ? pageProduct() : product),
    variant_id: variant,
    currency: currency(),
    quantity: fields.quantity || 1,
  };
};

/** A product as the page shows it: its own, with the variation that is chosen by now, or one in a list. */
export const productOf = (id: unknown): Thing => {
  const button = one(`[data-product_id="${id}"][data-product_sku]`);
  const card = one(`.post-${id}`) ?? button?.closest("li") ?? (String(id) === pageProduct() ? one("main") : null);
  const shown = (selector: string) => (card ? textOf(selector, card) : undefined);
  return {
    product_id: id,
    // Where there are variations it may be a word for none.
    sku: button?.dataset.product_sku || (one("[name=variation_id]") ? undefined : shown(".sku")),
    name: shown("[class*=title]"),
    price: shown(`.single_variation ${AMOUNT}`) ?? shown(`:is(.price, [class*=product-price]) ${AMOUNT}`),
  };
};

/** All prices in an element, as text. */
export const amounts = (selector: string, within?: ParentNode): string[] =>
  all(`${selector} ${AMOUNT}`, within).map(({ textContent }) => textContent ?? "");
