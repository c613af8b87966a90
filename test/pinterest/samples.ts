/** Believable calls and hits, for tests of the stand-in. */
import type { ConversionEvent } from "./conversion-event.ts";
import type { BrowserHit, ServerEvent } from "./records.ts";
import type { Pinterest } from "./stand-in.ts";

/** 24 November 2026, ten in the morning. */
export const NOW = Date.UTC(2026, 10, 24, 10);
export const NOW_SECONDS = NOW / 1000;

export const EMAIL_HASH = "48ddb93f0b30c475423fe177832912c5bcdce3cc72872f8051627967ef278e08";
export const USER_AGENT = "Mozilla/5.0 (X11; Linux x64; rv:145.0) Gecko/20100101 Firefox/145.0";

export const checkout = (change: Partial<ConversionEvent> = {}): ConversionEvent => ({
  event_name: "checkout",
  action_source: "web",
  event_time: NOW_SECONDS - 2,
  event_id: "order.k3x9.5001001",
  event_source_url: "https://www.fennelandoak.example/thank-you/5001001",
  language: "en",
  user_data: {
    em: [EMAIL_HASH],
    client_ip_address: "203.0.113.7",
    client_user_agent: USER_AGENT,
    click_id: "dj0yJnU9b2JDcFFHekV4SHJNcmVrbFBkUEdqakg",
  },
  custom_data: {
    value: "101.00",
    currency: "USD",
    num_items: 3,
    order_id: "5001001",
    content_ids: ["1001", "1002"],
    contents: [
      { id: "1001", item_name: "Sage mug", item_price: "24.00", quantity: 1 },
      { id: "1002", item_name: "Bowl", item_price: "38.50", quantity: 2 },
    ],
  },
  ...change,
});

/** The same order, as it arrived from the relay. */
export const arrived = (change: Partial<ServerEvent> = {}): ServerEvent => ({
  ...checkout(),
  call: 0,
  atMs: NOW,
  test: false,
  ...change,
});

export const TAG_ID = "2613174850627";

/** The same order, as the Pinterest Tag told it. */
export const hit = (change: Partial<BrowserHit> = {}): BrowserHit => ({
  atMs: NOW - 1_500,
  tagId: TAG_ID,
  event: "checkout",
  eventId: "order.k3x9.5001001",
  ed: {
    event_id: "order.k3x9.5001001",
    value: 101,
    currency: "USD",
    order_quantity: 3,
    order_id: "5001001",
    line_items: [
      { product_id: "1002", product_quantity: 2, product_price: 38.5 },
      { product_id: "1001", product_quantity: 1, product_price: 24 },
    ],
  },
  pd: { em: EMAIL_HASH, external_id: "5f".repeat(32) },
  ad: { loc: "https://www.fennelandoak.example/thank-you/5001001" },
  method: "GET",
  ...change,
});

/** Calls the API as the relay does. */
export const call = (to: Pinterest, events: readonly unknown[], query = ""): Promise<Response> =>
  fetch(`${to.apiUrl}/ad_accounts/${to.adAccountId}/events${query}`, {
    method: "POST",
    headers: { authorization: `Bearer ${to.token}`, "content-type": "application/json" },
    body: JSON.stringify({ data: events }),
  });
