/** Whoever was told of, however oddly: no page of the dashboard, no download and no address in it holds their values. */
import { createHmac } from "node:crypto";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { beacon, collect, viewedProduct } from "../beacons.ts";
import { crawled, type House, openHouse } from "../house.ts";
import { sha256 } from "../order-halves.ts";
import { type Pinterest, startPinterest } from "../pinterest/stand-in.ts";
import { SHOP_ORIGIN } from "../start.ts";
import { until } from "../until.ts";

// biome-ignore format: a table
const PERSONAL = {
  email:        "maya.hartley+pins@example.com",
  phone:        "+15035550142",
  spelledPhone: "(503) 555-0142",
  firstName:    "Mayabelle",
  lastName:     "Hartley-Vance",
  street:       "1187 Larkspur Terrace",
  ip:           "198.51.100.73",
  userAgent:    "PersonalBuild/77.31",
  token:        "pina_SECRETTOKEN0123456789",
  secret:       "wc-secret-of-the-shop-77d1",
  clickId:      "dj0yJnU9b2JDcFFHekV4SHJNcmVrbFBkUEdqakg",
  visitor:      "7d".repeat(32),
  emailHash:    sha256("maya.hartley+pins@example.com"),
  search:       "gift for mayabelle",
} as const;

/** What of it stands in a text, by name. */
const found = (text: string): string[] => {
  const low = text.toLowerCase();
  const forms = (value: string): string[] => [value, encodeURIComponent(value), value.replace("+", "&#43;")];
  return Object.entries(PERSONAL)
    .filter(([, value]) => forms(value).some((form) => low.includes(form.toLowerCase())))
    .map(([name]) => name);
};

let house: House;
let pinterest: Pinterest;

beforeAll(async () => {
  pinterest = await startPinterest({ token: PERSONAL.token });
  const { adAccountId, tagId, token } = pinterest;
  house = await openHouse({
    settings: { consent: "always" },
    config: {
      trustProxy: "loopback",
      pinterestApiUrl: pinterest.apiUrl,
      seed: {
        origins: [SHOP_ORIGIN],
        account: { adAccountId, tagId, token },
        secrets: { woocommerce: [PERSONAL.secret] },
      },
    },
  });
  await told();
});
afterAll(async () => {
  await house.relay.close();
  await pinterest.close();
});

const told = async (): Promise<void> => {
  const profile = {
    $email: PERSONAL.email,
    $phone_number: PERSONAL.phone,
    $first_name: PERSONAL.firstName,
    $last_name: PERSONAL.lastName,
  };
  const event = (change: object = {}) =>
    viewedProduct({
      url: `${SHOP_ORIGIN}/account/${PERSONAL.email}?mail=${encodeURIComponent(PERSONAL.email)}`,
      referrer: `${SHOP_ORIGIN}/?phone=${encodeURIComponent(PERSONAL.phone)}`,
      profile,
      ...change,
    });
  const events = [
    event(),
    event({ name: PERSONAL.email }),
    event({ id: PERSONAL.email, name: "Searched", tag: "search", properties: { query: PERSONAL.search } }),
    event({
      properties: { ...viewedProduct().properties, name: `Card for ${PERSONAL.email}`, category: PERSONAL.phone },
    }),
    event({
      id: `order.${house.key}.4711`,
      name: "Placed Order",
      tag: "checkout",
      properties: { id: "4711", total_price: 30, currency: "USD", items: [{ product_id: "1", quantity: 1 }] },
    }),
  ];
  const visitor = { id: PERSONAL.visitor, clickId: PERSONAL.clickId };
  const headers = {
    "x-forwarded-for": PERSONAL.ip,
    "user-agent": `Mozilla/5.0 (X11; Linux x86_64) ${PERSONAL.userAgent}`,
  };
  pinterest.fail({ kind: "fail events", idPattern: "@", status: 422 });
  for (const one of events)
    expect((await collect(house, beacon(house.key, [one], { visitor }), headers)).status).toBe(202);
  const order = JSON.stringify({
    id: 4711,
    number: "4711",
    status: "processing",
    currency: "USD",
    total: "30.00",
    date_created_gmt: new Date().toISOString().slice(0, 19),
    billing: {
      email: PERSONAL.email,
      phone: PERSONAL.spelledPhone,
      first_name: PERSONAL.firstName,
      last_name: PERSONAL.lastName,
      address_1: PERSONAL.street,
      country: "US",
    },
    customer_ip_address: PERSONAL.ip,
    customer_user_agent: PERSONAL.userAgent,
    line_items: [{ product_id: 1, quantity: 1, total: "30.00", price: 30 }],
  });
  const answer = await fetch(`${house.url}/webhooks/woocommerce`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-wc-webhook-topic": "order.created",
      "x-wc-webhook-signature": createHmac("sha256", PERSONAL.secret).update(order).digest("base64"),
    },
    body: order,
  });
  expect(answer.status).toBe(200);
  await until(async () => (await house.relay.store.recent(50)).length === events.length);
};

test("no page that can be reached, and no address in it, holds a personal value or a secret", async () => {
  const pages = await crawled(house, [
    `/shops/${house.key}/events/tail?after=0`,
    `/shops/${house.key}/events?order=4711`,
  ]);
  const events = [...pages.keys()].filter((path) => /\/events\/\d+$/.test(path));
  expect(events).toHaveLength(5);
  expect([...pages.keys()].some((path) => path.includes("/events.csv"))).toBe(true);
  expect([...pages.keys()].some((path) => path.endsWith("/settings/export"))).toBe(true);
  const leaks = [...pages].map(([path, text]) => [path, found(path + text)] as const);
  expect(leaks.filter(([, names]) => names.length > 0)).toEqual([]);
});

test("nor does what is answered to who looks for a person, deletes them, or replays what was theirs", async () => {
  const shop = `/shops/${house.key}`;
  const answers = [
    await house.send(`${shop}/privacy/find`, { by: "phone", which: PERSONAL.spelledPhone }),
    await house.send(`${shop}/privacy/find`, { by: "order", which: PERSONAL.email }),
    await house.send(`${shop}/events/replay`, { outcome: "rejected", step: "count" }),
  ];
  for (const answer of answers)
    expect(found((await answer.text()) + (answer.headers.get("location") ?? ""))).toEqual([]);
  expect(found(JSON.stringify(await house.relay.store.audited(100)))).toEqual([]);
});

test("a download that breaks off half way ends there, and prints nothing of what broke it", async () => {
  const lines: string[] = [];
  const broken = await openHouse({
    log: pino({ level: "trace" }, { write: (line) => void lines.push(line) }),
    over: (store) => ({
      ...store,
      reads: {
        ...store.reads,
        log: async () => {
          throw new Error("duplicate key: ann.fennel@example.com");
        },
      },
    }),
  });
  const printed: string[] = [];
  const print = vi.spyOn(console, "error").mockImplementation((...words) => void printed.push(words.join(" ")));
  const download = broken.ask(`/shops/${broken.key}/events.csv`).then((response) => response.text());
  await expect(download).rejects.toThrow();
  print.mockRestore();
  expect(printed).toEqual([]);
  expect(lines.filter((line) => line.includes("a request failed"))).toHaveLength(1);
  expect(lines.join("")).not.toContain("ann.fennel");
  await broken.relay.close();
});
