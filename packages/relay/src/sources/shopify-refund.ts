/** Shopify's webhook of money given back for an order. */
import { rounded } from "@pinrelay/tag/money";
import type { Refund } from "../core/event.ts";
import type { Shop } from "../core/settings.ts";
import { faultOf, wordsOf } from "./fault.ts";
import { isGivenBack, type MoneySet, type Refunded, refundSchema } from "./shopify-schema.ts";
import { orderIdsOf, type WebhookReading } from "./webhook.ts";

export const readRefund = (body: unknown, shop: Shop, receivedMs: number): WebhookReading => {
  const result = refundSchema.safeParse(body, { error: wordsOf });
  if (!result.success) return { fault: faultOf(result.error, "") };
  const { id, order_id, created_at, processed_at } = result.data;
  const [order] = orderIdsOf(shop.key, [order_id]);
  if (id === undefined || order === undefined) return { ignored: "the refund does not name itself and its order" };
  const sum = sumOf(result.data);
  if (!sum) return { ignored: "the refund gave no money back" };
  const atMs = Math.min(created_at ?? processed_at ?? receivedMs, receivedMs);
  return { refunds: [{ shop: shop.id, order, id, ...sum, atMs }] };
};

type Sum = Pick<Refund, "amount" | "currency">;

/**
 * What the transactions have paid back; what the lines say, where those are not told or still on their way. An empty list
 * is an answer: taking out of an order what is not paid yet is told as a refund too.
 */
const sumOf = ({ transactions, refund_line_items }: Refunded): Sum | undefined => {
  const paid = transactions?.filter(isGivenBack) ?? [];
  if (paid.length > 0) return added(paid.flatMap((one) => figureOf(one.amount_set, one.amount, one.currency)));
  const isOpen = transactions?.some(({ kind, status }) => kind === "refund" && status === "pending") ?? true;
  return isOpen ? added(refund_line_items.flatMap((line) => figureOf(line.subtotal_set))) : undefined;
};

/** In the currency that the shopper paid in, where that is told. */
const figureOf = (set: MoneySet, amount?: number, currency_code?: string): Sum[] =>
  [set?.presentment_money, { amount, currency_code }, set?.shop_money]
    .flatMap((money) =>
      money?.amount !== undefined && money.currency_code ? { amount: money.amount, currency: money.currency_code } : [],
    )
    .slice(0, 1);

/** Only what is in one currency can be added up. */
const added = (figures: Sum[]): Sum | undefined => {
  const currency = figures[0]?.currency;
  const amount = figures.filter((one) => one.currency === currency).reduce((sum, one) => sum + one.amount, 0);
  // Less than the currency's smallest coin is nothing.
  const given = currency === undefined ? 0 : rounded(amount, currency);
  return currency && given > 0 ? { amount: given, currency } : undefined;
};
