/** One decision steers both channels: the theme's, Shopify's and the browser's signals together. Denied beats granted. */
import { allows } from "../consent-rule.ts";
import type { Consent } from "../contract.ts";
import { init, settings } from "./settings.ts";
import type { Privacy } from "./shopify.ts";

let isRead: boolean | undefined;
let chosen: Consent | undefined;
let isAway: boolean;
let privacy = init.customerPrivacy;
let hasChosen: boolean | undefined;

/** Takes what was chosen in the theme, and whether the browser is where consent may be implied. */
export const readConsent = (theme: Consent | undefined, away: boolean): void => {
  chosen = theme;
  isAway = away;
  isRead = true;
};

/** Takes what the shopper chose on this page. */
export const choose = (choice: Privacy): void => {
  privacy = choice;
  hasChosen = true;
};

/** What all signals together say now. */
export const consent = (): Consent => {
  const isOptedOut = navigator.globalPrivacyControl || privacy?.saleOfDataAllowed === false;
  const limited = isOptedOut && settings.globalPrivacy === "limited";
  const isDenied = (isOptedOut && !limited) || privacy?.marketingAllowed === false;
  return {
    marketing: isDenied ? "denied" : privacy?.marketingAllowed ? "granted" : "unknown",
    by: privacy ? "shopify" : settings.consent,
    at: Date.now(),
    ...(!isDenied && chosen),
    ...(limited && { limited }),
  };
};

/** Whether it may be told; undefined: not decided yet. Where Shopify does not allow it, the shopper may not have been asked. */
export const mayTell = (): boolean | undefined =>
  isRead && (hasChosen || privacy?.marketingAllowed !== false || settings.consent === "always")
    ? allows(settings.consent, consent().marketing, () => isAway)
    : undefined;
