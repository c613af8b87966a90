/** Orders that this browser told already, so that a reloaded thank-you page tells none of them again. */
import { ORDERS_KEY } from "./contract.ts";
import { remember } from "./storage.ts";

/** Whether an order's event ID is new here; from then on it is not. */
export const isNewOrder = (id: string): boolean => remember(ORDERS_KEY, id);
