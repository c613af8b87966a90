/** Saves what a form changes, once and for all relays, and notes who did what. */
import { type Draft, draftOf } from "../core/draft.ts";
import type { Destination } from "../core/settings.ts";
import { saveDraft } from "../settings.ts";
import type { ShopVisit } from "./visit.ts";

export const STALE = "Somebody else has changed the settings meanwhile. Look at them again, then change them.";

/** The shop of a visit as the store has it now, with its destinations. */
export const draftIn = ({ house, shop }: ShopVisit): Draft => draftOf(shop, house.directory.destinations());

/** Saves a change that was made of `before`; false where somebody else was faster. */
export async function saved(visit: ShopVisit, before: Draft, after: Draft, what: string): Promise<boolean> {
  const { house, nowMs, audit } = visit;
  if (!(await saveDraft(house.store, before, after, "dashboard", nowMs))) return false;
  await house.directory.refresh();
  await audit(what);
  house.wake();
  return true;
}

/** The destination that a path names, among those of the shop. */
export const destinationIn = (visit: ShopVisit): Destination | undefined =>
  draftIn(visit).destinations.find(({ id }) => String(id) === visit.params.destination);

/** The draft with one destination changed; one of a shop's drives the browser. */
export const withDestination = ({ shop, destinations }: Draft, changed: Destination): Draft => ({
  shop,
  destinations: destinations.map((one) =>
    one.id === changed.id ? changed : changed.drivesBrowser ? { ...one, drivesBrowser: false } : one,
  ),
});
