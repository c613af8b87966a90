/** Beacons as a tag sends them, each with events nobody sent before. */
import { randomBytes } from "node:crypto";

/** A real one: what a bot tells is kept too, and goes nowhere. */
export const BENCH_USER_AGENT =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

export const BENCH_ORIGIN = "https://www.fennelandoak.example";

/** A UUIDv7: time first, so that ids of one moment lie together. */
export const eventId = (nowMs: number): string => {
  const hex = nowMs.toString(16).padStart(12, "0") + randomBytes(10).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** Beacons of one visit: every eighth is of somebody nobody has heard of yet. */
const VISIT = 8;

let told = 0;
let visitor = "";

export const beaconText = (key: string, events: number): string => {
  const now = Date.now();
  if (told % VISIT === 0) visitor = randomBytes(32).toString("hex");
  told += 1;
  return JSON.stringify({
    v: 1,
    key,
    rev: "00000000",
    sentAt: now,
    visitor: { id: visitor, clickId: "dj0yJnU9b2JDcFFHekV4SHJNcmVrbFBkUEdqakg" },
    consent: { marketing: "granted", by: "call", at: now },
    language: "en-US",
    events: Array.from({ length: events }, () => ({
      id: eventId(now),
      name: "Viewed Product",
      tag: "pagevisit",
      time: now,
      url: `${BENCH_ORIGIN}/products/sage-mug?variant=1001-2`,
      properties: {
        product_id: "1001",
        variant_id: "1001-2",
        sku: "MUG-SAGE-L",
        name: "Sage mug",
        price: 24,
        currency: "USD",
      },
    })),
  });
};
