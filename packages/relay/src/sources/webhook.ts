/** What both platforms' order webhooks come down to, and what the tag has left on an order for them. */
import { type Consent, ORDER_CLICK_ID, ORDER_CONSENT, ORDER_VISITOR, orderEventId } from "@pinrelay/tag/contract";
import type { Half, Refund, ShopEvent } from "../core/event.ts";
import type { Shop } from "../core/settings.ts";
import type { EdgeFault } from "./fault.ts";

/** What a webhook says. `ignored`: why nothing of it is kept, in words for the one who looks into the shop's log. */
export type WebhookReading =
  | { event: ShopEvent; refunds?: Refund[] }
  | { refunds: Refund[] }
  | { ignored: string }
  | { fault: EdgeFault };

/** Reads the body of a delivery whose signature is good. `topic` is the platform's own, such as `orders/create`. */
export type ReadWebhook = (topic: string, body: Uint8Array, shop: Shop, receivedMs: number) => WebhookReading;

/** The event IDs that an order goes by, its own first, each once; names that say nothing are left out. */
export const orderIdsOf = (shopKey: string, names: readonly (string | number | null | undefined)[]): string[] => [
  ...new Set(names.flatMap((name) => orderEventId(shopKey, String(name ?? "")) || [])),
];

/** Who ordered and what they allow, as the tag left it on the order. Text that cannot be of the tag says nothing. */
export const carriedBy = (
  left: (name: string) => string | undefined,
  receivedMs: number,
): Pick<Half, "visitor" | "clickId" | "consent"> => {
  const [visitor, clickId] = [left(ORDER_VISITOR), left(ORDER_CLICK_ID)];
  return {
    consent: consentOf(left(ORDER_CONSENT)) ?? { marketing: "unknown", by: "order", at: receivedMs },
    ...(visitor && VISITOR.test(visitor) ? { visitor } : {}),
    ...(clickId && CLICK_ID.test(clickId) ? { clickId } : {}),
  };
};

const VISITOR = /^[0-9a-f]{64}$/;
const CLICK_ID = /^[\x21-\x7e]{1,2000}$/;

/** "granted shopify 1764064000000". */
const consentOf = (text = ""): Consent | undefined => {
  const [, marketing, by = "", at] = /^(granted|denied) (.{1,50}) (\d{1,15})$/.exec(text) ?? [];
  return marketing === "granted" || marketing === "denied" ? { marketing, by, at: Number(at) } : undefined;
};
