/** What the relay does for a shop, and where it sends: stored, edited later, never read from the environment twice. */

import type { ContentIdMode } from "@pinrelay/tag/content-id";
import type { ConsentMode, GlobalPrivacyMode, PageLoadMode } from "@pinrelay/tag/contract";
import type { ValueMode } from "@pinrelay/tag/money";

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
};

/** `shadow`: everything computed and stored, nothing sent. `test`: sent with `test=true`. */
export type DestinationState = "inactive" | "shadow" | "test" | "live";

export interface Shop {
  id: number;
  /** Public key: names the shop in every beacon. Not a secret. */
  key: string;
  origins: string[];
  settings: ShopSettings;
}

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
  /** Why deliveries stand still (Pinterest refused the token); absent while they flow. */
  paused?: string;
}
