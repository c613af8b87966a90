/** One decision steers both channels. */
import { allows, isElsewhere } from "./consent-rule.ts";
import { type Consent, CONSENT_KEY as KEY } from "./contract.ts";
import { attempt } from "./guard.ts";
import { settings } from "./settings.ts";
import { store, stored } from "./storage.ts";

declare global {
  interface Navigator {
    globalPrivacyControl?: boolean;
  }
  /** Not in every browser yet. */
  const Temporal: { Now: { timeZoneId(): string } };
}

let choice: Consent | undefined;

/** Takes the shopper's choice, and remembers it over page loads. */
export const choose = (marketing: Consent["marketing"]): void => {
  choice = { marketing, by: "call", at: Date.now() };
  store(KEY, choice);
};

/** Takes up what was chosen in another tab. */
export const renew = (): void => {
  choice = stored(KEY) ?? choice;
};

/** What all signals together say now: Global Privacy Control, then a choice. Platforms and consent managers join here. */
export const consent = (): Consent => {
  const at = Date.now();
  return navigator.globalPrivacyControl && settings.consent !== "always"
    ? { marketing: "denied", by: "gpc", at }
    : (choice ?? stored(KEY) ?? { marketing: "unknown", by: settings.consent, at });
};

/** Whether it may be told now; undefined: not decided yet. */
export const mayTell = (): boolean | undefined =>
  allows(settings.consent, consent().marketing, () => isElsewhere(timeZone()));

// The first use of Intl in a page costs ten times as much as all the rest of this script.
const timeZone = (): string | undefined =>
  attempt(() => Temporal.Now.timeZoneId()) ?? attempt(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
