/** The one-hour rule and the end of all patience: whether an event is too old to be sent now. */
import type { Acknowledgement } from "@pinrelay/tag/contract";
import type { Outcome } from "./outcome.ts";
import type { ShopSettings } from "./settings.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

export interface Aged {
  timeMs: number;
  /** Pinterest Tag event name; absent where the browser half told the Tag nothing. */
  tagName?: string;
  ack?: Acknowledgement["state"];
}

/** What happened before this is sent to nobody. */
export const expiresBeforeMs = ({ expiryDays }: ShopSettings, nowMs: number): number => nowMs - expiryDays * DAY;

/**
 * What reaches Pinterest more than an hour after it happened counts as offline and cannot be deduplicated. So a late
 * event is not sent where the Pinterest Tag told it already, and is where it is the only record.
 */
export function tooOld(
  event: Aged,
  settings: ShopSettings,
  nowMs: number,
): Extract<Outcome, "late" | "expired"> | undefined {
  const age = nowMs - event.timeMs;
  if (event.timeMs < expiresBeforeMs(settings, nowMs)) return "expired";
  if (age <= settings.lateMinutes * MINUTE) return undefined;
  const unknownAsFired = event.ack === undefined && event.tagName !== undefined && settings.unknownCountsAsFired;
  return event.ack === "fired" || unknownAsFired ? "late" : undefined;
}
