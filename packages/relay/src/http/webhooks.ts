/** The doors for a shop's order webhooks: proves who calls, hands over, answers once what was told is durable. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { type Request, type RequestHandler, type Response, Router } from "express";
import type { Refund, ShopEvent } from "../core/event.ts";
import type { Shop } from "../core/settings.ts";
import type { Directory } from "../directory.ts";
import type { Ingest, Told } from "../ingest.ts";
import { fromShopify } from "../sources/shopify.ts";
import type { ReadWebhook } from "../sources/webhook.ts";
import { fromWooCommerce, isWooPing } from "../sources/woocommerce.ts";
import { bodyOf, rawBody } from "./body.ts";
import type { DoorLog } from "./door-log.ts";

export interface HearingWebhooks {
  directory: Directory;
  ingest: Ingest;
  now(): number;
  door: DoorLog;
  /** Stands before a body is read, and may refuse it. */
  bodies: RequestHandler;
}

/** A full order of a few hundred lines, with all that apps write on it; no door takes more. */
export const WEBHOOK_BYTES = 2 * 1024 * 1024;

// biome-ignore format: a table
const PLATFORMS = [
  // path                  secrets        signature                  topic                 delivery ID                   read by          only knocks
  ["/webhooks/shopify",     "shopify",     "x-shopify-hmac-sha256",   "x-shopify-topic",    "x-shopify-webhook-id",       fromShopify,     () => false],
  ["/webhooks/woocommerce", "woocommerce", "x-wc-webhook-signature",  "x-wc-webhook-topic", "x-wc-webhook-delivery-id",   fromWooCommerce, isWooPing],
] as const satisfies readonly (readonly [string, keyof Shop["secrets"], string, string, string, ReadWebhook, IsPing])[];

/** Deliveries remembered: those of the last minutes, in which a platform asks again whose answer was lost. */
const REMEMBERED = 10_000;

/** Whether the body asks for nothing but an answer: it is not signed, and may come before the secret is set here. */
type IsPing = (topic: string, body: Uint8Array) => boolean;

export function webhookRouter({ directory, ingest, now, door, bodies }: HearingWebhooks): Router {
  const router = Router();
  const delivered = new Set<string>();
  for (const [path, kind, signatureHeader, topicHeader, deliveryHeader, read, isPing] of PLATFORMS) {
    const hear = async (shop: Shop | undefined, request: Request, response: Response): Promise<void> => {
      if (!shop) return refuse(response, 404, "shop", `is not known here; name one: ${path}/{key}`);
      const body = bodyOf(request);
      const topic = request.get(topicHeader) ?? "";
      if (isPing(topic, body)) return void response.json({ status: "ignored", message: "the shop reaches the relay" });
      const secrets = shop.secrets[kind];
      if (secrets.length === 0)
        return refuse(response, 401, "secret", `is not set; set it with: pinrelay settings set secrets.${kind}`);
      if (!isSignedBy(secrets, body, request.get(signatureHeader)))
        return refuse(response, 401, signatureHeader, "does not match; is the secret here the one of the shop?");

      // The ID is not signed: the same one with another body is another delivery.
      const deliveryId = request.get(deliveryHeader);
      const delivery = [shop.id, topic, deliveryId, request.get(signatureHeader)].join(" ");
      if (deliveryId && delivered.has(delivery)) return void response.json({ status: "duplicate" });
      const reading = read(topic, body, shop, now());
      if ("fault" in reading) {
        door.refused(shop.key, kind, { field: "body", message: "is no order that can be read" });
        return refuse(response, 400, reading.fault.field, reading.fault.message);
      }
      if ("ignored" in reading) return void response.json({ status: "ignored", message: reading.ignored });
      const [kept] = await ingest(shop, { ...toldBy(reading), bytes: body.length });
      if (delivered.size >= REMEMBERED) delivered.clear();
      delivered.add(delivery);
      response.json({ status: kept === "duplicate" || kept === "late half" ? "duplicate" : "kept" });
    };
    const raw = rawBody(WEBHOOK_BYTES);
    router.post(path, bodies, raw, (request, response) => hear(directory.shop(), request, response));
    router.post(`${path}/:shop`, bodies, raw, (request, response) =>
      hear(directory.shop(String(request.params.shop)), request, response),
    );
  }
  return router;
}

const toldBy = (reading: { event: ShopEvent; refunds?: Refund[] } | { refunds: Refund[] }): Told =>
  "event" in reading ? { events: [reading.event], refunds: reading.refunds ?? [] } : reading;

/** Both platforms sign the raw body: base64 of HMAC-SHA256. During a rotation either secret will do. */
const isSignedBy = (secrets: readonly string[], body: Buffer, signature = ""): boolean => {
  const told = Buffer.from(signature);
  // All are tried, however early one fits: time says nothing of which.
  return secrets
    .map((secret) => Buffer.from(createHmac("sha256", secret).update(body).digest("base64")))
    .map((right) => right.length === told.length && timingSafeEqual(right, told))
    .includes(true);
};

const refuse = (response: Response, status: number, field: string, message: string): void =>
  void response.status(status).json({ error: { field, message } });
