/** What the pages of WooCommerce's checkout show: the rows of a cart or an order, and the order that was received. */
import { plain } from "../plain.ts";
import { price } from "../price.ts";
import type { Thing } from "../thing.ts";
import { remembered } from "./woo-cart.ts";
import { all, one, textOf } from "./woo-dom.ts";
import { amounts, currency, figure } from "./woo-product.ts";

/** The currency of the page, or of what this tab remembers, since few pages tell theirs. */
const code = (): unknown => currency() ?? remembered().find((line) => line.currency)?.currency;

/** Lines as a page shows them: name, units and price of one. Their IDs this tab may remember. */
export const rows = (paid = code()): (Thing & { quantity: number; price: number })[] =>
  all(".order_item, .cart_item").map((row) => {
    const name = row.firstElementChild?.firstChild?.textContent?.trim() || textOf("a", row);
    const quantity = price(textOf(".product-quantity", row)) ?? 1;
    return {
      // What was chosen of a variation stands in its name here.
      ...remembered().find((line) => [line.name, `${line.name} ${line.variant_name}`].map(plain).includes(plain(name))),
      name,
      quantity,
      price: sum(amounts("td:last-child", row), paid) / quantity,
    };
  });

/**
 * The order whose page this is; undefined where it failed, or is shown to nobody who may see it.
 * The page tells totals in the words of its language alone, so what goods are worth is reckoned from what its markup
 * tells: the lines less what is taken off, and less tax where prices include it.
 */
export const order = (): Thing | undefined => {
  const [total] = amounts(":is([class*=order-overview__total], [class*=order-confirmation-summary])");
  if (
    !total ||
    !one("body.woocommerce-order-received") ||
    one("[class*=order-failed], [class*=confirmation-status__actions]")
  )
    return undefined;
  const { searchParams, pathname } = new URL(location.href);
  const paid = code();
  const items = rows(paid);
  const off = all("tfoot td").filter(({ textContent }) => /^\s*[-−]/.test(textContent ?? ""));
  const goods =
    items.reduce((sum, line) => sum + line.price * line.quantity, 0) -
    sum(
      off.flatMap((cell) => amounts("", cell)),
      paid,
    );
  // The webhook goes by the ID, which the address has. Its number may be another, made up by a plugin.
  const number = textOf("[class*=order-overview__order] strong, [class$=summary-list-item__value]");
  return {
    id: searchParams.get("order-received") ?? /(\d+)\/?$/.exec(pathname)?.[1] ?? number,
    order_aliases: [number],
    total_price: figure(total, paid),
    value: items[0] && goods * (1 - sum(amounts("tfoot .includes_tax"), paid) / (figure(total, paid) || 1)),
    currency: paid,
    items,
  };
};

const sum = (amounts: readonly string[], code: unknown): number =>
  amounts.reduce((all, one) => all + (figure(one, code) ?? 0), 0);
