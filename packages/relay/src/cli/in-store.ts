/** Commands that work on the store of a relay that has run, whether or not it is running now. */
import { existsSync } from "node:fs";
import { isPostgres } from "../config.ts";
import type { Shop } from "../core/settings.ts";
import { openStore } from "../open-store.ts";
import type { Store } from "../store/store.ts";
import type { Context, Ended } from "./command.ts";

export type InStore = (context: Context, store: Store) => Promise<Ended>;
export type OfShop = (context: Context, store: Store, shop: Shop) => Promise<Ended>;

/** Opens the store, and no new one: somebody in another folder would look at nothing. */
export const inStore =
  (command: InStore) =>
  async (context: Context): Promise<Ended> => {
    const { database } = context.config;
    if (database !== ":memory:" && !isPostgres(database) && !existsSync(database))
      return {
        problem: `there is no database at ${database}; set DATABASE_URL as for the relay, and come to the folder it runs in`,
      };
    const store = await openStore(context.config);
    try {
      return await command(context, store);
    } finally {
      await store.close();
    }
  };

/** A command about one shop: the sole one, or the one that is named. */
export const ofShop = (command: OfShop) =>
  inStore(async (context, store) => {
    const { shop: key } = context.options;
    const shops = await store.shops();
    const shop = key === undefined && shops.length === 1 ? shops[0] : shops.find((one) => one.key === key);
    return shop
      ? command(context, store, shop)
      : { problem: `name one of these shops with --shop: ${shops.map((one) => one.key).join(", ")}` };
  });
