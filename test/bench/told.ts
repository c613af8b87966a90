/** What a request tells in process, as if a beacon had been read: for parts that measure what comes after the door. */
import { randomBytes } from "node:crypto";
import type { Half } from "#relay/core/event";
import type { Told } from "#relay/ingest";
import { BENCH_ORIGIN, BENCH_USER_AGENT, eventId } from "./load.ts";

/** What a page's shopper says of a product. */
export const halfAt = (nowMs: number, visitor: string): Half => ({
  source: "browser",
  timeMs: nowMs,
  receivedMs: nowMs,
  tagName: "pagevisit",
  url: `${BENCH_ORIGIN}/products/sage-mug?variant=1001-2`,
  language: "en-US",
  visitor,
  clickId: "dj0yJnU9b2JDcFFHekV4SHJNcmVrbFBkUEdqakg",
  matchKeys: { em: ["ab".repeat(32)] },
  properties: {
    product_id: "1001",
    variant_id: "1001-2",
    sku: "MUG-SAGE-L",
    name: "Sage mug",
    price: 24,
    currency: "USD",
  },
  consent: { marketing: "granted", by: "call", at: nowMs },
  network: { ip: "203.0.113.7", userAgent: BENCH_USER_AGENT },
});

/** So many new events of one new visitor. */
export const toldBy = (shop: number, events: number, nowMs = Date.now()): Told => {
  const visitor = randomBytes(32).toString("hex");
  return {
    events: Array.from({ length: events }, () => ({
      shop,
      name: "Viewed Product",
      id: eventId(nowMs),
      half: halfAt(nowMs, visitor),
    })),
    bytes: 600 * events,
  };
};
