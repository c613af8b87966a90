/** The shop's server tells of its orders by webhook, as WooCommerce does. */
import { createHmac, randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Order } from "./orders.ts";
import { type Shopper, wooOrder } from "./woo-order.ts";

/** Where the webhook goes, and what its deliveries are signed with. */
export interface WebhookOptions {
  url: string;
  secret: string;
  /** Waits before the second try, the third and so on, where nobody answers. */
  retryMs?: readonly number[];
}

export interface Webhook {
  /** Tells of an order that was just placed, and returns at once. `origin`: where the shop is. */
  tell(order: Order, shopper: Shopper, origin: string): void;
  /** Gives up what has not been delivered yet. */
  close(): void;
}

const RETRY_MS = [1_000, 2_000, 5_000, 10_000, 30_000];
const ANSWER_MS = 10_000;

export const createWebhook = ({ url, secret, retryMs = RETRY_MS }: WebhookOptions): Webhook => {
  const stopping = new AbortController();
  const deliver = async (request: RequestInit): Promise<void> => {
    for (const waitMs of [0, ...retryMs]) {
      await pause(waitMs, undefined, { signal: stopping.signal, ref: false });
      const answer = await post(url, {
        ...request,
        signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(ANSWER_MS)]),
      });
      if (stopping.signal.aborted) return;
      if (!answer || answer.status >= 500) continue;
      if (!answer.ok) console.warn(`The order webhook was refused: ${answer.status} ${await answer.text()}`);
      return;
    }
    console.warn(`The order webhook reaches nobody at ${url}`);
  };
  return {
    tell(order, shopper, origin) {
      // Rejected only when it is closed.
      deliver(signed(JSON.stringify(wooOrder(order, shopper, origin)), secret, origin)).catch(() => {});
    },
    close: () => stopping.abort(),
  };
};

const post = (url: string, request: RequestInit): Promise<Response | undefined> =>
  fetch(url, request).catch(() => undefined);

/** One delivery. A later try has the same bytes and the same ID. */
const signed = (body: string, secret: string, origin: string): RequestInit => ({
  method: "POST",
  body,
  headers: {
    "Content-Type": "application/json",
    "User-Agent": "WooCommerce/10.3.5 Hookshot (WordPress/6.8.3)",
    "X-WC-Webhook-Source": `${origin}/`,
    "X-WC-Webhook-Topic": "order.created",
    "X-WC-Webhook-Resource": "order",
    "X-WC-Webhook-Event": "created",
    "X-WC-Webhook-Signature": createHmac("sha256", secret).update(body).digest("base64"),
    "X-WC-Webhook-ID": "1",
    "X-WC-Webhook-Delivery-ID": randomBytes(16).toString("hex"),
  },
});
