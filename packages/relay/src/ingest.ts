/** The one door in: every source's events are admitted and kept here, and nowhere else. */
import { admit, consentAllows, withoutPerson } from "./core/admit.ts";
import type { ShopEvent } from "./core/event.ts";
import type { Destination, Shop } from "./core/settings.ts";
import type { Kept, ShopAcknowledgement, ShopOtherTag, Store } from "./store/store.ts";

/** Resolves once all of it is durable, with what became of each event; rejects with `StoreUnavailable` when none is. */
export type Ingest = (
  shop: Shop,
  events: readonly ShopEvent[],
  acks?: readonly ShopAcknowledgement[],
  otherTags?: readonly ShopOtherTag[],
) => Promise<Kept[]>;

/** `wake` is called when something new is due. */
export const ingestInto =
  (store: Store, destinations: () => readonly Destination[], wake: () => void): Ingest =>
  async (shop, events, acks = [], otherTags = []) => {
    const admitted = events.map((event) => ({
      ...event,
      half: consentAllows(event.half, shop.settings) ? event.half : withoutPerson(event.half),
      admissions: admit(event, destinations(), shop.settings),
    }));
    const kept = await store.keep({ events: admitted, acks, otherTags });
    if (kept.some((what) => what === "new" || what === "merged")) wake();
    return kept;
  };
