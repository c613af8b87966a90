/**
 * The wire between tag and relay, and the tables both turn on.
 *
 * The tag owns this file, so nothing heavy can reach a shop's page: it holds types, tables and one pure rule,
 * and imports only its neighbours' types. The relay's zod schema is held equal to these types by the compiler.
 */
import type { ContentIdMode } from "./content-id.ts";
import type { Filter } from "./filter.ts";
import type { ValueMode } from "./money.ts";

/** Version of this wire. Tags stay cached in browsers, so the relay keeps a schema for every released version. */
export const CONTRACT_VERSION = 1;

/** Where the tag posts its beacons, on the relay's own origin. */
export const COLLECT_PATH = "/collect";

/** Where the tag loads the debug panel from, on the same origin, and what in a page's address asks for it. */
export const DEBUG_PATH = "/debug.js";
export const DEBUG_HASH = "#pinrelay-debug";

/** Where a pinned tag asks for the sole shop's settings; those of a named one are at `/tag/{key}.json`. */
export const PINNED_SETTINGS_PATH = "/tag.json";

/** What a pinned tag runs with. A relay may be newer than the tag that asks: what is here keeps its meaning. */
export interface PinnedSettings {
  settings: TagSettings;
  /** The second file to load, by the name it has in every release, with a slash before it: "/shopify". */
  companion: string;
}

/** What the tag sends at most in one beacon. sendBeacon and keepalive fetch refuse more than 64 KiB. */
export const TAG_BEACON_EVENTS = 20;
export const TAG_BEACON_BYTES = 60 * 1024;

/** What the relay takes at most: a little more than any tag sends, and not enough to hurt it. */
export const RELAY_BEACON_EVENTS = 50;
export const RELAY_BEACON_BYTES = 64 * 1024;
export const EVENT_BYTES = 32 * 1024;

/** Products of a collection that are told; the rest of a long list helps nobody and fills the beacon. */
export const COLLECTION_ITEMS = 20;

/** First-party cookies: the visitor ID is ours, the click ID is Pinterest's own name for it. */
export const VISITOR_COOKIE = "_pinrelay";
export const CLICK_ID_COOKIE = "_epik";
export const COOKIE_SECONDS = 31_536_000;

/**
 * What an order carries from the shopper's browser to the shop's server: names of cart attributes (Shopify's
 * `note_attributes`) and of order meta (WooCommerce). The consent's value is `granted|denied signal ms`, such as
 * `granted shopify 1764064000000`.
 */
export const ORDER_VISITOR = "_pinrelay";
export const ORDER_CLICK_ID = "_epik";
export const ORDER_CONSENT = "_pinrelay_consent";

/** What carries the visitor from one of the shop's domains to the next, in a link's address. */
export const LINK_PARAMETER = "_pinrelay";

/**
 * What the tag leaves in the shop's localStorage, and Shopify's pixel reads there: the shopper's choice and the orders
 * told; and of the last events, in whichever tab, when they happened and their names ("1764064000000Added To Cart").
 */
export const CONSENT_KEY = "_pinrelay.consent";
export const ORDERS_KEY = "_pinrelay.orders";
export const TOLD_KEY = "_pinrelay.told";

/**
 * One row an event: the shop's name (Converge's event spec), the Pinterest Tag's name, the API for Conversions' name.
 * Side by side because Pinterest counts once only if both channels agree. `null`: that channel has no such event.
 * Names as of facts read in 2026-11 from Pinterest's specification 5.23.0 and its server-side tag of 2026-03.
 */
// biome-ignore format: a table
export const EVENTS = [
  // shop event                   Pinterest Tag         API for Conversions
  ["$page_load",                  "page",               null],
  ["Viewed Product",              "pagevisit",          "page_visit"],
  ["Viewed Collection",           "viewcategory",       "view_category"],
  ["Added To Cart",               "addtocart",          "add_to_cart"],
  ["Placed Order",                "checkout",           "checkout"],
  ["Searched",                    "search",             "search"],
  ["Subscribed To Newsletter",    "lead",               "lead"],
  ["Generated Lead",              "lead",               "lead"],
  ["Signed Up",                   "signup",             "signup"],
  ["Started Checkout",            "initiatecheckout",   "initiate_checkout"],
  ["Added Payment Info",          "addpaymentinfo",     "add_payment_info"],
  ["Added To Wishlist",           "addtowishlist",      "add_to_wishlist"],
  ["Started Subscription",        "subscribe",          "subscribe"],
  ["Started Trial",               "starttrial",         "start_trial"],
  ["Watched Video",               "watchvideo",         "watch_video"],
  ["Viewed Content",              "viewcontent",        "view_content"],
  ["Contacted",                   "contact",            "contact"],
  ["Customized Product",          "customizeproduct",   "customize_product"],
  ["Found Location",              "findlocation",       "find_location"],
  ["Scheduled",                   "schedule",           "schedule"],
  ["Submitted Application",       "submitapplication",  "submit_application"],
  ["Custom",                      "custom",             "custom"],
  ["Installed App",               null,                 "app_install"],
  ["Opened App",                  null,                 "app_open"],
] as const satisfies readonly (readonly [shop: string, tag: string | null, api: string | null])[];

/** What $page_load becomes: browser only (default), `page_visit` on pages without a product view, or a literal `page`. */
export type PageLoadMode = "browser" | "page_visit" | "page";

/** `auto`: implied, but required where the browser's time zone is in the EEA, the UK or Switzerland, or unknown. */
export type ConsentMode = "auto" | "implied" | "require" | "always";

/** What Global Privacy Control does: nothing is told, or it is told for Pinterest's limited data processing only. */
export type GlobalPrivacyMode = "suppress" | "limited";

/** What the relay bakes into the tag it serves. `rev` names this very set of settings, and every beacon carries it. */
export interface TagSettings {
  /** The shop's public key. */
  key: string;
  /** Settings revision: the relay maps the server half with the settings that the browser half used. */
  rev: string;
  /** Pinterest Tag ID; absent while the browser half is silent (no destination, or one that is not live). */
  tagId?: string;
  /** The same of a destination in test: the debug panel takes it, so that only whoever has it open tells the Tag. */
  testTagId?: string;
  /** Address of Pinterest's `core.js`. */
  core: string;
  /** Origin of the relay, when it is not the one the script came from. */
  relay?: string;
  /** Shop event name → Pinterest Tag event name, for every event the Tag is told. */
  events: Record<string, string>;
  contentId: ContentIdMode;
  value: ValueMode;
  pageLoad: PageLoadMode;
  consent: ConsentMode;
  globalPrivacy: GlobalPrivacyMode;
  /** Whether email and phone number are taken from the forms that a visitor sends. */
  formIdentity: boolean;
  /** Which events the Tag is told; absent where all are. */
  filters?: readonly Filter[];
}

/** Pinterest's own addresses: of the Tag's library, and of the image for frames in which that cannot run. */
export const PINTEREST_CORE = "https://s.pinimg.com/ct/core.js";
export const PINTEREST_IMAGE = "https://ct.pinterest.com/v3/";

/** Customer events of Shopify's that its checkout pixel tells, and what they are to us. */
export const SHOPIFY_EVENTS = {
  product_added_to_cart: "Added To Cart",
  search_submitted: "Searched",
  checkout_started: "Started Checkout",
  payment_info_submitted: "Added Payment Info",
  checkout_completed: "Placed Order",
} as const;

/** What the relay bakes into Shopify's checkout pixel. */
export interface PixelSettings
  extends Pick<TagSettings, "key" | "rev" | "tagId" | "relay" | "contentId" | "value" | "consent" | "globalPrivacy"> {
  /** Where Pinterest's are, when they are not its own. */
  core?: string;
  image?: string;
  /** Shopify's name → shop event name, and Pinterest Tag event name where the Tag is told. */
  events: Record<string, [name: string, tag?: string]>;
}

/** A product, or a line of a cart or an order. Names are Converge's. */
export interface Item {
  product_id?: string;
  variant_id?: string;
  sku?: string;
  name?: string;
  variant_name?: string;
  /** Price of one unit, in major units of the currency (12.5 is twelve and a half dollars). */
  price?: number;
  currency?: string;
  quantity?: number;
  /** Taken off the whole line, where it is not already in `price`. */
  discount?: number;
  vendor?: string;
  category?: string;
  url?: string;
  image_url?: string;
}

/** What an event says. Other keys are allowed in a call; the relay drops what it does not know. */
export interface Properties extends Item {
  /** Order id, or collection id. */
  id?: string;
  description?: string;
  items?: Item[];
  /** Money of the event as the shop already computed it (GA4's `value`). Used as it is. */
  value?: number;
  total_price?: number;
  total_tax?: number;
  total_shipping?: number;
  total_discount?: number;
  /** Whether item prices include tax; needed only where the totals do not tell. */
  taxes_included?: boolean;
  coupon?: string | string[];
  /** What the shopper searched for. */
  query?: string;
  /** Names the order goes by besides `id`: number, checkout token. */
  order_aliases?: string[];
  $is_new_customer?: boolean;
  predicted_ltv?: number;
  /** Only on Pinterest's request. */
  external_measurement_id?: string;
  external_measurement_vendor_id?: number;
}

/** Who the visitor is. Clear or already hashed (SHA-256, hex); the relay hashes on arrival and never stores it clear. */
export interface Profile {
  $email?: string | string[];
  $phone_number?: string | string[];
  $first_name?: string | string[];
  $last_name?: string | string[];
  $gender?: string | string[];
  $date_of_birth?: string | string[];
  $city?: string | string[];
  $state?: string | string[];
  $zip_code?: string | string[];
  $country_code?: string | string[];
  /** The shop's own customer ID. Pinterest is told it only with events that the Pinterest Tag is not told. */
  $customer_id?: string | string[];
  /** Mobile advertising ID. */
  $maid?: string | string[];
  /** An identity partner's ID such as a RampID; travels as it is. */
  $partner_id?: string;
}

/** Events may say who the visitor is among their properties too, as Converge's Placed Order does. */
export interface EventProperties extends Properties, Profile {}

/** One decision steers both channels. `by` names the signal that decided, `at` when, in ms of the client's clock. */
export interface Consent {
  marketing: "granted" | "denied" | "unknown";
  by: string;
  at: number;
  /** Granted, but only with Pinterest's limited data processing (some US states; it needs state and country). */
  limited?: boolean;
}

/** One thing that happened in the page. */
export interface BeaconEvent {
  /** UUIDv7 made in the browser, an id the merchant passed, or `orderEventId()`. */
  id: string;
  /** Shop event name. */
  name: string;
  /** Pinterest Tag event name this event has there; the relay sends the API name that pairs with it. */
  tag?: string;
  /** Settings revision it happened under, where that may not be the beacon's. */
  rev?: string;
  /** Ms since 1970 by the client's clock, when it happened. */
  time: number;
  /** Address of the page. The relay takes off what looks like a secret before it keeps it. */
  url: string;
  referrer?: string;
  properties: EventProperties;
  profile?: Profile;
  /** `urn:kind:value` names of the visitor. */
  aliases?: string[];
}

/** What became of an event at the Pinterest Tag. `fired`: its callback came, so it was handed to Pinterest's library. */
export interface Acknowledgement {
  id: string;
  name: string;
  state: "fired" | "failed" | "absent";
}

export interface Visitor {
  /** 64 hex digits: already in the form a hash has, so both channels pass it to Pinterest unchanged as external_id. */
  id: string;
  /** Pinterest's click ID (`epik`), exactly as found. */
  clickId?: string;
}

/**
 * A Pinterest Tag beside ours: it tells the same events under IDs of its own, so each is counted twice. `by`: where it was
 * noticed: in the page's own code, in what the page sends to Pinterest, or in Shopify's list of app pixels.
 */
export interface OtherTag {
  by: "page" | "network" | "shopify app";
  /** Its tag ID, where that is known. It may be ours: then something else uses our Tag. */
  tagId?: string;
  /** The event it told, in the Pinterest Tag's words. */
  event?: string;
}

/** What the tag posts. */
export interface Beacon {
  v: typeof CONTRACT_VERSION;
  /** The shop's public key. */
  key: string;
  /** Settings revision of the tag that sends: its events', where they name none. */
  rev: string;
  /** Client's clock at sending, in ms: tells its skew. */
  sentAt: number;
  visitor?: Visitor;
  consent: Consent;
  /** As the document or the browser names it, such as `en-US`. */
  language?: string;
  events: BeaconEvent[];
  acks?: Acknowledgement[];
  otherTags?: OtherTag[];
}

/**
 * What became of each event of a beacon, in order. `refused` ones say which field and why; they are not kept. A kept one
 * may say what of it Pinterest cannot use.
 */
export interface CollectResult {
  id?: string;
  name?: string;
  status: "kept" | "duplicate" | "refused";
  field?: string;
  message?: string;
}

/** Answer to a beacon. 202 when anything was kept (or there was nothing to keep), 4xx when nothing was. */
export interface CollectAnswer {
  results: CollectResult[];
  /** Acknowledgements that were refused; absent where there are none. */
  acks?: CollectResult[];
  error?: { field: string; message: string };
}

/** The event whose id follows `orderEventId`, whatever id the merchant passes. */
export const ORDER_EVENT = "Placed Order";

/**
 * The event ID of an order: a pure function of shop and order, the same in tag, webhook and server API.
 * A Shopify global ID counts as the digits it ends in, and "#1001" as "1001". Undefined for what names no order.
 */
export const orderEventId = (shopKey: string, order = ""): string | undefined => {
  const id = order
    .trim()
    .replace(/^gid:.*\/|^#/, "")
    .replace(/\?.*/, "");
  return id && numberedOrderEventId(shopKey, id);
};

/** The same, of an order's id that is nothing but that already: the digits which its global ID ends in. */
export const numberedOrderEventId = (shopKey: string, digits: string): string => `order.${shopKey}.${digits}`;
