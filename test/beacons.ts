/** Believable beacons, for tests that speak to the relay as a tag does. */
import { randomBytes, randomUUID } from "node:crypto";
import type { Beacon, BeaconEvent, CollectAnswer } from "@pinrelay/tag/contract";
import { SHOP_ORIGIN, type Started } from "./start.ts";

export const USER_AGENT =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1";

export const VISITOR = { id: randomBytes(32).toString("hex"), clickId: "dj0yJnU9b2JDcFFHekV4SHJNcmVrbFBkUEdqakg" };

export const viewedProduct = (change: Partial<BeaconEvent> = {}): BeaconEvent => ({
  id: randomUUID(),
  name: "Viewed Product",
  tag: "pagevisit",
  time: Date.now(),
  url: "https://www.fennelandoak.example/products/sage-mug?variant=1001-2",
  properties: {
    product_id: "1001",
    variant_id: "1001-2",
    sku: "MUG-SAGE-L",
    name: "Sage mug",
    price: 24,
    currency: "USD",
  },
  ...change,
});

export const beacon = (key: string, events: unknown[], change: Partial<Beacon> = {}): object => ({
  v: 1,
  key,
  rev: "00000000",
  sentAt: Date.now(),
  visitor: VISITOR,
  consent: { marketing: "granted", by: "call", at: Date.now() },
  language: "en-US",
  events,
  ...change,
});

/** Posts a body as the tag does: again where it took too long to arrive (408), as it may on a machine that has much to do. */
export async function collect(to: Pick<Started, "url">, body: unknown, headers: Record<string, string> = {}) {
  for (let again = 0; ; again += 1) {
    const response = await fetch(`${to.url}/collect`, {
      method: "POST",
      headers: {
        "content-type": "text/plain;charset=UTF-8",
        origin: SHOP_ORIGIN,
        "user-agent": USER_AGENT,
        ...headers,
      },
      body: typeof body === "string" || body instanceof Blob ? body : JSON.stringify(body),
    });
    if (response.status === 408 && again < 3) continue;
    const answer: CollectAnswer = await response.json();
    return { status: response.status, answer, headers: response.headers };
  }
}
