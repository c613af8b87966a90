/** What ends by itself, hour by hour. */
import { setImmediate as nextTurn } from "node:timers/promises";
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
    await inSteps((limit) => store.expire(destination.id, beforeMs, limit, nowMs));
  }
}

/** Withdraws what waits for destinations that were removed: also what a relay kept that did not know it yet. */
export const withdrawGone = (
  store: Pick<Store, "withdrawGone">,
  nowMs: number,
  isStopping?: () => boolean,
): Promise<void> => inSteps((limit) => store.withdrawGone(limit, nowMs), isStopping);

const DAY = 86_400_000;
/** Names of orders outlive the rest, so that a thank-you page that is opened again after months is no new order. */
const TOMBSTONE_DAYS = 400;

/**
 * Removes events that are older than the retention, but for the names of orders, and after 400 days those too; no further
 * once `isStopping`. Where several relays do it on one store at once, each removes what the others have left.
 */
export async function purgeOld(
  store: Pick<Store, "purgeEvents" | "purgeTombstones">,
  retentionDays: number,
  nowMs: number,
  isStopping = (): boolean => false,
): Promise<void> {
  await inSteps((limit) => store.purgeEvents(nowMs - retentionDays * DAY, limit), isStopping);
  await inSteps((limit) => store.purgeTombstones(nowMs - TOMBSTONE_DAYS * DAY, limit), isStopping);
}

/** One step after the other while there is more, and between them whatever has come in. */
async function inSteps(step: (limit: number) => Promise<number>, isStopping = (): boolean => false): Promise<void> {
  while (!isStopping() && (await step(STEP)) === STEP) await nextTurn();
}

/** Forgets visitors of whom nothing has come for so many days. */
export async function forgetVisitors(store: Store, retentionDays: number, nowMs: number): Promise<void> {
  await inSteps((limit) => store.forgetVisitors(nowMs - retentionDays * DAY, limit));
}

/** For so long it is worth knowing that a Tag was there, though no page has noticed it since. */
const GONE_MS = 30 * 86_400_000;

export const forgetGoneTags = (store: Store, nowMs: number): Promise<void> => store.forgetOtherTags(nowMs - GONE_MS);
