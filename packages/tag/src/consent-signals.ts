/** What the shop's platform and consent managers say that the visitor wants. */
import type { Consent } from "./contract.ts";
import { attempt } from "./guard.ts";
import { layerHearer } from "./layer.ts";
import { isThing, things } from "./thing.ts";

declare global {
  interface Window {
    __tcfapi?: (command: string, version: number, callback: (data: TcfData, isOk: boolean) => void) => void;
    google_tag_data?: unknown;
  }
}

/** What of IAB TCF v2's data decides. */
interface TcfData {
  gdprApplies?: boolean;
  eventStatus?: string;
  purpose?: { consents?: Record<number, boolean> };
}

/** IAB TCF v2: store and read, profiles for advertising, advertising by them, measurement of advertising. */
const PURPOSES = [1, 3, 4, 7];

type Said = Pick<Consent, "marketing" | "limited">;

const said: Record<string, Said | undefined> = {};
let told = "";
let isHeard: Record<string, boolean> = {};

/** Hears them all, to be done again now and then, and tells each change of what they say together. */
export const hearConsent = (tell: (signal: Consent | undefined) => void): void => {
  const say = (by: string, one: Said | undefined) => {
    said[by] = one;
    // Where they differ a denial is believed before a wait, and a wait before a grant.
    const all = Object.entries(said);
    const first = ORDER.flatMap((marketing) => all.filter(([, other]) => other?.marketing === marketing))[0];
    const limited = all.some(([, other]) => other?.limited);
    const signal = first && { marketing: first[1]?.marketing ?? "unknown", by: first[0], ...(limited && { limited }) };
    const words = JSON.stringify(signal) ?? "";
    if (told === words) return;
    told = words;
    tell(signal && { ...signal, at: Date.now() });
  };
  for (const hear of [hearShopify, hearTcf, hearGoogle]) attempt(() => hear(say));
};

const ORDER = ["denied", "unknown", "granted"] as const;

type Say = (by: string, said: Said | undefined) => void;

const once = (name: string): boolean => {
  const isFirst = !isHeard[name];
  isHeard = { ...isHeard, [name]: true };
  return isFirst;
};

/** https://shopify.dev/docs/api/customer-privacy: it weighs region, settings and choice. */
const hearShopify = (say: Say): void => {
  const shopify = window.Shopify;
  const read = () => {
    const { customerPrivacy: privacy } = shopify ?? {};
    if (!privacy) return say("shopify", { marketing: "unknown" });
    const isDenied = privacy.currentVisitorConsent?.().marketing === "no";
    const marketing = privacy.marketingAllowed() ? "granted" : isDenied ? "denied" : "unknown";
    say("shopify", { marketing, limited: privacy.saleOfDataAllowed?.() === false });
  };
  if (!(shopify?.customerPrivacy ?? shopify?.loadFeatures) || !once("shopify")) return;
  document.addEventListener("visitorConsentCollected", () => attempt(read));
  read();
  if (!shopify?.customerPrivacy)
    shopify?.loadFeatures?.([{ name: "consent-tracking-api", version: "0.1" }], () => attempt(read));
};

const hearTcf = (say: Say): void => {
  if (window.__tcfapi && once("tcf")) {
    say("tcf", { marketing: "unknown" });
    window.__tcfapi("addEventListener", 2, ({ gdprApplies, eventStatus, purpose }, isOk) =>
      attempt(() => {
        if (!isOk) return;
        const isGranted = PURPOSES.every((number) => purpose?.consents?.[number]);
        if (gdprApplies === false) say("tcf", undefined);
        // The dialogue is open: what was decided before holds until it is decided again.
        else if (eventStatus !== "cmpuishown") say("tcf", { marketing: isGranted ? "granted" : "denied" });
      }),
    );
  }
};

const google: Record<string, Record<string, unknown>> = {};

/**
 * Google's Consent Mode: a default that denies is no decision yet. One for some regions only says nothing here, since
 * nobody knows where the visitor is. Consent managers that come as a template of Google's Tag Manager decide out of
 * sight; what they said stands in `google_tag_data`.
 */
const hearGoogle = (say: Say): void => {
  const weigh = () => {
    const entries = things(things(window.google_tag_data)[0]?.ics)[0]?.entries;
    const [hidden = {}] = things(things(entries)[0]?.ad_storage);
    const update = google.update?.ad_storage ?? WORDS[String(hidden.update)];
    const standard = google.default?.ad_storage ?? WORDS[String(hidden.default)];
    const isDenied = [update ?? standard, google.update?.ad_user_data].includes("denied");
    if (update ?? standard) say("google", { marketing: isDenied ? (update ? "denied" : "unknown") : "granted" });
  };
  hearLayer ??= layerHearer((entry) => {
    const [, command, state] = Array.from({ length: 3 }, (_, index) => entry[index]);
    if (entry[0] === "consent" && isThing(state) && !state.region)
      google[String(command)] = { ...google[String(command)], ...state };
    weigh();
  });
  hearLayer();
  weigh();
};

let hearLayer: (() => void) | undefined;

const WORDS: Record<string, string> = { true: "granted", false: "denied" };
