/** Orders that this browser told already, so that a reloaded thank-you page tells none of them again. */
import { ORDERS_KEY } from "./contract.ts";
import { store, stored } from "./storage.ts";

export const REMEMBERED_ORDERS = 50;

/** Whether an order's event ID is new here; from then on it is not. */
export const isNewOrder = (id: string): boolean => {
  const told: string[] = stored(ORDERS_KEY) ?? [];
  if (told.includes(id)) return false;
  store(ORDERS_KEY, [id, ...told].slice(0, REMEMBERED_ORDERS));
  return true;
};
