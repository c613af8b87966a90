import type { Customer } from "./customer.ts";
import type { Quote } from "./pricing.ts";

/** An order as the shop keeps it: what was quoted, who ordered, and the names it goes by. Money in cents. */
export interface Order extends Quote {
  /** "5001001": what the order's page and its feeds call it. */
  id: string;
  /** "#1001": what the customer reads. */
  number: string;
  /** ISO 8601. */
  placedAt: string;
  currency: string;
  customer: Customer;
}

const FIRST_NUMBER = 1001;

/** Puts an order on the books under the next number. */
export const placeOrder = (orders: Order[], quoted: Quote, customer: Customer, currency: string, now: Date): Order => {
  const number = FIRST_NUMBER + orders.length;
  const order: Order = {
    ...quoted,
    id: `500${number}`,
    number: `#${number}`,
    placedAt: now.toISOString(),
    currency,
    customer,
  };
  orders.push(order);
  return order;
};
