/** Fills what is still empty in the store from the environment, once; what the store already says is never touched. */
import { randomBytes } from "node:crypto";
import type { Seed } from "./config.ts";
import { DEFAULT_SETTINGS, type ShopSettings } from "./core/settings.ts";
import type { Store } from "./store/store.ts";

/** Makes the first shop where there is none, and gives a sole shop origins and a live destination where it has none. */
export async function seedStore(store: Store, seed: Seed, settings?: Partial<ShopSettings>): Promise<void> {
  await store.addFirstShop({
    key: randomBytes(6).toString("hex"),
    origins: seed.origins,
    settings: { ...DEFAULT_SETTINGS, ...settings },
  });
  const [shop, ...others] = await store.shops();
  if (!shop || others.length > 0) return;
  if (shop.origins.length === 0 && seed.origins.length > 0)
    await store.saveShop({ ...shop, origins: [...seed.origins] });
  if (!seed.account) return;
  await store.addFirstDestination({
    ...seed.account,
    shop: shop.id,
    name: `Pinterest Destination | ${seed.account.tagId}`,
    state: "live",
    drivesBrowser: true,
  });
}
