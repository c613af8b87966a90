/** How long an event waits for its other half before it may be sent. Commutative: by what was told, not in which order. */
import { type Half, isSigned } from "./event.ts";
import { isProved } from "./merge.ts";
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
  const until = Math.max(holdEndOf(halves, settings, awaitsSigned), upsell);
  // A page may say what it likes of when it was; from when it was heard its hold runs in full.
  const placed = halves.map((half) =>
    signed === undefined ? half.receivedMs : isSigned(half) ? half.timeMs : Infinity,
  );
  const latest = Math.min(...placed) + settings.lateMinutes * 60_000 - MARGIN_MS;
  return Math.max(together, Math.min(until, latest));
};

/** No page shows an order before it is placed; clocks differ by less. What comes sooner and proves nothing is a guess. */
const CLOCKS_MS = 60_000;

/** An order that the shop's server told waits for the shopper's half, whoever has guessed its number ahead of it. */
const holdEndOf = (halves: readonly Half[], settings: ShopSettings, awaitsSigned: boolean): number => {
  const signed = halves.filter(isSigned);
  const browsers = halves.filter((half) => !isSigned(half));
  const [toldMs, shownMs] = [firstOf(signed), firstOf(browsers)];
  if (toldMs === undefined) return (shownMs ?? 0) + (awaitsSigned ? settings.unsignedHoldMinutes * 60_000 : 0);
  const placedMs = Math.min(...signed.map(({ timeMs }) => timeMs));
  const isMet = browsers.some((half) => half.receivedMs >= placedMs - CLOCKS_MS || isProved(half, signed));
  return isMet ? toldMs : toldMs + settings.signedHoldSeconds * 1_000;
};

const firstOf = (halves: readonly Half[]): number | undefined =>
  halves.length > 0 ? Math.min(...halves.map(({ receivedMs }) => receivedMs)) : undefined;
