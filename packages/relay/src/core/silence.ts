/**
 * When a shop's webhook has gone silent: browsers go on to tell of orders, and the shop's server tells of none. WooCommerce
 * switches a webhook off after a few deliveries that failed, and Shopify removes it; neither says so to anybody.
 */

/** What browsers told since the shop's server was last heard. */
export interface Unheard {
  /** How many orders that nobody had told before. */
  orders: number;
  firstMs: number;
  lastMs: number;
  /** When the operator was last told. */
  saidMs?: number;
}

/** One order may be paid by a transfer that takes days, or be nobody's; three over two hours are not. */
const ORDERS = 3;
const OVER_MS = 2 * 3_600_000;
const AGAIN_MS = 24 * 3_600_000;

export const withOrder = (unheard: Unheard | undefined, atMs: number): Unheard => ({
  ...unheard,
  orders: (unheard?.orders ?? 0) + 1,
  firstMs: unheard?.firstMs ?? atMs,
  lastMs: atMs,
});

/** Whether it is time to say so: at first, and once a day while browsers go on to tell of orders. */
export const isSilent = ({ orders, firstMs, lastMs, saidMs }: Unheard, nowMs: number): boolean =>
  orders >= ORDERS &&
  lastMs - firstMs >= OVER_MS &&
  (saidMs === undefined || (nowMs - saidMs >= AGAIN_MS && lastMs > saidMs));
