import { EVENTS } from "@pinrelay/tag/contract";
import fc from "fast-check";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEFAULT_SETTINGS } from "#relay/core/settings";
import { beacon, collect, VISITOR, viewedProduct } from "./beacons.ts";
import { type Pinterest, startPinterest } from "./pinterest/stand-in.ts";
import { API_KEY, call, KEYED, OLD_KEY, placedOrder, signedUp } from "./server-api.ts";
import { type Started, startRelay } from "./start.ts";
import { until } from "./until.ts";

const HERBS_KEY = "5b7d20e94c1f4a6d8e3b";

/** An order with one thing in it, at any depth, put in another's place or taken out. */
const spoiled = fc
  .tuple(
    fc.nat(40),
    fc.option(fc.oneof(fc.jsonValue(), fc.string({ unit: "binary", maxLength: 600 })), { nil: undefined }),
  )
  .map(([at, other]) => {
    let left = at;
    const visit = { $ip: "203.0.113.7", $url: "https://www.fennelandoak.example/", $consent: { marketing: "granted" } };
    const order = placedOrder("7001", visit, { timestamp: 1_795_600_000, aliases: ["urn:cart_token:c7d1"] });
    return JSON.stringify([order], (key, value: unknown) => {
      if (key === "" || left-- > 0) return value;
      left = Number.POSITIVE_INFINITY;
      return other;
    });
  });
const rubbish = fc.oneof(fc.json(), fc.string({ unit: "binary" }), spoiled);

let started: Started;
let log = "";
beforeAll(async () => {
  const write = (line: string) => {
    log += line;
  };
  started = await startRelay({ config: { seed: KEYED }, log: pino({ level: "debug" }, { write }) });
  await started.relay.store.addShop({
    key: "herbs",
    origins: [],
    settings: DEFAULT_SETTINGS,
    secrets: { api: [HERBS_KEY], shopify: [], woocommerce: [] },
  });
  await started.relay.directory.refresh();
});
afterAll(() => started.relay.close());

const tell = (body: unknown, change: Record<string, string | null> = {}) => call(started, body, change);
const ledger = (limit = 1) => started.relay.store.recent(limit);

describe("who calls", () => {
  test.each([
    ["no key", null, /^Bearer realm="pinrelay"$/, /is missing; send Authorization: Bearer/],
    ["a key that is none", "Bearer nobody", /error="invalid_token"/, /holds no API key/],
    ["the beginning of a key", `Bearer ${API_KEY.slice(0, -1)}`, /error="invalid_token"/, /holds no API key/],
    ["more than a key", `Bearer ${API_KEY}0`, /error="invalid_token"/, /holds no API key/],
    ["the shop's public key", "public", /error="invalid_token"/, /holds no API key/],
    ["another scheme", `Basic ${API_KEY}`, /^Bearer realm="pinrelay"$/, /is missing/],
    ["an empty key", "Bearer ", /^Bearer realm="pinrelay"$/, /is missing/],
  ])("with %s is refused, and nothing is kept", async (_, told, scheme, message) => {
    const [before] = await ledger();
    const authorization = told === "public" ? `Bearer ${started.key}` : told;
    const { status, headers, answer } = await tell(signedUp(), { authorization });
    expect(status).toBe(401);
    expect(headers.get("www-authenticate")).toMatch(scheme);
    expect(answer).toMatchObject({ results: [], error: { field: "Authorization" } });
    expect(answer.error?.message).toMatch(message);
    expect(await ledger()).toEqual([before].filter(Boolean));
  });

  test("is the shop whose key it is", async () => {
    const event = signedUp();
    expect((await tell(event, { authorization: `Bearer ${HERBS_KEY}` })).status).toBe(202);
    const herbs = started.relay.directory.shop("herbs");
    expect(await ledger()).toMatchObject([{ shop: herbs?.id, id: event.event_id }]);
  });

  test("may use the key of before until the shop has none but the new one", async () => {
    const own = await startRelay({ config: { seed: KEYED } });
    const withOld = () => call(own, signedUp(), { authorization: `bearer ${OLD_KEY}` });
    expect((await withOld()).status).toBe(202);
    expect((await call(own, signedUp())).status).toBe(202);

    const [shop] = own.relay.directory.shops();
    if (!shop) throw new Error("no shop");
    await own.relay.store.saveShop({ ...shop, secrets: { ...shop.secrets, api: [API_KEY] } });
    await own.relay.directory.refresh();
    expect((await withOld()).status).toBe(401);
    expect((await call(own, signedUp())).status).toBe(202);
    await own.relay.close();
  });

  test("is nobody where the shop has no key", async () => {
    const own = await startRelay();
    expect((await call(own, signedUp())).status).toBe(401);
    await own.relay.close();
  });

  test("is no page: no origin may read an answer or send a header", async () => {
    const { headers } = await tell(signedUp(), { origin: "https://www.fennelandoak.example" });
    expect(headers.get("access-control-allow-origin")).toBeNull();
    const preflight = await fetch(`${started.url}/api/events`, {
      method: "OPTIONS",
      headers: { origin: "https://www.fennelandoak.example", "access-control-request-method": "POST" },
    });
    expect(preflight.headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("a good event", () => {
  test.each(EVENTS.map(([name]) => name))("%s is kept, and told twice it is kept once", async (event_name) => {
    const event = event_name === "Placed Order" ? placedOrder(`row-${event_name}`) : signedUp({ event_name });
    const dated = { ...event, timestamp: Date.now() };
    const { status, results } = await tell(dated);
    const event_id = "event_id" in event ? event.event_id : `order.${started.key}.row-Placed Order`;
    expect([status, results]).toEqual([202, [{ event_id, event_name, status: "kept" }]]);
    expect(await ledger()).toMatchObject([{ name: event_name, id: event_id, sources: ["server"], ack: "unknown" }]);
    expect((await tell(dated)).results).toMatchObject([{ event_id, status: "duplicate" }]);
    expect(await ledger()).toMatchObject([{ id: event_id, duplicates: 1 }]);
  });

  test("may have any other name", async () => {
    expect((await tell(signedUp({ event_name: "Watered The Plants" }))).results).toMatchObject([{ status: "kept" }]);
  });

  test("beside bad ones is kept, and each is answered in its place", async () => {
    const [first, last] = [signedUp(), signedUp()];
    const bad = { ...signedUp(), properties: { price: -1 } };
    const { status, results } = await tell([first, null, bad, last, first]);
    expect(status).toBe(202);
    expect(results).toEqual([
      { event_id: first.event_id, event_name: "Signed Up", status: "kept" },
      { status: "refused", field: "[1]", message: "must be an object" },
      {
        event_id: bad.event_id,
        event_name: "Signed Up",
        status: "refused",
        field: "[2].properties.price",
        message: "must not be negative",
      },
      { event_id: last.event_id, event_name: "Signed Up", status: "kept" },
      { event_id: first.event_id, event_name: "Signed Up", status: "duplicate" },
    ]);
  });

  test("is told what of it Pinterest cannot use", async () => {
    const late = (Date.now() - 8 * 86_400_000) / 1_000;
    const { status, results } = await tell([
      signedUp({ timestamp: "2999-01-01T00:00:00Z" }),
      signedUp({ timestamp: late }),
      signedUp({ properties: { $ip: "203.0.113.7, 10.0.0.1" } }),
      signedUp({ profile_properties: { $consent: { analytics: "granted" } } }),
      signedUp({ event_name: "Added To Cart", properties: { sku: "MUG-SAGE-L" } }),
    ]);
    expect(status).toBe(202);
    expect(results).toMatchObject([
      { status: "kept", field: "[0].timestamp", message: expect.stringMatching(/future/) },
      { status: "kept", field: "[1].timestamp", message: expect.stringMatching(/7 days/) },
      { status: "kept", field: "[2].properties.$ip", message: expect.stringMatching(/left out/) },
      { status: "kept", field: "[3].profile_properties.$consent.marketing", message: expect.stringMatching(/denied/) },
      { status: "kept", field: "[4].properties", message: expect.stringMatching(/content ID/) },
    ]);
  });
});

describe("an order", () => {
  test("is one, though the page knows it by its number and the server by its ID", async () => {
    const properties = { id: "1001", total_price: 71.9, currency: "USD" };
    await collect(started, beacon(started.key, [viewedProduct({ name: "Placed Order", tag: "checkout", properties })]));
    const timestamp = Date.now();
    const told = (id: string) => tell(placedOrder(id, { order_aliases: ["#1001"] }, { timestamp, event_id: "mine" }));
    expect((await told("5001")).results).toMatchObject([{ event_id: `order.${started.key}.5001`, status: "kept" }]);
    expect((await told("5001")).results).toMatchObject([{ status: "duplicate" }]);
    expect(await ledger()).toMatchObject([
      { id: `order.${started.key}.1001`, sources: ["browser", "server"], duplicates: 1 },
    ]);
    await told("gid://shopify/Order/5001");
    expect(await ledger()).toMatchObject([{ id: `order.${started.key}.1001` }]);
  });

  test("is not another one's, since both lack the same name", async () => {
    await tell(placedOrder("5101", { order_aliases: ["", "#", "5101-token"] }));
    await tell(placedOrder("5102", { order_aliases: ["", "#", "5102-token"] }));
    expect(await ledger(2)).toMatchObject(["5102", "5101"].map((id) => ({ id: `order.${started.key}.${id}` })));
  });

  test("that is told again is the newer one, where its own time of change says so", async () => {
    const at = (hour: number, total_price: number) =>
      tell(placedOrder("5201", { total_price, updated_at: `2026-11-25T${hour}:00:00Z` }));
    expect((await at(11, 20)).results).toMatchObject([{ status: "kept" }]);
    expect((await at(12, 30)).results).toMatchObject([{ status: "kept" }]);
    expect((await at(10, 10)).results).toMatchObject([{ status: "duplicate" }]);
  });

  test("needs its ID in the shop, whatever the event's ID", async () => {
    const { total_price, currency } = placedOrder("5002").properties;
    const nameless = { event_name: "Placed Order", event_id: "e-1", properties: { total_price, currency } };
    const { status, results } = await tell(nameless);
    expect(status).toBe(400);
    expect(results).toMatchObject([
      { event_id: "e-1", status: "refused", field: "properties.id", message: expect.stringMatching(/is missing/) },
    ]);
    const { event_name } = nameless;
    expect((await tell({ event_name })).results).toMatchObject([{ status: "refused", field: "properties.id" }]);
  });

  describe("reaches Pinterest", () => {
    let pinterest: Pinterest;
    let own: Started;
    const startAt = (signedHoldSeconds: number) =>
      startRelay({
        settings: { signedHoldSeconds },
        config: {
          pinterestApiUrl: pinterest.apiUrl,
          seed: {
            ...KEYED,
            account: { adAccountId: pinterest.adAccountId, tagId: pinterest.tagId, token: pinterest.token },
          },
        },
      });
    beforeAll(async () => {
      pinterest = await startPinterest();
      own = await startAt(0);
    });
    afterAll(async () => {
      await own.relay.close();
      await pinterest.close();
    });
    const settled = async (id: string) => {
      const row = async () => (await own.relay.store.recent(50)).find((one) => one.id === `order.${own.key}.${id}`);
      await until(async () => (await row())?.deliveries[0]?.outcome !== undefined);
      return (await row())?.deliveries[0];
    };
    const heard = (id: string) => pinterest.server.filter(({ event_id }) => event_id === `order.${own.key}.${id}`);

    test("without a word on how it came about, with all that the shop knows", async () => {
      const visit = {
        $ip: "::ffff:203.0.113.7",
        $user_agent: "Mozilla/5.0 (Macintosh)",
        $url: "https://www.fennelandoak.example/thanks?epik=dj0yJnU9fromUrl&token=secret",
      };
      const aliases = [`urn:cookie:${VISITOR.id}`, "urn:customer_id:8801"];
      await call(
        own,
        placedOrder("6001", visit, { aliases, profile_properties: { $email: "Ann.Fennel@Example.com " } }),
      );
      expect(await settled("6001")).toMatchObject({ outcome: "sent" });
      expect(heard("6001")).toMatchObject([
        {
          event_name: "checkout",
          action_source: "web",
          event_source_url: "https://www.fennelandoak.example/thanks?epik=dj0yJnU9fromUrl",
          user_data: {
            // printf ann.fennel@example.com | sha256sum
            em: ["1cd6ac5f6cead14dfbbb3330bd097ea7ae9d5ec62524aebbc057e0287268d3c8"],
            client_ip_address: "203.0.113.7",
            client_user_agent: "Mozilla/5.0 (Macintosh)",
            click_id: "dj0yJnU9fromUrl",
            external_id: [VISITOR.id],
          },
          custom_data: { value: "60.00", currency: "USD", order_id: "6001", num_items: 3 },
        },
      ]);
    });

    test("once, with what the page and the server know together", async () => {
      const waiting = await startAt(3_000);
      await call(waiting, placedOrder("6101", { order_aliases: ["#1101"] }));
      const properties = { id: "1101", total_price: 1, currency: "USD" };
      const page = viewedProduct({ name: "Placed Order", tag: "checkout", properties });
      await collect(waiting, beacon(waiting.key, [page]));
      await until(async () => (await waiting.relay.store.recent(1))[0]?.deliveries[0]?.outcome !== undefined);
      await waiting.relay.close();
      const told = pinterest.server.filter(({ event_id }) => event_id?.startsWith(`order.${waiting.key}.`));
      expect(told).toMatchObject([
        {
          event_source_url: page.url,
          user_data: {
            em: ["1cd6ac5f6cead14dfbbb3330bd097ea7ae9d5ec62524aebbc057e0287268d3c8"],
            click_id: VISITOR.clickId,
            client_ip_address: "127.0.0.1",
          },
          custom_data: { value: "60.00", order_id: "6101" },
        },
      ]);
    });

    test("not, where it was bought where the shop counts nothing", async () => {
      await call(own, placedOrder("6002", { $sales_channel_type: "pos" }));
      expect(await settled("6002")).toMatchObject({ outcome: "filtered", words: expect.stringMatching(/"pos"/) });
    });

    test("not, where the shopper has denied it", async () => {
      const $consent = { analytics: "granted", marketing: "denied" };
      await call(own, placedOrder("6003", {}, { profile_properties: { $email: "ann.fennel@example.com", $consent } }));
      expect(await settled("6003")).toMatchObject({ outcome: "no consent" });
      await call(own, placedOrder("6004", { $consent }));
      expect(await settled("6004")).toMatchObject({ outcome: "no consent" });
    });

    test("not, where the visitor denied it in the page and the server says nothing", async () => {
      const denied = {
        visitor: { id: "ab".repeat(32) },
        consent: { marketing: "denied" as const, by: "call", at: Date.now() },
      };
      await collect(own, beacon(own.key, [viewedProduct()], denied));
      await call(own, placedOrder("6005", { $visitor_id: "AB".repeat(32) }));
      expect(["no consent", "withdrawn"]).toContain((await settled("6005"))?.outcome);
    });
  });
});

describe("a bad call is refused with the field and the remedy", () => {
  const one = (change: object) => JSON.stringify(signedUp(change));
  test.each<[string, () => string | Blob, Record<string, string>, number, string, RegExp]>([
    ["malformed JSON", () => '{"event_name":', {}, 400, "body", /is not JSON/],
    ["an empty body", () => "", {}, 400, "body", /is not JSON/],
    ["invalid UTF-8", () => new Blob([Buffer.from('{"event_name":"\xff"}', "latin1")]), {}, 400, "body", /UTF-8/],
    [
      "a form",
      () => "event_name=x",
      { "content-type": "application/x-www-form-urlencoded" },
      415,
      "Content-Type",
      /json/,
    ],
    ["a coding nobody knows", () => one({}), { "content-encoding": "known-to-nobody" }, 415, "body", /gzip/],
    ["over 1 MiB", () => one({ pad: "x".repeat(1_048_576) }), {}, 413, "body", /fewer events/],
    ["101 events", () => `[${"1,".repeat(100)}1]`, {}, 400, "body", /100 events at most; send the others/],
  ])("%s", async (_, body, headers, status, field, message) => {
    const refused = await tell(body(), headers);
    expect([refused.status, refused.answer.error?.field]).toEqual([status, field]);
    expect(refused.answer.error?.message).toMatch(message);
  });

  test.each<[string, unknown, string, RegExp]>([
    ["no object", 7, "body", /must be an object/],
    ["no name", { event_id: "a" }, "event_name", /is missing/],
    ["no ID", { event_name: "Signed Up" }, "event_id", /is missing; give each event an ID/],
    ["an empty ID", signedUp({ event_id: "" }), "event_id", /empty/],
    [
      "a time without a zone",
      signedUp({ timestamp: "2026-11-25T10:00:00" }),
      "timestamp",
      /no time zone; end it with Z/,
    ],
    ["a day without a zone", signedUp({ timestamp: "2026-11-25" }), "timestamp", /no time zone/],
    ["a day that there is not", signedUp({ timestamp: "2026-02-30T10:00:00Z" }), "timestamp", /there is not/],
    ["a time that is none", signedUp({ timestamp: "yesterday" }), "timestamp", /ISO 8601 with a time zone/],
    ["nanoseconds", signedUp({ timestamp: 1_795_600_000_000_000_000 }), "timestamp", /neither seconds nor/],
    ["a currency that is none", signedUp({ properties: { currency: "$" } }), "properties.currency", /ISO 4217/],
    [
      "a word for consent that is none",
      signedUp({ profile_properties: { $consent: { marketing: "yes" } } }),
      "profile_properties.$consent.marketing",
      /granted or denied/,
    ],
    ["a visitor that is none", signedUp({ properties: { $visitor_id: "me" } }), "properties.$visitor_id", /64 hex/],
    ["eleven aliases", signedUp({ aliases: Array(11).fill("urn:a:b") }), "aliases", /10 at most/],
    [
      "an item that is none",
      signedUp({ properties: { items: [{}, { price: "x" }] } }),
      "properties.items[1].price",
      /number/,
    ],
    ["over 128 kB", signedUp({ properties: { description: "x".repeat(140_000) } }), "body", /over 131072 bytes/],
    ["a prototype key", JSON.parse('{"properties":{"__proto__":1}}'), "properties.__proto__", /not an allowed key/],
  ])("%s", async (_, event, field, message) => {
    const { status, results } = await tell(event);
    expect([status, results.length, results[0]?.field]).toEqual([400, 1, field]);
    expect(results[0]?.message).toMatch(message);
  });

  test("another method", async () => {
    const response = await fetch(`${started.url}/api/events`);
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
  });
});

test("rubbish of any kind is answered with 202, or with a 4xx that names a field and says what is wrong", async () => {
  const told = async (body: string) => {
    const { status, answer, results } = await tell(body);
    expect([202, 400]).toContain(status);
    for (const fault of answer.error ? [answer.error] : results.filter((one) => one.status === "refused"))
      expect(fault).toMatchObject({ field: expect.stringMatching(/./), message: expect.stringMatching(/.../) });
  };
  await fc.assert(fc.asyncProperty(rubbish, told), { numRuns: 1_000 });
});

test("nobody is named in an answer, in the ledger or in the log", async () => {
  const person = { $email: "rosemary@example.com", $phone_number: "+14155550199", $first_name: "Rosemary" };
  const visit = { $ip: "203.0.113.99", $url: "https://www.fennelandoak.example/?email=rosemary@example.com" };
  const order = placedOrder("7777", visit, { profile_properties: person, aliases: ["urn:email:rosemary@example.com"] });
  const said = [
    order,
    signedUp({ properties: { currency: "rosemary" } }),
    signedUp({ profile_properties: { $email: { rosemary: [1] } } }),
  ];
  const poisoned = JSON.parse(`{"properties":{"rosemary@example.com":{"constructor":1}}}`);
  const mine = started.relay.store;
  log = "";
  const { text, status } = await tell(said);
  expect(status).toBe(202);
  await tell(poisoned);
  await call(started, { email: "rosemary@example.com", wrong: "rosemary" }, {}, "/api/forget");
  await call(started, { email: "rosemary@example.com" }, {}, "/api/forget");
  expect(log).toMatch(/refused an event/);
  expect(log).toMatch(/forgot a person/);
  for (const words of [text, log, JSON.stringify(await mine.recent(10))])
    expect(words).not.toMatch(/rosemary|4155550199|203\.0\.113\.99/i);
});

describe("the call to forget a person", () => {
  const forget = (body: unknown, change = {}) => call(started, body, change, "/api/forget");
  const email = "thyme@example.com";

  test("forgets whoever goes by one of the names, and says how many it was", async () => {
    const profile_properties = { $email: ` ${email.toUpperCase()}`, $phone_number: "+14155550177" };
    const aliases = ["urn:customer_id:4711"];
    await tell([signedUp({ profile_properties, aliases, properties: { $visitor_id: "cd".repeat(32) } }), signedUp()]);
    await tell(placedOrder("8001", {}, { profile_properties }));
    const { status, answer } = await forget({ email, phone: ["+1 415 555 0177"] });
    expect(status).toBe(200);
    expect(answer).toEqual({ events: 2, visitors: 1 });
    expect((await forget({ email })).answer).toEqual({ events: 0, visitors: 0 });
  });

  test.each([
    ["the customer's ID", { customer_id: 4712 }],
    ["the visitor ID", { visitor: "EF".repeat(32) }],
    ["an alias", { alias: "urn:user_id:u-7" }],
    ["the visitor's alias", { alias: `urn:cookie:${"ef".repeat(32)}` }],
  ])("knows them by %s", async (_, person) => {
    const aliases = ["urn:user_id:u-7"];
    await tell(signedUp({ aliases, profile_properties: { $customer_id: "4712", $visitor_id: "ef".repeat(32) } }));
    expect((await forget(person)).answer).toMatchObject({ events: 1 });
  });

  test("forgets nobody of another shop", async () => {
    await tell(signedUp({ profile_properties: { $email: email } }));
    const { answer } = await forget({ email }, { authorization: `Bearer ${HERBS_KEY}` });
    expect(answer).toEqual({ events: 0, visitors: 0 });
    expect((await forget({ email })).answer).toMatchObject({ events: 1 });
  });

  test("goes through the whole ledger, step by step", async () => {
    const own = await startRelay({ config: { seed: KEYED } });
    const events = (profile_properties: object) => Array.from({ length: 100 }, () => signedUp({ profile_properties }));
    await call(own, events({ $email: email }));
    for (let n = 0; n < 10; n += 1) await call(own, events({ $email: `other${n}@example.com` }));
    await call(own, events({ $email: email }));
    expect((await call(own, { email }, {}, "/api/forget")).answer).toMatchObject({ events: 200 });
    await own.relay.close();
  });

  test.each<[string, unknown, string, RegExp]>([
    ["names nobody", {}, "body", /names nobody; give one of email, phone/],
    ["names nobody but by a null", { email: null }, "body", /names nobody/],
    ["has a key that would be passed over", { email, mail: "x" }, "body", /key that is not known; there are email/],
    ["has a phone number of nowhere", { email, phone: "0415 555" }, "phone", /international/],
    ["has an email address that is none", { email: "thyme" }, "email", /no email address/],
    ["has a visitor ID that is none", { visitor: "thyme" }, "visitor", /64 hex digits/],
    ["is a list", [{ email }], "body", /must be an object/],
  ])("is refused, and forgets nobody, where it %s", async (_, body, field, message) => {
    const { status, answer } = await forget(body);
    expect([status, answer.error?.field]).toEqual([400, field]);
    expect(answer.error?.message).toMatch(message);
  });

  test("is nobody's without a key", async () => {
    expect((await forget({ email }, { authorization: null })).status).toBe(401);
  });
});
