import { randomUUID } from "node:crypto";
import { type Found, findVariant } from "./find.ts";
import type { Half } from "./halves.ts";

/** The most of one thing that a cart takes. */
export const MOST = 20;

/** What the shop remembers of a browser: its cart, the orders it placed, and the halves it switched off. */
export interface Session {
  id: string;
  /** Variant id → quantity, in the order of adding. */
  cart: Map<string, number>;
  code?: string;
  orders: string[];
  off: Set<Half>;
}

/** Sessions in memory, by the id in their cookie. */
export interface Sessions {
  find(id: string | undefined): Session | undefined;
  open(): Session;
}

export const createSessions = (): Sessions => {
  const all = new Map<string, Session>();
  return {
    find: (id) => (id === undefined ? undefined : all.get(id)),
    open: () => {
      const session: Session = { id: randomUUID(), cart: new Map(), orders: [], off: new Set() };
      all.set(session.id, session);
      return session;
    },
  };
};

/** What lies in the cart; nothing where there is no session yet. */
export const cartOf = (session: Session | undefined): (Found & { quantity: number })[] =>
  [...(session?.cart ?? [])].flatMap(([id, quantity]) => {
    const found = findVariant(id);
    return found ? [{ ...found, quantity }] : [];
  });

/** Units in the cart. */
export const countOf = (session: Session | undefined): number =>
  cartOf(session).reduce((units, line) => units + line.quantity, 0);

/** Sets how many of a variant the cart holds; none takes it out. */
export const setQuantity = (session: Session, variant: string, quantity: number): void => {
  if (quantity > 0) session.cart.set(variant, Math.min(quantity, MOST));
  else session.cart.delete(variant);
};
