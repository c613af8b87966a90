/** Fills what is still empty in the store from the environment, once; what the store already says is never touched. */
import { randomBytes } from "node:crypto";
import type { Seed } from "./config.ts";
import { DEFAULT_SETTINGS, NO_SECRETS, type Shop, type ShopSettings } from "./core/settings.ts";
import type { Store } from "./store/store.ts";

/**
 * Makes the first shop where there is none, and gives a sole shop origins, secrets and a live destination where it has
 * none.
 */
export async function seedStore(store: Store, seed: Seed, settings?: Partial<ShopSettings>): Promise<void> {
  await store.addFirstShop({
    key: randomBytes(6).toString("hex"),
    origins: seed.origins,
    settings: { ...DEFAULT_SETTINGS, ...settings },
    secrets: { ...NO_SECRETS, ...seed.secrets },
  });
  const [shop, ...others] = await store.shops();
  if (!shop || others.length > 0) return;
  const seeded: Shop = {
    ...shop,
    origins: shop.origins.length > 0 ? shop.origins : [...seed.origins],
    secrets: {
      api: filled(shop.secrets.api, seed.secrets?.api),
      shopify: filled(shop.secrets.shopify, seed.secrets?.shopify),
      woocommerce: filled(shop.secrets.woocommerce, seed.secrets?.woocommerce),
    },
  };
  if (JSON.stringify(seeded) !== JSON.stringify(shop)) await store.saveShop(seeded);
  if (!seed.account) return;
  await store.addFirstDestination({
    ...seed.account,
    shop: shop.id,
    name: `Pinterest Destination | ${seed.account.tagId}`,
    state: "live",
    drivesBrowser: true,
  });
}

const filled = (own: string[], seed: string[] = []): string[] => (own.length > 0 ? own : seed);
