/** Calls of the server API, as a shop's own backend makes them. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { SHOP_ORIGIN, type Started } from "./start.ts";

/** The shop's key, and the one that it is going to take out of use. */
export const API_KEY = "9f2c4be1d07a4c55b1a6e3f80c9d2e71";
export const OLD_KEY = "0d6a51f3c28e4b90a7e1d4c35f8b2690";

export const KEYED = { origins: [SHOP_ORIGIN], secrets: { api: [API_KEY, OLD_KEY] } };

const answerSchema = z.object({
  results: z
    .array(
      z.strictObject({
        event_id: z.string().optional(),
        event_name: z.string().optional(),
        status: z.enum(["kept", "duplicate", "refused"]),
        field: z.string().optional(),
        message: z.string().optional(),
      }),
    )
    .optional(),
  error: z.strictObject({ field: z.string(), message: z.string() }).optional(),
  events: z.number().optional(),
  visitors: z.number().optional(),
});

/** Posts a body with the shop's key; a header that is `null` is left out. */
export async function call(
  to: Pick<Started, "url">,
  body: unknown,
  change: Record<string, string | null> = {},
  path = "/api/events",
) {
  // A test may take seconds to make up its next call; a connection kept open would have been given up by then.
  const connection = "close";
  const headers = new Headers({ connection, authorization: `Bearer ${API_KEY}`, "content-type": "application/json" });
  for (const [name, value] of Object.entries(change)) value === null ? headers.delete(name) : headers.set(name, value);
  const sent = typeof body === "string" || body instanceof Blob ? body : JSON.stringify(body);
  const response = await fetch(`${to.url}${path}`, { method: "POST", headers, body: sent });
  const text = await response.text();
  const answer = answerSchema.parse(JSON.parse(text));
  return { status: response.status, headers: response.headers, text, answer, results: answer.results ?? [] };
}

export const signedUp = (change: object = {}): { event_name: string; event_id: string } => ({
  event_name: "Signed Up",
  event_id: randomUUID(),
  ...change,
});

/** An order of two mugs and a napkin. */
export const placedOrder = (id: string, properties: object = {}, change: object = {}) => ({
  event_name: "Placed Order",
  properties: {
    id,
    total_price: 71.9,
    total_tax: 5.9,
    total_shipping: 6,
    currency: "USD",
    items: [
      { product_id: "1001", variant_id: "1001-2", sku: "MUG-SAGE-L", name: "Sage mug", price: 24, quantity: 2 },
      { product_id: "1002", name: "Oat linen napkin", price: 12, quantity: 1 },
    ],
    ...properties,
  },
  profile_properties: { $email: "ann.fennel@example.com", $phone_number: "+14155550123", $country_code: "US" },
  ...change,
});
