/** What becomes of an event at the door: where it goes, or why it goes nowhere. It is kept either way. */
import type { Properties } from "@pinrelay/tag/contract";
import type { Half, ShopEvent } from "./event.ts";
import { apiNameOf } from "./event-names.ts";
import type { Outcome } from "./outcome.ts";
import type { Destination, ShopSettings } from "./settings.ts";

export interface Admission {
  destination: number;
  /** When it may be sent; absent where `outcome` says why it never will be. */
  dueMs?: number;
  outcome?: Outcome;
}

/** One admission for each destination of the shop that is told anything at all. */
export function admit(event: ShopEvent, destinations: readonly Destination[], settings: ShopSettings): Admission[] {
  const outcome = refusal(event, settings);
  return destinations
    .filter(({ shop, state }) => shop === event.shop && (state === "live" || state === "test"))
    .map(({ id }) => (outcome ? { destination: id, outcome } : { destination: id, dueMs: event.half.receivedMs }));
}

/** What may be kept of an event that its visitor has not consented to: that it happened, and nothing of whom. */
export const withoutPerson = ({ source, timeMs, receivedMs, rev, tagName, properties, consent }: Half): Half => ({
  source,
  timeMs,
  receivedMs,
  matchKeys: {},
  // What was searched for may be anything.
  properties: withoutQuery(properties),
  consent,
  ...(rev === undefined ? {} : { rev }),
  ...(tagName === undefined ? {} : { tagName }),
});

const withoutQuery = ({ query: _, ...properties }: Properties): Properties => properties;

const refusal = (event: ShopEvent, settings: ShopSettings): Outcome | undefined => {
  const name = apiNameOf(event.name, event.half.tagName, settings.pageLoad);
  if ("outcome" in name) return name.outcome;
  return consentAllows(event.half, settings) ? undefined : "no consent";
};

/** Unknown and denied are different states: unknown is enough unless consent is required. */
export const consentAllows = ({ consent }: Pick<Half, "consent">, settings: ShopSettings): boolean =>
  settings.consent === "always" ||
  consent.marketing === "granted" ||
  (consent.marketing === "unknown" && settings.consent !== "require");
