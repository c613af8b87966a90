/** What comes in as an attacker words it: it changes no object of ours, takes no time, and is obeyed by no terminal, log or spreadsheet. */
import { createHmac } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { csvRow } from "#relay/admin/csv";
import { discreet } from "#relay/core/discreet";
import { eventLine } from "#relay/event-line";
import { openStore } from "#relay/open-store";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { type House, openHouse } from "./house.ts";
import { API_KEY } from "./server-api.ts";
import { SHOP_ORIGIN } from "./start.ts";

const SECRET = "shpss_of_the_shop";
const lines: string[] = [];
let house: House;
beforeAll(async () => {
  house = await openHouse({
    log: pino({ level: "trace" }, { write: (line) => void lines.push(line) }),
    config: { seed: { origins: [SHOP_ORIGIN], secrets: { api: [API_KEY], shopify: [SECRET] } } },
  });
});
afterAll(() => house.relay.close());

const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  fetch(`${house.url}${path}`, { method: "POST", redirect: "manual", body, headers });
const json = { "content-type": "application/json" };
/** Every door that takes JSON, with a good caller's proof. */
const doors = (body: string) => ({
  "/collect": () => post("/collect", body, { origin: SHOP_ORIGIN }),
  "/api/events": () => post("/api/events", body, { ...json, authorization: `Bearer ${API_KEY}` }),
  "/api/forget": () => post("/api/forget", body, { ...json, authorization: `Bearer ${API_KEY}` }),
  "/webhooks/shopify": () =>
    post("/webhooks/shopify", body, {
      ...json,
      "x-shopify-topic": "orders/create",
      "x-shopify-hmac-sha256": createHmac("sha256", SECRET).update(body).digest("base64"),
    }),
  "/admin/settings/preview": () => house.send(`/shops/${house.key}/settings/preview`, { form: "import", file: body }),
});

describe("an object's prototype is changed by nothing that is told", () => {
  const evil = '{"polluted":"yes","isAdmin":true}';
  const told = (inner: string) => [
    `{"__proto__":${evil}${inner}}`,
    `{"constructor":{"prototype":${evil}}${inner}}`,
    `{"a":{"__proto__":${evil}}${inner}}`,
    `[{"__proto__":${evil}${inner}}]`,
  ];
  const bodies = () => [
    ...told(""),
    ...told(`,"v":1,"key":"${house.key}","rev":"0","sentAt":${Date.now()},"events":[{"__proto__":${evil}}]`),
    ...told(
      `,"event_name":"Signed Up","event_id":"x","properties":{"__proto__":${evil}},"profile_properties":{"__proto__":${evil}}`,
    ),
    ...told(`,"pinrelay":1,"origins":[],"settings":{"__proto__":${evil}},"destinations":[]`),
    ...told(`,"id":1,"line_items":[{"__proto__":${evil}}],"note_attributes":[{"name":"__proto__","value":"x"}]`),
  ];

  test("in a body, at any door", async () => {
    for (const body of bodies())
      for (const [door, knock] of Object.entries(doors(body))) {
        const { status } = await knock();
        expect(status, `${door} ${body}`).toBeLessThan(500);
      }
    expect(Reflect.get({}, "polluted")).toBeUndefined();
    expect(Reflect.get({}, "isAdmin")).toBeUndefined();
    expect(Reflect.get([], "polluted")).toBeUndefined();
  });

  test("in an address or a form", async () => {
    const words = "__proto__[polluted]=yes&constructor[prototype][polluted]=yes&__proto__.polluted=yes&__proto__=yes";
    for (const path of ["/tag.js", "/admin/shops", `/admin/shops/${house.key}/events`, "/metrics", "/tag/__proto__.js"])
      await fetch(`${house.url}${path}?${words}`, {
        headers: { cookie: `${house.cookie}; __proto__=yes` },
        redirect: "manual",
      });
    const fields = Object.fromEntries(new URLSearchParams(words));
    for (const path of ["/settings/preview", "/sources/secrets", "/destinations", "/privacy/find"])
      expect((await house.send(`/shops/${house.key}${path}`, fields)).status, path).toBeLessThan(500);
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });
});

describe("what is told takes no time", () => {
  /** Texts for which an expression that goes back and forth would need seconds, or years. */
  // biome-ignore format: a table
  const SLOW = ["a", " ", "\t", "0", "1.", "-", ":", "::", "@", "a@", "a@a.", "%40", "+1", "(1", "(1 ", "1 1", "f:", "a,", "a;", "=", "\"", "\\", "{", "[", "<", "é", "٣", "http://", "bearer ", "pina_", "mozilla/", "a-", "a.a"] as const;
  const QUICK_MS = 5_000;

  /** Of this process alone, whatever else the machine is doing. */
  const timed = async (knock: () => Promise<unknown>): Promise<number> => {
    const before = process.cpuUsage();
    await knock();
    return process.cpuUsage(before).user / 1_000;
  };
  const long = (part: string, length: number) => part.repeat(Math.ceil(length / part.length)).slice(0, length);

  test("in any field of a beacon, a call or a webhook", async () => {
    const slow: string[] = [];
    for (const part of SLOW) {
      const word = `${long(part, 4_000)}!`;
      const profile = Object.fromEntries(
        // biome-ignore format: a list
        ["$email", "$phone_number", "$first_name", "$city", "$zip_code", "$country_code", "$date_of_birth", "$gender", "$maid", "$customer_id"].map((name) => [name, word.slice(0, 490)]),
      );
      const properties = {
        product_id: word,
        name: word,
        price: word,
        currency: word,
        query: word,
        coupon: word,
        items: [{ product_id: word, price: word }],
        ...profile,
      };
      const events = [
        viewedProduct({ name: word, url: `https://${word}`, properties: { ...profile } }),
        { ...viewedProduct(), properties },
      ];
      const visitor = { id: word, clickId: word };
      const bodies = [
        JSON.stringify(beacon(house.key, events)),
        JSON.stringify(beacon(house.key, events, { visitor, language: word })),
        JSON.stringify([
          {
            event_name: "Signed Up",
            event_id: word,
            timestamp: word,
            properties,
            profile_properties: profile,
            aliases: [word],
          },
        ]),
        JSON.stringify({
          id: 1,
          name: word,
          email: word,
          phone: word,
          created_at: word,
          total_price: word,
          currency: word,
          customer: { email: word, phone: word },
          tags: word,
          source_name: word,
          landing_site: word,
          browser_ip: word,
        }),
        word,
      ];
      for (const body of bodies)
        for (const [door, knock] of Object.entries(doors(body)).slice(0, 4)) {
          const ms = await timed(knock);
          if (ms > QUICK_MS) slow.push(`${door} ${JSON.stringify(part)}: ${ms} ms`);
        }
    }
    expect(slow).toEqual([]);
  });

  test("in any header, and in an address", async () => {
    const slow: string[] = [];
    for (const part of SLOW.filter((text) => /^[\x20-\x7e]+$/.test(text))) {
      const word = `a${long(part, 12_000)}!`;
      // biome-ignore format: a list
      for (const name of ["user-agent", "cookie", "authorization", "origin", "accept", "accept-encoding", "x-forwarded-for", "forwarded", "if-none-match", "content-type", "x-shopify-hmac-sha256"]) {
        const value = name === "authorization" ? `Bearer ${word}` : word;
        const ms = await timed(() => post("/collect", JSON.stringify(beacon(house.key, [viewedProduct()])), { [name]: value }));
        const more = await timed(() => fetch(`${house.url}/admin/login`, { headers: { [name]: value } }));
        const api = await timed(() => post("/api/events", "[]", { [name]: value }));
        if (Math.max(ms, more, api) > QUICK_MS) slow.push(`${name} ${JSON.stringify(part)}: ${ms}, ${more}, ${api} ms`);
      }
      const path = encodeURIComponent(word).slice(0, 8_000);
      const ms = await timed(() => fetch(`${house.url}/admin/login?next=/${path}`));
      if (ms > QUICK_MS) slow.push(`next ${JSON.stringify(part)}: ${ms} ms`);
    }
    expect(slow).toEqual([]);
  });

  test("in what Pinterest or a library says, before it is shown", async () => {
    for (const part of SLOW) {
      const ms = await timed(async () => {
        discreet(long(part, 2_000_000));
        csvRow([long(part, 100_000)]);
      });
      expect(ms, JSON.stringify(part)).toBeLessThan(QUICK_MS);
    }
  });

  test("though it is folded a thousandfold", async () => {
    for (const deep of [
      "[".repeat(30_000),
      `${"[".repeat(30_000)}${"]".repeat(30_000)}`,
      '{"a":'.repeat(10_000),
      `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`,
    ])
      for (const [door, knock] of Object.entries(doors(deep))) {
        const { status } = await knock();
        expect(status, `${door} ${deep.slice(0, 10)}`).toBeLessThan(500);
      }
  });
});

test("a quote in what is told, or in what the log is asked for, is a quote to the store", async () => {
  // biome-ignore format: a table
  const QUOTES = ["' or '1'='1", "') or 1=1 --", "'; drop table event; --", '" or ""="', "%", "_", "\\' or 1=1 --", "1) union select password from operator --", "$1", ":a"];
  for (const [n, quote] of QUOTES.entries()) {
    const properties = { id: `${quote} ${n}`, total_price: 1, currency: "USD", items: [] };
    await collect(
      house,
      beacon(house.key, [
        viewedProduct({ name: quote }),
        viewedProduct({ name: "Placed Order", tag: "checkout", properties }),
      ]),
    );
  }
  const page = async (query: Record<string, string>) => house.page(`/events?${new URLSearchParams(query)}`);
  const rowsIn = (text: string): number => [...text.matchAll(/href="\/admin\/shops\/[^/]+\/events\/\d+"/g)].length;
  const all = rowsIn(await page({}));
  expect(all).toBeGreaterThan(20);
  for (const [n, quote] of QUOTES.entries()) {
    expect(rowsIn(await page({ event: quote })), quote).toBe(1);
    expect(rowsIn(await page({ order: `${quote} ${n}` })), quote).toBe(1);
    expect(rowsIn(await page({ order: quote })), quote).toBe(0);
    for (const name of ["before", "after", "since", "outcome", "source", "visitor", "destination"])
      expect(
        (await house.ask(`/shops/${house.key}/events?${new URLSearchParams({ [name]: quote })}`)).status,
        name,
      ).toBeLessThan(500);
    for (const path of [`/events/${encodeURIComponent(quote)}`, `/settings/rules/${encodeURIComponent(quote)}`])
      expect([303, 404], path).toContain((await house.ask(`/shops/${house.key}${path}`)).status);
    expect((await house.ask(`/shops/${encodeURIComponent(quote)}`)).status, quote).toBe(404);
  }
  expect(rowsIn(await page({}))).toBe(all);
});

describe("what is told is obeyed by nobody who reads it later", () => {
  const ESC = "\u001b[2J\u001b]0;owned\u0007";
  const evil = `x\n{"level":60,"msg":"forged"}\r\n${ESC}\u202e`;

  test("a line of the log is one line, whatever was told", async () => {
    lines.length = 0;
    await collect(house, beacon(house.key, [viewedProduct({ name: evil }), { id: evil, name: evil }, evil]));
    await collect(house, beacon(evil, [viewedProduct()]));
    await collect(house, { ...beacon(house.key, []), otherTags: [{ by: "network", tagId: evil, event: evil }] });
    await collect(house, beacon(house.key, [viewedProduct()]), { origin: "https://evil.example/%0a{}" });
    for (const knock of Object.values(doors(JSON.stringify({ [evil]: evil, id: evil, event_name: evil }))))
      await knock();
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      expect(line.trimEnd().split("\n")).toHaveLength(1);
      expect(JSON.parse(line)).toHaveProperty("msg");
      expect(line).not.toMatch(/forged|owned/);
      expect(line.trimEnd()).not.toMatch(/\p{C}/u);
    }
  });

  test("a terminal that lists events is told nothing to do", () => {
    const row = {
      timeMs: 0,
      name: evil,
      id: evil,
      sources: [],
      ack: "unknown",
      duplicates: 0,
      lateHalves: 0,
      isCancelled: false,
      refunds: [],
      deliveries: [{ outcome: "rejected", words: evil, attempts: 1 }],
    };
    // What the ledger may hold of a foreign text is more than it takes today.
    const line = Reflect.apply(eventLine, undefined, [row]);
    expect(line).not.toMatch(/\p{C}/u);
  });

  test.each<[string, string]>([
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1+1", "'-1+1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\t=1", "\t'=1"],
    ["\r=1", `"\r'=1"`],
    ["＝1+1", "'＝1+1"],
    ["a;=1+1", "a;'=1+1"],
    ["a; =1+1", "a; '=1+1"],
    ["a\n=1", `"a\n'=1"`],
    ['=HYPERLINK("http://evil.example";"x")', `"'=HYPERLINK(""http://evil.example"";""x"")"`],
    ["a,=1", '"a,=1"'],
    ["2026-11-26 10:00", "2026-11-26 10:00"],
    ["Sage mug; large", "Sage mug; large"],
    ["Viewed Product", "Viewed Product"],
  ])("a spreadsheet takes %j for no formula", (told, written) => {
    expect(csvRow([told])).toBe(`${written}\r\n`);
  });
});

describe("secrets", () => {
  test.skipIf(process.platform === "win32")("the store, its log and its key are for their owner alone", async () => {
    const parent = mkdtempSync(join(tmpdir(), "pinrelay-modes-"));
    const before = process.umask(0o022);
    try {
      const store = await openStore({ database: join(parent, "data", "relay.db") });
      const mode = (name: string) => (statSync(join(parent, name)).mode & 0o777).toString(8);
      expect(mode("data")).toBe("700");
      const files = readdirSync(join(parent, "data"));
      expect(files).toEqual(expect.arrayContaining(["relay.db", "relay.db-wal", "secret.key"]));
      for (const file of files) expect(mode(join("data", file)), file).toBe("600");
      await store.close();
    } finally {
      process.umask(before);
      rmSync(parent, { recursive: true });
    }
  });

  test("are compared in a time that says nothing of them, wherever somebody proves something", () => {
    const sources = fileURLToPath(new URL("../packages/relay/src/", import.meta.url));
    for (const file of [
      "http/api-key.ts",
      "http/metrics.ts",
      "http/webhooks.ts",
      "admin/password.ts",
      "admin/sessions.ts",
    ])
      expect(readFileSync(join(sources, file), "utf8"), file).toMatch(/timingSafeEqual\(/);
    const files = readdirSync(sources, { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file));
    const plain = files.flatMap((file) =>
      [
        ...readFileSync(join(sources, file), "utf8").matchAll(
          /\b(secret|token|password|csrf|signature|apiKey)s?\b(\.\w+)? ?={2,3}(?![= ]*(""|undefined|null|0\b))[^\n]*/gi,
        ),
      ].map(([found]) => `${file}: ${found}`),
    );
    expect(plain).toEqual([]);
  });
});
