/** Orders that this browser told already, so that a reloaded thank-you page tells none of them again. */
import { store, stored } from "./storage.ts";

const KEY = "_pinrelay.orders";
const REMEMBERED = 50;

/** Whether an order's event ID is new here; from then on it is not. */
export const isNewOrder = (id: string): boolean => {
  const told: string[] = stored(KEY) ?? [];
  if (told.includes(id)) return false;
  store(KEY, [id, ...told].slice(0, REMEMBERED));
  return true;
};
