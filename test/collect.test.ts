import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Beacon } from "@pinrelay/tag/contract";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEFAULT_SETTINGS, NO_SECRETS } from "#relay/core/settings";
import { beacon, collect, VISITOR, viewedProduct } from "./beacons.ts";
import { SHOP_ORIGIN, type Started, startRelay } from "./start.ts";

let started: Started;
beforeAll(async () => {
  started = await startRelay({ config: { seed: { origins: [SHOP_ORIGIN] } } });
});
afterAll(() => started.relay.close());

const send = (events: unknown[], change = {}) => collect(started, beacon(started.key, events, change));
const newest = async () => (await started.relay.store.recent(1))[0];

describe("a good beacon", () => {
  test("is answered with what became of each event, once it is kept", async () => {
    const event = viewedProduct();
    const { status, answer } = await send([event]);
    expect(status).toBe(202);
    expect(answer).toEqual({ results: [{ id: event.id, name: "Viewed Product", status: "kept" }] });
    expect(await newest()).toMatchObject({ id: event.id, name: "Viewed Product", sources: ["browser"] });
  });

  test("told twice is kept once", async () => {
    const event = viewedProduct();
    await send([event]);
    expect((await send([event])).answer.results).toMatchObject([{ status: "duplicate" }]);
  });

  test("needs no preflight, and tells the shop's page that it may read the answer", async () => {
    const { headers } = await send([viewedProduct()]);
    expect(headers.get("access-control-allow-origin")).toBe(SHOP_ORIGIN);
    expect(headers.get("access-control-allow-credentials")).toBe("true");
    expect(headers.get("vary")).toContain("Origin");
  });

  test("may hold nothing but acknowledgements", async () => {
    const event = viewedProduct();
    await send([event]);
    const { status } = await send([], { acks: [{ id: event.id, name: event.name, state: "fired" }] });
    expect(status).toBe(202);
    expect(await newest()).toMatchObject({ id: event.id, ack: "fired" });
  });

  test("loses no event to an acknowledgement that makes no sense", async () => {
    const event = viewedProduct();
    const good = { id: event.id, name: event.name, state: "fired" };
    const poisoned: unknown = JSON.parse('{"__proto__":{},"id":"a","name":"b","state":"fired"}');
    const { status, answer } = await send([event], { acks: [{ ...good, id: "x".repeat(201) }, poisoned, good] });
    expect(status).toBe(202);
    expect(answer.results).toMatchObject([{ id: event.id, status: "kept" }]);
    expect(answer.acks).toMatchObject([
      { status: "refused", field: "acks[0].id" },
      { status: "refused", field: "acks[1].__proto__" },
    ]);
    expect(await newest()).toMatchObject({ id: event.id, ack: "fired" });
  });

  test.each<[string, object]>([
    ["a click ID that is too long", { visitor: { ...VISITOR, clickId: "x".repeat(2_001) } }],
    ["no visitor", { visitor: null }],
    ["a visitor in capitals", { visitor: { id: VISITOR.id.toUpperCase(), clickId: null } }],
    ["an absurd language", { language: "x".repeat(99) }],
    ["no acknowledgements", { acks: null }],
  ])("is kept with %s", async (_, change) => {
    expect((await send([viewedProduct()], change)).answer.results).toMatchObject([{ status: "kept" }]);
  });

  test.each([
    ["an absurd address", { url: `https://www.fennelandoak.example/?q=${"x".repeat(9_000)}` }],
    ["an address that is none", { url: "about:blank" }],
  ])("is kept without %s", async (_, change) => {
    expect((await send([viewedProduct(change)])).answer.results).toMatchObject([{ status: "kept" }]);
  });

  test("is kept whatever it says where nobody reads, and with nothing where shops know nothing", async () => {
    const unread = {
      description: 5,
      image_url: [],
      url: {},
      $is_new_customer: "yes",
      coupon: 2024,
      taxes_included: "true",
    };
    const empty = { currency: "", total_tax: "", sku: "", items: [{ product_id: "1001", price: "" }] };
    const events = [unread, empty].map((properties) => viewedProduct({ properties: properties as object }));
    expect((await send(events)).answer.results).toMatchObject([{ status: "kept" }, { status: "kept" }]);
  });

  test("for two orders told apart behind a character that no store keeps is kept as two", async () => {
    const order = (id: string) => viewedProduct({ name: "Placed Order", properties: { id, total_price: 20 } });
    const { results } = (await send([order("7\u0000 1"), order("7\u0000 2")])).answer;
    expect(results).toMatchObject([{ status: "kept" }, { status: "kept" }]);
  });

  test("for two orders that have no number is kept as two", async () => {
    const order = (id: string) => viewedProduct({ name: "Placed Order", properties: { id, total_price: 20 } });
    expect((await send([order(" "), order("#")])).answer.results).toMatchObject([
      { status: "kept" },
      { status: "kept" },
    ]);
  });

  test("that came to any name at all is answered", async () => {
    for (const host of ["[", "a b", "%zz", "a:99999"]) {
      const status = await new Promise<number | undefined>((resolve, reject) => {
        const { port } = new URL(started.url);
        const headers = { host, origin: SHOP_ORIGIN };
        const request = http.request({ port, method: "POST", path: "/collect", headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        request.on("error", reject).end(JSON.stringify(beacon(started.key, [viewedProduct()])));
      });
      expect(status, host).toBe(202);
    }
  });

  test("is told which of its products Pinterest's catalog will not know", async () => {
    const items = [
      { product_id: "1001", price: 24 },
      { sku: "LAMP-OAK", price: 89 },
    ];
    const { answer } = await send([viewedProduct(), viewedProduct({ properties: { items, currency: "USD" } })]);
    expect(answer.results).toMatchObject([
      { status: "kept" },
      { status: "kept", field: "events[1].properties.items[1]", message: expect.stringMatching(/content ID/) },
    ]);
    expect(answer.results[0]).not.toHaveProperty("field");
  });

  test("from a sandboxed frame needs no origin, since it names the shop by its key, and gets no cookies", async () => {
    const { status, headers } = await collect(started, beacon(started.key, [viewedProduct()]), { origin: "null" });
    expect(status).toBe(202);
    expect(headers.get("access-control-allow-origin")).toBe("null");
    expect(headers.get("access-control-allow-credentials")).toBeNull();
    expect(headers.get("set-cookie")).toBeNull();
  });

  test("with keys that this relay does not know loses those and nothing else", async () => {
    const { status } = await send([{ ...viewedProduct(), shiny: true }], { newer: { than: "us" } });
    expect(status).toBe(202);
  });

  test("with ids as numbers, prices as text and nulls for what the shop does not know is kept", async () => {
    const items = [null, { product_id: 1001, price: "24.00", quantity: "1.5" }];
    const properties = { product_id: 1001, price: "24.00", currency: " usd ", sku: null, name: null, items };
    const profile = { $email: [null, "jane@example.com"] };
    expect((await send([{ ...viewedProduct(), properties, profile }])).answer.results).toMatchObject([
      { status: "kept" },
    ]);
  });
});

describe("a bad beacon is refused with the field and the reason", () => {
  const body = (change: object) => JSON.stringify({ ...beacon(started.key, [viewedProduct()]), ...change });
  test.each<[string, () => string | Blob, number, string, RegExp]>([
    ["malformed JSON", () => '{"v":1,', 400, "body", /not JSON/],
    ["an empty body", () => "", 400, "body", /not JSON/],
    ["no object", () => "[]", 400, "body", /must be an object/],
    ["invalid UTF-8", () => new Blob([Buffer.from('{"v":1,"key":"\xff"}', "latin1")]), 400, "body", /UTF-8/],
    ["a body over 64 KiB", () => body({ pad: "x".repeat(65_536) }), 413, "body", /too large/],
    ["a prototype key", () => body({}).replace("{", '{"__proto__":{"v":1},'), 400, "__proto__", /not an allowed key/],
    [
      "a prototype key inside",
      () => body({}).replace('"visitor":{', '"visitor":{"constructor":1,'),
      400,
      "visitor.constructor",
      /not an/,
    ],
    ["an unknown version", () => body({ v: 2 }), 400, "v", /must be 1;/],
    ["a key that is no text", () => body({ key: 7 }), 400, "key", /must be text/],
    ["a key of no shop", () => body({ key: "nobody" }), 403, "key", /no shop/],
    ["events that are no list", () => body({ events: {} }), 400, "events", /must be a list/],
    ["more than 50 events", () => body({ events: Array.from({ length: 51 }, () => 1) }), 400, "events", /at most 50/],
    ["a visitor that is no visitor", () => body({ visitor: { id: "me@example.com" } }), 400, "visitor.id", /64 hex/],
    ["no sending time", () => body({ sentAt: "now" }), 400, "sentAt", /must be a number/],
    ["an infinite sending time", () => body({}).replace(/"sentAt":\d+/, '"sentAt":1e999'), 400, "sentAt", /number/],
  ])("%s", async (_, text, status, field, message) => {
    const refused = await collect(started, text());
    expect([refused.status, refused.answer.error?.field]).toEqual([status, field]);
    expect(refused.answer.error?.message).toMatch(message);
  });

  test("an origin that is not the shop's", async () => {
    const refused = await collect(started, beacon(started.key, [viewedProduct()]), { origin: "https://evil.example" });
    expect([refused.status, refused.answer.error?.field]).toEqual([403, "Origin"]);
    expect(refused.headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("a page's origin", () => {
  const from = (origin: string, key = started.key) => collect(started, beacon(key, [viewedProduct()]), { origin });
  test.each([
    "http://www.fennelandoak.example",
    "https://fennelandoak.example",
    "https://www.fennelandoak.example:8443",
    "https://www.fennelandoak.example.evil.example",
    "https://evil-www.fennelandoak.example",
    "https://www.fennelandoak.example@evil.example",
    "https://www.fennelandoak.example/",
    "HTTPS://WWW.FENNELANDOAK.EXAMPLE",
    "https://www.fennelandoak.example, https://evil.example",
    "https://www.fennelandoak.example.",
    "https://www.fennelandoak.example:443",
    "https://www.fennelandoak.exampl",
    "https://www.fennelandoak.example2",
    "https://wwwxfennelandoak.example",
    "https://shop.www.fennelandoak.example",
    "https://WWW.fennelandoak.example",
    "https:/www.fennelandoak.example",
    "https://www.fennelandoak.example null",
    "wss://www.fennelandoak.example",
    "NULL",
    "null, https://www.fennelandoak.example",
    "undefined",
    "*",
    "file://",
  ])("that is not the shop's is refused: %s", async (origin) => {
    const { status, answer, headers } = await from(origin);
    expect([status, answer.error?.field]).toEqual([403, "Origin"]);
    const asked = await fetch(`${started.url}/collect`, { method: "OPTIONS", headers: { origin } });
    for (const told of [headers, asked.headers])
      expect([...told.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  test("is named exactly or not at all, with credentials or as null, and never is everybody", async () => {
    for (const origin of [SHOP_ORIGIN, "null"]) {
      const { headers } = await from(origin);
      const asked = await fetch(`${started.url}/collect`, { method: "OPTIONS", headers: { origin } });
      for (const told of [headers, asked.headers]) {
        expect(told.get("access-control-allow-origin")).toBe(origin);
        expect(told.get("access-control-allow-credentials")).toBe(origin === "null" ? null : "true");
        expect(told.get("vary")).toMatch(/\bOrigin\b/);
      }
    }
  });

  test("opens no other door: what pages have no business with names no origin", async () => {
    const paths = [
      "/api/events",
      "/api/forget",
      "/webhooks/shopify",
      "/metrics",
      "/admin/login",
      "/admin/",
      "/readyz",
      "/",
    ];
    for (const path of paths)
      for (const method of ["GET", "POST", "OPTIONS"]) {
        const response = await fetch(`${started.url}${path}`, {
          method,
          redirect: "manual",
          headers: { origin: SHOP_ORIGIN },
        });
        expect(response.headers.get("access-control-allow-origin"), `${method} ${path}`).toBeNull();
      }
  });

  test("that is another shop's of this relay is refused, and told why", async () => {
    const other = await startRelay({ config: { seed: { origins: [SHOP_ORIGIN] } } });
    const [{ id: _, ...shop } = { id: 0, key: "", origins: [], settings: DEFAULT_SETTINGS, secrets: NO_SECRETS }] =
      other.relay.directory.shops();
    await other.relay.store.addShop({ ...shop, key: "second-shop", origins: ["https://second.example"] });
    await other.relay.directory.refresh();
    const tell = (key: string, origin: string) => collect(other, beacon(key, [viewedProduct()]), { origin });
    const refused = await tell(other.key, "https://second.example");
    expect([refused.status, refused.answer.error?.field]).toEqual([403, "Origin"]);
    expect(refused.headers.get("access-control-allow-origin")).toBe("https://second.example");
    expect((await tell("second-shop", "https://second.example")).status).toBe(202);
    await other.relay.close();
  });

  test("may be null or missing only with the key of a shop that is here", async () => {
    expect((await from("null", "nobody")).status).toBe(403);
    expect((await from("null")).status).toBe(202);
    const tell = async (key: string) => {
      const body = JSON.stringify(beacon(key, [viewedProduct()]));
      const response = await fetch(`${started.url}/collect`, { method: "POST", body });
      return { status: response.status, cookies: response.headers.getSetCookie() };
    };
    expect(await tell("nobody")).toEqual({ status: 403, cookies: [] });
    expect(await tell(started.key)).toEqual({ status: 202, cookies: [] });
  });
});

describe("a bad event is refused on its own", () => {
  const properties = viewedProduct().properties;
  const parsed = (json: string): unknown => JSON.parse(json);
  test.each<[string, () => unknown, string, RegExp]>([
    ["no object", () => 7, "events[1]", /must be an object/],
    ["null", () => null, "events[1]", /must be an object/],
    ["no id", () => ({ ...viewedProduct(), id: "" }), "events[1].id", /empty/],
    ["an id with a hole in it", () => ({ ...viewedProduct(), id: "a\u0000b" }), "events[1].id", /control characters/],
    [
      "a name with a hole in it",
      () => ({ ...viewedProduct(), name: "x\u001b[2J" }),
      "events[1].name",
      /control characters/,
    ],
    [
      "an id that is not what was meant",
      () => ({ ...viewedProduct(), properties: { product_id: 12345678901234567000 } }),
      "events[1].properties.product_id",
      /15 digits/,
    ],
    ["an absurd id", () => ({ ...viewedProduct(), id: "x".repeat(201) }), "events[1].id", /200/],
    ["no name", () => ({ ...viewedProduct(), name: " " }), "events[1].name", /empty/],
    ["no properties", () => ({ ...viewedProduct(), properties: 1 }), "events[1].properties", /must be an object/],
    [
      "a negative price",
      () => ({ ...viewedProduct(), properties: { ...properties, price: -1 } }),
      "events[1].properties.price",
      /negative/,
    ],
    [
      "a price that is none",
      () => ({ ...viewedProduct(), properties: { ...properties, price: "24 dollars" } }),
      "events[1].properties.price",
      /number/,
    ],
    [
      "less than none",
      () => ({ ...viewedProduct(), properties: { ...properties, quantity: -1 } }),
      "events[1].properties.quantity",
      /negative/,
    ],
    [
      "an email that is none",
      () => ({ ...viewedProduct(), profile: { $email: {} } }),
      "events[1].profile.$email",
      /must be text/,
    ],
    [
      "an unknown currency",
      () => ({ ...viewedProduct(), properties: { ...properties, currency: "XXQ" } }),
      "events[1].properties.currency",
      /ISO 4217/,
    ],
    [
      "a currency symbol",
      () => ({ ...viewedProduct(), properties: { ...properties, currency: "$" } }),
      "events[1].properties.currency",
      /ISO 4217/,
    ],
    [
      "an object for an id",
      () => ({ ...viewedProduct(), properties: { product_id: {} } }),
      "events[1].properties.product_id",
      /./,
    ],
    [
      "a bad item",
      () => ({ ...viewedProduct(), properties: { items: [{ price: -3 }] } }),
      "events[1].properties.items[0].price",
      /negative/,
    ],
    [
      "over 32 kB",
      () => ({ ...viewedProduct(), properties: { description: "x".repeat(33_000) } }),
      "events[1]",
      /bytes/,
    ],
    [
      "a prototype key",
      () => parsed('{"__proto__":{"admin":true},"id":"a","name":"b"}'),
      "events[1].__proto__",
      /not an allowed key/,
    ],
    [
      "a prototype key deep down",
      () => ({ ...viewedProduct(), properties: { items: [{ constructor: 1 }] } }),
      "events[1].properties.items[0].constructor",
      /not an allowed key/,
    ],
    ["a time that is none", () => ({ ...viewedProduct(), time: "today" }), "events[1].time", /number/],
    ["a time before 1970", () => ({ ...viewedProduct(), time: -5 }), "events[1].time", /1970/],
    ["nests a hundred deep", () => parsed(`${'{"a":'.repeat(100)}1${"}".repeat(100)}`), "events[1]", /./],
  ])("%s", async (_, bad, field, message) => {
    const good = viewedProduct();
    const both = await send([good, bad()]);
    expect(both.status).toBe(202);
    expect(both.answer.results).toMatchObject([{ id: good.id, status: "kept" }, { status: "refused" }]);
    expect(both.answer.results[1]?.field?.startsWith(field)).toBe(true);
    expect(both.answer.results[1]?.message).toMatch(message);
    expect(await newest()).toMatchObject({ id: good.id });

    const alone = await send([bad()]);
    expect(alone.status).toBe(400);
    expect(alone.answer.results).toMatchObject([{ status: "refused" }]);
  });
});

test("a price that is no finite number is refused", async () => {
  const body = JSON.stringify(beacon(started.key, [viewedProduct()])).replace('"price":24', '"price":1e999');
  const refused = await collect(started, body);
  expect(refused.status).toBe(400);
  expect(refused.answer.results).toMatchObject([{ field: "events[0].properties.price", message: "must be a number" }]);
});

/** Rubbish alone: test/fuzz.test.ts. */
describe("rubbish", () => {
  test("beside a good event harms it never", async () => {
    const told = async (bad: unknown) => {
      const good = viewedProduct();
      const { status, answer } = await send([bad, good, bad], { visitor: null });
      expect(status).toBe(202);
      expect(answer.results[1]).toEqual({ id: good.id, name: good.name, status: "kept" });
    };
    const nearly = fc
      .record({ id: fc.anything(), properties: fc.jsonValue(), profile: fc.jsonValue() })
      .map((change) => ({
        ...viewedProduct(),
        ...change,
      }));
    await fc.assert(fc.asyncProperty(fc.oneof(fc.jsonValue(), nearly), told), { numRuns: 200 });
  }, 60_000);
});

describe("another Pinterest Tag that the shop's page noticed", () => {
  const noted = async (otherTags: unknown[], events: unknown[] = [viewedProduct()]) => {
    const own = await startRelay();
    const { status, answer } = await collect(own, { ...beacon(own.key, events), otherTags });
    const list = await own.relay.store.otherTags(own.relay.directory.shop(own.key)?.id ?? 0);
    await own.relay.close();
    return { status, answer, list };
  };
  const theirs = { by: "network", tagId: "2698765432109", event: "checkout" };

  test("is kept, with events and without, before the answer", async () => {
    for (const events of [[viewedProduct()], []]) {
      const { status, list } = await noted([theirs, theirs, { by: "shopify app" }], events);
      expect(status).toBe(202);
      expect(list).toMatchObject([{ by: "shopify app" }, { ...theirs, sightings: 1 }]);
      expect(Date.now() - (list[1]?.firstMs ?? 0)).toBeLessThan(60_000);
    }
  });

  test("is kept without what makes no sense of it, and takes no event with it", async () => {
    const { answer, list } = await noted([
      { by: "network", tagId: "2698765432109", event: "x".repeat(101) },
      { by: "page", tagId: "9".repeat(21) },
      { by: "shopify app", tagId: "ann@example.com", event: "my-own_Event2" },
    ]);
    expect(answer.results).toMatchObject([{ status: "kept" }]);
    const said = list.map(({ firstMs: _, lastMs: __, sightings: ___, ...one }) => one);
    expect(said).toEqual([
      { by: "shopify app", event: "my-own_Event2" },
      { by: "page" },
      { by: "network", tagId: "2698765432109" },
    ]);
  });

  test.each([
    ["from a place that is none", [theirs, { by: "elsewhere" }]],
    ["more often than any page tells", Array.from({ length: 51 }, (_, n) => ({ by: "network", tagId: String(n) }))],
  ])("%s is not, and takes no event with it", async (_, otherTags) => {
    const { answer, list } = await noted(otherTags);
    expect(answer.results).toMatchObject([{ status: "kept" }]);
    expect(list).toEqual([]);
  });

  test("and that somebody made up, with the shop's key, fills no disk", async () => {
    const own = await startRelay();
    const made = (n: number) =>
      Array.from({ length: 50 }, (_, m) => ({ by: "network", tagId: String(n * 50 + m), event: "x".repeat(100) }));
    for (let n = 0; n < 5; n += 1) await collect(own, { ...beacon(own.key, []), otherTags: made(n) });
    const list = await own.relay.store.otherTags(1);
    expect(list.map(({ tagId }) => Number(tagId))).toEqual(Array.from({ length: 100 }, (_, n) => 249 - n));
    await own.relay.close();
  });

  test("is forgotten a month after the last page that noticed it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pinrelay-noticed-"));
    const database = join(folder, "relay.db");
    const DAY = 86_400_000;
    const listed = async (nowMs: number, otherTags: unknown[]) => {
      const own = await startRelay({ config: { database }, now: () => nowMs });
      if (otherTags.length > 0) await collect(own, { ...beacon(own.key, []), otherTags });
      const list = await own.relay.store.otherTags(1);
      await own.relay.close();
      return list;
    };
    const start = Date.UTC(2026, 10, 1);
    expect(await listed(start, [theirs])).toHaveLength(1);
    expect(await listed(start + 30 * DAY, [])).toHaveLength(1);
    expect(await listed(start + 30 * DAY + 1, [])).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});

describe("what is written down", () => {
  /** All that a relay of its own writes to disk for one beacon: the database and its log. */
  const written = async (consent: Beacon["consent"]): Promise<string> => {
    const folder = mkdtempSync(join(tmpdir(), "pinrelay-written-"));
    const own = await startRelay({ config: { database: join(folder, "relay.db") } });
    const profile = { $email: "jane@example.com", $phone_number: "+12125550123", $customer_id: "7012345678901" };
    const address = "https://www.fennelandoak.example/?epik=dj0yJnU9b2JDcFFHekV4SHJNcmVrbFBkUEdqakg";
    const event = viewedProduct({
      profile,
      url: `${address}&mail=jane@example.com`,
      referrer: "https://www.fennelandoak.example/login?user=jane@example.com",
      aliases: ["urn:email:jane@example.com", "jane@example.com", "urn:customer:jane@example.com:0049-151"],
      properties: {
        name: "Sage mug",
        url: "https://jane:pw@www.fennelandoak.example/?mail=jane@example.com",
        query: "iPhone",
      },
    });
    await collect(own, beacon(own.key, [event], { consent }));
    const bytes = ["relay.db", "relay.db-wal"].map((file) => readFileSync(join(folder, file), "latin1")).join();
    await own.relay.close();
    rmSync(folder, { recursive: true });
    expect(bytes).toContain("Sage mug");
    return bytes;
  };
  const hash = createHash("sha256").update("jane@example.com").digest("hex");
  const customer = createHash("sha256").update("7012345678901").digest("hex");

  test("holds nobody's email or phone number in the clear", async () => {
    const bytes = await written({ marketing: "granted", by: "call", at: 1 });
    expect(bytes).toContain(hash);
    // Though Pinterest is not told it beside the visitor ID, the ledger knows whose customer it was.
    expect(bytes).toContain(customer);
    expect(bytes).not.toMatch(/jane@example|2125550123|7012345678901/);
  });

  test("names nobody who denied consent, neither hashed nor by visitor, click ID or address", async () => {
    const bytes = await written({ marketing: "denied", by: "call", at: 1 });
    for (const trace of [hash, customer, VISITOR.id, VISITOR.clickId, "127.0.0.1", "iPhone", "urn:email"])
      expect(bytes.includes(trace), trace).toBe(false);
  });
});

describe("time", () => {
  test("a client's clock that is wrong is put right by its sending time", async () => {
    const hour = 3_600_000;
    const sentAt = Date.now() + 5 * hour;
    await send([viewedProduct({ time: sentAt - 10_000 })], { sentAt });
    const row = await newest();
    expect(row?.timeMs).toBe((row?.receivedMs ?? 0) - 10_000);
  });

  test("an event in the future happened now", async () => {
    const before = Date.now();
    await send([viewedProduct({ time: Date.now() + 3_600_000 })]);
    const row = await newest();
    expect(row?.timeMs).toBe(row?.receivedMs);
    expect(row?.timeMs).toBeGreaterThanOrEqual(before);
  });
});

describe("cookies", () => {
  const post = (headers: Record<string, string>, change = {}) =>
    collect(started, beacon(started.key, [viewedProduct()], change), headers);

  test("a shop with another site than the relay's gets none", async () => {
    expect((await post({})).headers.getSetCookie()).toEqual([]);
  });

  test("a shop on the relay's site gets visitor and click ID for a year, for the whole site", async () => {
    const cookies = (await collectAs("https://relay.fennelandoak.example")).headers.getSetCookie();
    expect(cookies).toEqual([
      `_pinrelay=${VISITOR.id}; Domain=fennelandoak.example; Path=/; Max-Age=31536000; SameSite=Lax; Secure`,
      `_epik=${VISITOR.clickId}; Domain=fennelandoak.example; Path=/; Max-Age=31536000; SameSite=Lax; Secure`,
    ]);
  });

  test("a visitor who denied consent gets none", async () => {
    const consent = { marketing: "denied", by: "call", at: 1 };
    expect((await collectAs("https://relay.fennelandoak.example", { consent })).headers.getSetCookie()).toEqual([]);
  });

  test("a visitor whose browser asks for privacy, or who has not consented where that is required, gets none", async () => {
    const unknown = { marketing: "unknown", by: "require", at: 1 };
    const site = "https://relay.fennelandoak.example";
    expect((await collectAs(site, {}, { "sec-gpc": "1" })).headers.getSetCookie()).toEqual([]);
    expect((await collectAs(site, { consent: unknown }, {}, { consent: "require" })).headers.getSetCookie()).toEqual(
      [],
    );
  });

  test("a click ID that would break the header is not set", async () => {
    const visitor = { ...VISITOR, clickId: "a; Domain=evil.example" };
    const cookies = (await collectAs("https://relay.fennelandoak.example", { visitor })).headers.getSetCookie();
    expect(cookies.map((cookie) => cookie.split("=")[0])).toEqual(["_pinrelay"]);
  });

  const collectAs = async (publicUrl: string, change = {}, headers = {}, settings = {}) => {
    const own = await startRelay({ config: { publicUrl }, settings });
    const answer = await collect(own, beacon(own.key, [viewedProduct()], change), headers);
    await own.relay.close();
    return answer;
  };
});
