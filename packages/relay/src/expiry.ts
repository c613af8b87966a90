/** What ends by itself, hour by hour. */
import { expiresBeforeMs } from "./core/age.ts";
import { flows } from "./delivery-loop.ts";
import type { Directory } from "./directory.ts";
import type { Store } from "./store/store.ts";

/** In small steps, since every one holds up the events that come in. */
const STEP = 1_000;

/** Ends what waits for a destination that stands still, once Pinterest would not take it any more: IP addresses go too. */
export async function expireStanding(store: Store, directory: Directory, nowMs: number): Promise<void> {
  for (const destination of directory.destinations()) {
    const shop = directory.shops().find(({ id }) => id === destination.shop);
    if (!shop || flows(destination)) continue;
    const beforeMs = expiresBeforeMs(shop.settings, nowMs);
    while ((await store.expire(destination.id, beforeMs, STEP, nowMs)) === STEP);
  }
}

/** Forgets visitors of whom nothing has come for so many days. */
export async function forgetVisitors(store: Store, retentionDays: number, nowMs: number): Promise<void> {
  while ((await store.forgetVisitors(nowMs - retentionDays * 86_400_000, STEP)) === STEP);
}

/** For so long it is worth knowing that a Tag was there, though no page has noticed it since. */
const GONE_MS = 30 * 86_400_000;

export const forgetGoneTags = (store: Store, nowMs: number): Promise<void> => store.forgetOtherTags(nowMs - GONE_MS);
