/** Every setting of a shop in one line where it is set: what it does, what may stand there, and where it belongs. */
import type { ShopSettings } from "./core/settings.ts";

export const GROUPS = ["Content", "Events", "Consent", "Orders", "Delivery"] as const;
export type Group = (typeof GROUPS)[number];

export interface SettingWords {
  group: Group;
  label: string;
  does: string;
  /** Values to choose from, each with what it means; absent where anything of its kind may stand there. */
  choices?: readonly (readonly [value: string, means: string])[];
  /** What is often written there, where anything of its kind may stand. */
  suggested?: readonly string[];
  /** Behind the number. */
  unit?: string;
}

const YES_NO = [
  ["true", "yes"],
  ["false", "no"],
] as const;

// biome-ignore format: a table
export const SETTING_WORDS: Record<keyof ShopSettings, SettingWords> = {
  contentId:           { group: "Content",  label: "Content ID",              does: "Which ID of an item your Pinterest catalog knows: product, variant, sku, or a template such as shopify_US_{product_id}_{variant_id}.", suggested: ["product", "variant", "sku", "shopify_US_{product_id}_{variant_id}"] },
  value:               { group: "Content",  label: "Order value",             does: "What an order is worth to Pinterest.", choices: [["goods", "what was paid for goods"], ["total", "the total, with tax and shipping"]] },
  platform:            { group: "Content",  label: "Platform",                does: "What the shop runs on; it decides what pages are read for.", choices: [["auto", "find out: the largest script"], ["shopify", "Shopify"], ["woocommerce", "WooCommerce"], ["other", "any other shop"]] },
  pageLoad:            { group: "Events",   label: "Page loads",              does: "What a page load is told as.", choices: [["browser", "the Pinterest Tag's base call alone"], ["page_visit", "a page visit by both sides, where the page shows no product"], ["page", "an event named page, by both sides"]] },
  formIdentity:        { group: "Events",   label: "Email and phone of forms", does: "Whether they are taken, hashed, from forms that a visitor sends: better matches.", choices: YES_NO },
  botHeader:           { group: "Events",   label: "Header that marks bots",  does: "Name and value of a header of your trusted proxy, such as cf-verified-bot: true, or none." },
  consent:             { group: "Consent",  label: "Consent",                 does: "When a visitor may be told of.", choices: [["auto", "the consent banner's word; where there is none, required in the EEA, the UK and Switzerland, else implied"], ["implied", "unless they denied"], ["require", "only if they agreed"], ["always", "whatever they say: only where you may"]] },
  globalPrivacy:       { group: "Consent",  label: "Global Privacy Control",  does: "What a browser that asks not to be sold means.", choices: [["suppress", "nothing is told"], ["limited", "told for Pinterest's limited data processing, where state and country are known; else nothing"]] },
  shopifyOrders:       { group: "Orders",   label: "Shopify's orders",        does: "Which orders of Shopify's are counted.", choices: [["placed", "all that are placed"], ["paid", "once they are paid"]] },
  wooOnHold:           { group: "Orders",   label: "WooCommerce's orders on hold", does: "Whether an order counts while its payment is awaited.", choices: YES_NO },
  channels:            { group: "Orders",   label: "Sales channels",          does: "Orders of these count, by the platform's own names, separated by commas; others are kept as filtered." },
  renewalTags:         { group: "Orders",   label: "Tags of renewals",        does: "By which subscription apps mark orders that nobody placed anew, separated by commas." },
  signedHoldSeconds:   { group: "Orders",   label: "Wait for the browser",    does: "How long an order that only the shop's server told waits for its browser half.", unit: "seconds" },
  unsignedHoldMinutes: { group: "Orders",   label: "Wait for the shop's server", does: "How long an order that only a browser told waits for the shop's server, where that tells orders.", unit: "minutes" },
  upsellHoldSeconds:   { group: "Orders",   label: "Wait for upsells",        does: "How long an order is held back for what is added after the checkout; 0 for not at all.", unit: "seconds" },
  lateMinutes:         { group: "Delivery", label: "Late after",              does: "Later than this Pinterest counts an event as offline and cannot deduplicate it: it is not sent if the Tag told it.", unit: "minutes" },
  unknownCountsAsFired: { group: "Delivery", label: "Silent browsers told it", does: "Whether a late event counts as told by the Pinterest Tag where the browser did not say.", choices: YES_NO },
  expiryDays:          { group: "Delivery", label: "Expires after",           does: "Older events are not sent at all.", unit: "days" },
};
