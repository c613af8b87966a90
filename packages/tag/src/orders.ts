/** Orders: what they go by, and which of them this browser told, so that a reloaded thank-you page tells none again. */
import { type EventProperties, ORDERS_KEY } from "./contract.ts";
import { remember } from "./storage.ts";

/** Whether an order's event ID is new here; from then on it is not. */
export const isNewOrder = (id: string): boolean => remember(ORDERS_KEY, id);

/** What an order goes by, and nothing else of it. */
export const orderNames = ({ id, order_aliases }: EventProperties): EventProperties => ({
  ...(id && { id }),
  ...(order_aliases && { order_aliases }),
});
