/** The one door in: every source's events are admitted and kept here, and nowhere else. */
import type { Consent } from "@pinrelay/tag/contract";
import { type Admit, admit, withoutPerson } from "./core/admit.ts";
import { consentAllows, isDenied } from "./core/consent.ts";
import type { Refund, ShopEvent } from "./core/event.ts";
import { noteOf } from "./core/identity.ts";
import type { Destination, Shop } from "./core/settings.ts";
import { toldInShadow } from "./core/shadow.ts";
import type { Kept, ShopAcknowledgement, ShopOtherTag, Store } from "./store/store.ts";

/** What one request tells. */
export interface Told {
  events?: readonly ShopEvent[];
  acks?: readonly ShopAcknowledgement[];
  otherTags?: readonly ShopOtherTag[];
  refunds?: readonly Refund[];
  /** What a visitor has decided, told with or without an event. */
  decision?: Decision;
  /** Of the request's body, where it had one. */
  bytes?: number;
}

export interface Decision {
  /** Visitor ID. */
  visitor: string;
  consent: Consent;
  atMs: number;
}

/** Resolves once all of it is durable, with what became of each event; rejects with `StoreUnavailable` when none is. */
export type Ingest = (shop: Shop, told: Told) => Promise<Kept[]>;

/** `wake` is called when something new is due. */
export const ingestInto =
  (store: Store, destinations: () => readonly Destination[], wake: () => void): Ingest =>
  async (shop, { events = [], acks = [], otherTags = [], refunds = [], decision }) => {
    if (events.length + acks.length + otherTags.length + refunds.length === 0 && !decision) return [];
    const { settings } = shop;
    const kept = await store.keep({
      events: events.map((event) => {
        const admits = admit(event, destinations(), shop);
        const half = toldInShadow(event.half, shop.id, destinations());
        return {
          ...event,
          half: mayKeepPerson(event, shop, admits) ? half : withoutPerson(half),
          admit: admits,
        };
      }),
      acks,
      otherTags,
      refunds,
      visitors: [
        ...events.flatMap((event) => noteOf(event, settings) ?? []),
        ...(decision ? [{ shop: shop.id, aliases: [], matchKeys: {}, ...decision }] : []),
      ],
    });
    if (kept.some((what) => what === "new" || what === "merged")) wake();
    return kept;
  };

/**
 * An order whose visitor nobody has asked yet is kept whole for as long as its other half may bring the answer: until the
 * claim, where there is to be one.
 */
const mayKeepPerson = ({ half }: ShopEvent, { settings }: Shop, admits: Admit): boolean =>
  consentAllows(half, settings) ||
  (half.orderIds !== undefined && !isDenied(half, settings) && admits([half]).some(({ dueMs }) => dueMs !== undefined));
