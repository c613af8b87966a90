/** What the relay does for a shop, and where it sends: stored, edited later, never read from the environment twice. */

import type { ContentIdMode } from "@pinrelay/tag/content-id";
import type { ConsentMode, GlobalPrivacyMode, PageLoadMode } from "@pinrelay/tag/contract";
import type { ValueMode } from "@pinrelay/tag/money";
import type { Rules } from "./rules.ts";

/** The part of the settings that both channels must share. Its revision travels in every beacon. */
export interface ChannelSettings {
  contentId: ContentIdMode;
  value: ValueMode;
  pageLoad: PageLoadMode;
}

/** What the shop runs on: which second file its pages load. `auto`: the one that knows every platform. */
export type Platform = "auto" | "shopify" | "woocommerce" | "other";

export interface ShopSettings extends ChannelSettings {
  platform: Platform;
  consent: ConsentMode;
  globalPrivacy: GlobalPrivacyMode;
  /** Whether email and phone number are taken from the forms that a visitor sends. */
  formIdentity: boolean;
  /** An event that reaches Pinterest later than this after it happened counts as offline there. */
  lateMinutes: number;
  /** Older events are not sent at all. */
  expiryDays: number;
  /** Whether an event without a record of the Pinterest Tag's acknowledgement counts as told by the Tag. */
  unknownCountsAsFired: boolean;
  /** Which of Shopify's orders count: all that are placed, or only once they are paid. */
  shopifyOrders: "placed" | "paid";
  /** Whether an order of WooCommerce's counts while its payment is awaited (on-hold). */
  wooOnHold: boolean;
  /** Sales channels whose orders count, by the platforms' own names, and kinds of orders that are left out by default. */
  channels: string[];
  /** Tags by which subscription apps mark renewals. */
  renewalTags: string[];
  /** How long an order that only the shop's server told waits for its browser half. */
  signedHoldSeconds: number;
  /** How long an order that only a browser told waits for the shop's server, where the shop has one that tells orders. */
  unsignedHoldMinutes: number;
  /** How long an order is held back for what is added to it after the checkout. */
  upsellHoldSeconds: number;
  /** "name: value" of the header by which a trusted proxy marks the requests of bots, or "none". */
  botHeader: string;
}

export const DEFAULT_SETTINGS: ShopSettings = {
  contentId: "product",
  value: "goods",
  pageLoad: "browser",
  platform: "auto",
  consent: "auto",
  globalPrivacy: "suppress",
  formIdentity: true,
  lateMinutes: 60,
  expiryDays: 7,
  unknownCountsAsFired: true,
  shopifyOrders: "placed",
  wooOnHold: false,
  // Shopify's Online Store and Shop app (its app ID); WooCommerce's classic and block checkout.
  channels: ["web", "3890849", "checkout", "store-api"],
  renewalTags: ["Subscription Recurring Order", "Recurring Order", "subscription-renewal"],
  signedHoldSeconds: 180,
  unsignedHoldMinutes: 30,
  upsellHoldSeconds: 0,
  botHeader: "none",
};

/** What proves who calls, by door; the newest first, and during a rotation the one before it too. Clear; sealed in the store. */
export interface ShopSecrets {
  /** Keys of the server API. */
  api: string[];
  shopify: string[];
  woocommerce: string[];
}

export const NO_SECRETS: ShopSecrets = { api: [], shopify: [], woocommerce: [] };

/** `shadow`: everything computed and stored, nothing sent. `test`: sent with `test=true`. */
export type DestinationState = "inactive" | "shadow" | "test" | "live";

export interface Shop {
  id: number;
  /** Public key: names the shop in every beacon. Not a secret. */
  key: string;
  origins: string[];
  settings: ShopSettings;
  secrets: ShopSecrets;
  /** When its own server last told an order, by whichever door; ms since 1970, to the day. */
  signedOrderMs?: number;
}

/** A server that has told no order for so long tells none any more. */
const SERVER_DAYS = 30;

/**
 * Whether the shop's own server tells orders, so that what a browser tells of one can be waited for. A webhook's secret
 * is for orders alone; a key of the server API may be for anything, so there an order has to have come.
 */
export const hasSignedOrders = ({ secrets, signedOrderMs }: Shop, nowMs: number): boolean =>
  secrets.shopify.length + secrets.woocommerce.length > 0 ||
  (secrets.api.length > 0 && signedOrderMs !== undefined && nowMs - signedOrderMs < SERVER_DAYS * 86_400_000);

/** A Pinterest account that a shop's events go to. */
export interface Destination {
  id: number;
  shop: number;
  name: string;
  adAccountId: string;
  tagId: string;
  /** Conversion access token, clear; the store keeps it sealed. */
  token: string;
  state: DestinationState;
  /** Whether this one's Tag ID is the one the browser side fires. One a shop. */
  drivesBrowser: boolean;
  /** What it makes of the shop's events. */
  rules: Rules;
  /** Why deliveries stand still (Pinterest refused the token); absent while they flow. */
  paused?: string;
}
