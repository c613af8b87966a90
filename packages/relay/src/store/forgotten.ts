/** Events whose person was forgotten: how the ledger knows them. */
import { withoutPerson } from "../core/admit.ts";
import type { Half } from "../core/event.ts";

/** Why a delivery was withdrawn whose person was forgotten while it waited, in words for the ledger. */
export const FORGOTTEN = "the person was forgotten";

/**
 * That it happened, and nothing of whom. The mark lies in the half, since an event may have no delivery that waits, or
 * none at all, and be told again all the same.
 */
export const forgotten = (half: Half): Half => ({ ...withoutPerson(half), isForgotten: true });

/** `isWithdrawn`: a delivery of it has the words above. Of who was forgotten before there was the mark they are all. */
export const areForgotten = (halves: readonly Half[], isWithdrawn: boolean): boolean =>
  isWithdrawn || halves.some(({ isForgotten }) => isForgotten);
