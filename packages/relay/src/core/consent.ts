/** Whether an event may be told: what its visitor decided, and what the shop asks for where nothing was. */
import type { Consent } from "@pinrelay/tag/contract";
import type { Half } from "./event.ts";
import type { ShopSettings } from "./settings.ts";

/** Where nothing may be implied: the European Economic Area, the United Kingdom, Switzerland. */
const ASKED_FIRST = new Set(
  "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO GB CH".split(" "),
);

export const isDenied = ({ consent }: Pick<Half, "consent">, settings: ShopSettings): boolean =>
  settings.consent !== "always" && consent.marketing === "denied";

/**
 * Unknown and denied are different states: unknown is enough unless consent is required. In the mode `auto` a page has
 * asked where it must before it tells; a webhook's order goes by the country it was bought for, and a call of the server
 * API is the shop's own word.
 */
export const consentAllows = (
  told: Pick<Half, "consent" | "source" | "country">,
  settings: Pick<ShopSettings, "consent">,
): boolean => {
  if (settings.consent === "always") return true;
  if (told.consent.marketing !== "unknown") return told.consent.marketing === "granted";
  if (settings.consent !== "auto") return settings.consent === "implied";
  if (told.source === "browser" || told.source === "server") return true;
  return told.country !== undefined && !ASKED_FIRST.has(told.country);
};

/** Of several decisions on one event: a denial is one whoever heard of it, and what was decided beats what was not. */
export const strictest = (decisions: readonly Consent[]): Consent | undefined =>
  ["denied", "granted", "unknown"]
    .map((marketing) => decisions.find((one) => one.marketing === marketing))
    .find((found) => found !== undefined);
