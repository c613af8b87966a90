/** How long an event waits for its other half before it may be sent. Commutative: by what was told, not in which order. */
import { type Half, isSigned } from "./event.ts";
import type { ShopSettings } from "./settings.ts";

/** A claim comes a moment after it is due, and a first try may fail. */
const MARGIN_MS = 120_000;

/**
 * When an event with these halves is due. Only orders wait, and only where the shop's server tells them: `awaitsSigned`.
 * No hold reaches the late limit, after which Pinterest would count a second copy.
 */
export const dueMsOf = (halves: readonly Half[], settings: ShopSettings, awaitsSigned: boolean): number => {
  const browser = firstOf(halves.filter((half) => !isSigned(half)));
  const signed = firstOf(halves.filter(isSigned));
  const isOrder = halves.some(({ orderIds }) => orderIds !== undefined);
  if (!isOrder) return Math.min(browser ?? Infinity, signed ?? Infinity);
  const together = Math.max(browser ?? 0, signed ?? 0);
  const upsell = signed === undefined ? 0 : signed + settings.upsellHoldSeconds * 1_000;
  const hold =
    signed === undefined
      ? awaitsSigned
        ? settings.unsignedHoldMinutes * 60_000
        : 0
      : browser === undefined
        ? settings.signedHoldSeconds * 1_000
        : 0;
  const latest = Math.min(...halves.map(({ timeMs }) => timeMs)) + settings.lateMinutes * 60_000 - MARGIN_MS;
  return Math.max(together, Math.min(Math.max(together + hold, upsell), latest));
};

const firstOf = (halves: readonly Half[]): number | undefined =>
  halves.length > 0 ? Math.min(...halves.map(({ receivedMs }) => receivedMs)) : undefined;
