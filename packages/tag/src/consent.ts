/** One decision steers both channels. */
import { allows, isElsewhere } from "./consent-rule.ts";
import { type Consent, CONSENT_KEY as KEY } from "./contract.ts";
import { attempt } from "./guard.ts";
import { hasArrived } from "./second-file.ts";
import { settings } from "./settings.ts";
import { person } from "./standing.ts";
import { store, stored } from "./storage.ts";

declare global {
  interface Navigator {
    globalPrivacyControl?: boolean;
  }
  /** Not in every browser yet. */
  const Temporal: { Now: { timeZoneId(): string } };
}

let choice: Consent | undefined;
let signal: Consent | undefined;

/** Takes the shopper's choice, and remembers it over page loads. */
export const choose = (marketing: Consent["marketing"]): void => {
  choice = { marketing, by: "call", at: Date.now() };
  store(KEY, choice);
};

/** Takes up what was chosen in another tab. */
export const renew = (): void => {
  choice = stored(KEY) ?? choice;
};

/** Takes what the platform or a consent manager says, which the second file hears. */
export const hear = (said: Consent | undefined): void => {
  signal = said;
};

/**
 * What all signals together say now: a call on this page, then the platform or a consent manager, then a call on an
 * earlier page. Who asks all sites for privacy, by the browser or at the shop, is told of with limits or not at all.
 */
export const consent = (): Consent => {
  const at = Date.now();
  const said = choice ?? signal ?? stored(KEY) ?? { marketing: "unknown", by: settings.consent, at };
  if (settings.consent === "always" || !(said.limited || navigator.globalPrivacyControl)) return said;
  const { $state, $country_code } = person();
  return settings.globalPrivacy === "limited" && $state && $country_code
    ? { ...said, limited: true }
    : { marketing: "denied", by: said.limited ? said.by : "gpc", at };
};

/**
 * Whether it may be told now; undefined: not decided yet. A platform or consent manager that has not said what the
 * visitor wants is asked to first, and where it says that nothing is decided, nothing is implied.
 */
export const mayTell = (): boolean | undefined => {
  const mode = settings.consent === "auto" && signal ? "require" : settings.consent;
  const isAllowed = allows(mode, consent().marketing, () => isElsewhere(timeZone()));
  return isAllowed && mode !== "always" && !(choice ?? signal ?? isWithoutSignals()) ? undefined : isAllowed;
};

const isWithoutSignals = (): boolean =>
  hasArrived() ||
  !(window.__tcfapi ?? window.Shopify ?? window.google_tag_data ?? attempt(() => window.dataLayer?.some(isConsent)));

const isConsent = (entry: unknown): boolean => Object(entry)[0] === "consent";

// The first use of Intl in a page costs ten times as much as all the rest of this script.
const timeZone = (): string | undefined =>
  attempt(() => Temporal.Now.timeZoneId()) ?? attempt(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
