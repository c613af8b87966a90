/** What each door takes, nearly: the requests that get furthest. A route nobody has listed here is knocked at all the same. */
import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { Beacon } from "@pinrelay/tag/contract";
import fc from "fast-check";
import { beacon, USER_AGENT, VISITOR, viewedProduct } from "../beacons.ts";
import { fixture } from "../fixture.ts";
import type { Route } from "../own-process/routes.ts";
import { API_KEY, placedOrder, signedUp } from "../server-api.ts";
import { SHOP_ORIGIN } from "../start.ts";
import { asBytes, type Coded, coded, noise, spoiled } from "./bodies.ts";
import type { MadeUp } from "./request.ts";

export const SECRETS = { shopify: ["fuzz-shopify-secret"], woocommerce: ["fuzz-woo-secret"], api: [API_KEY] };

type Valid = readonly (() => unknown)[];

/** Of a visitor each: one alone is answered with 429 sooner or later. */
export const beaconsOf = (key: string): Valid => {
  const told = (events: unknown[], change: Partial<Beacon> = {}) =>
    beacon(key, events, { visitor: { ...VISITOR, id: randomBytes(32).toString("hex") }, ...change });
  const order = { name: "Placed Order", properties: { id: "1042", total_price: 24, currency: "USD", items: [] } };
  const id = randomUUID();
  return [
    () => told([viewedProduct()]),
    () => told([viewedProduct(), viewedProduct({ ...order, tag: "checkout" })]),
    () => told([viewedProduct({ id })], { acks: [{ id, name: "Viewed Product", state: "fired" }] }),
    () => ({ ...told([]), otherTags: [{ by: "network", tagId: "2698765432109", event: "checkout" }] }),
    () => told([], { consent: { marketing: "denied", by: "call", at: Date.now() } }),
  ];
};

const calls: Valid = [
  () => signedUp({ profile_properties: { $email: "ann.fennel@example.com" } }),
  () => [placedOrder(String(Date.now())), signedUp()],
  () => placedOrder("1042", {}, { timestamp: new Date().toISOString(), aliases: ["ann"], $consent: "granted" }),
];
const people: Valid = [
  () => ({ email: "ann.fennel@example.com" }),
  () => ({ phone: ["+14155550123"], visitor: [VISITOR.id], customer_id: "7", alias: "ann" }),
];
const ordersIn = (folder: string): Valid =>
  readdirSync(fixture(folder))
    .filter((name) => name.endsWith(".json"))
    .map((name) => {
      const order: unknown = JSON.parse(readFileSync(fixture(`${folder}/${name}`), "utf8"));
      return () => order;
    });

type Headers = Record<string, string>;
interface Door {
  valid: Valid;
  headers(body: Uint8Array): Headers;
}

const signature = (secret: string, body: Uint8Array): string =>
  createHmac("sha256", secret).update(body).digest("base64");
const SHOPIFY_TOPICS = [
  "orders/create",
  "orders/updated",
  "orders/paid",
  "orders/cancelled",
  "refunds/create",
  "x",
  "",
];
const WOO_TOPICS = ["order.created", "order.updated", "order.deleted", "action.woocommerce_x", "product.created", ""];
const anyOf = (list: readonly string[]): string => list[Math.floor(Math.random() * list.length)] ?? "";

const doors = (key: string): Record<string, Door> => {
  const shopify: Door = {
    valid: ordersIn("shopify-orders"),
    headers: (body) => ({
      "content-type": "application/json",
      "x-shopify-topic": anyOf(SHOPIFY_TOPICS),
      "x-shopify-webhook-id": randomUUID(),
      "x-shopify-hmac-sha256": signature(SECRETS.shopify[0] ?? "", body),
    }),
  };
  const woocommerce: Door = {
    valid: ordersIn("woocommerce-orders"),
    headers: (body) => ({
      "content-type": "application/json",
      "x-wc-webhook-topic": anyOf(WOO_TOPICS),
      "x-wc-webhook-delivery-id": randomUUID(),
      "x-wc-webhook-signature": signature(SECRETS.woocommerce[0] ?? "", body),
    }),
  };
  const api = (valid: Valid): Door => ({
    valid,
    headers: () => ({ "content-type": "application/json", authorization: `Bearer ${API_KEY}` }),
  });
  return {
    "/collect": { valid: beaconsOf(key), headers: () => ({ "content-type": "text/plain;charset=UTF-8" }) },
    "/webhooks/shopify": shopify,
    "/webhooks/shopify/:shop": shopify,
    "/webhooks/woocommerce": woocommerce,
    "/webhooks/woocommerce/:shop": woocommerce,
    "/api/events": api(calls),
    "/api/forget": api(people),
  };
};

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "SEARCH", "CONNECT"];

/** Paths of no route, or of one in other clothes. */
// biome-ignore format: a table
const PATHS = ["/", "//", "/%", "/%00", "/%ff", "/%2e%2e/%2e%2e/etc/passwd", "/../../etc/passwd", "/tag/%E0%A4%A.js", "/tag/.js", "/tag/__proto__.js", "/tag.js?x=%", "/collect/", "/COLLECT", "/collect?a[b]=c&a=1",
  "/webhooks/shopify/%00", "/webhooks/shopify/constructor", "/webhooks/shopify/a/b", "/api", "/api/events/", "/admin", "/metrics", "/readyz/", "/favicon.ico", "*", "http://other.example/collect", "/a?b#c", `/${"x".repeat(4_000)}`] as const;

/** What else a request can say of itself. */
// biome-ignore format: a table
const HEADERS: Record<string, readonly string[]> = {
  origin:              ["null", "", "https://", SHOP_ORIGIN.toUpperCase(), `${SHOP_ORIGIN}:443`, `${SHOP_ORIGIN}.evil.example`, "file://", "\xff", "x".repeat(3_000)],
  cookie:              ["", "=", ";;;", "pinrelay_visitor=x; _epik=%", `a=${"b".repeat(4_000)}`, "__proto__=1", "_epik=dj0yJnU9b2JD; _epik=other"],
  "content-type":      ["", "text/plain", "application/json; charset=utf-16", "application/json; charset=x", "multipart/form-data; boundary=", "application/x-www-form-urlencoded", "*/*", ";", "a/b/c", "\xe9"],
  "user-agent":        ["", "curl/8", "Googlebot/2.1 (+http://www.google.com/bot.html)", "x".repeat(5_000), "\xe9\xe8", "(".repeat(2_000)],
  "accept-encoding":   ["", "br;q=2", "gzip;q=0, identity;q=0", "*;q=0", ",,,", "__proto__", "x".repeat(2_000)],
  accept:              ["", "*/*;q=", "application/openmetrics-text; version=1.0.0"],
  "if-none-match":     ["*", "", '"', "W/", '"a", "b"'],
  "if-modified-since": ["x", "Thu, 01 Jan 1970 00:00:00 GMT"],
  range:               ["bytes=0-0", "bytes=-1", "x"],
  authorization:       ["", "Bearer", "Bearer ", "Basic eDp5", `Bearer ${"x".repeat(4_000)}`, "bearer \xff"],
  host:                ["", "x", "[", "a:99999", "%", "evil.example", "x".repeat(300), "[::1]:80"],
  "x-forwarded-for":   ["", ",", "unknown", "_hidden", "[::1]:4", "1.2.3.4:5, 6.7.8.9", "::ffff:1.2.3.4", "fe80::1%eth0", "999.999.999.999", `${"1.1.1.1, ".repeat(300)}8.8.8.8`, "\xff", "1.2.3.4%0d"],
  "x-forwarded-proto": ["https", "", "x", "https, http"],
  "x-forwarded-host":  ["evil.example", "[", "a,b"],
  forwarded:           ["for=1.2.3.4", ";;"],
  "sec-gpc":           ["1", "0", "x"],
  expect:              ["100-continue", "x"],
  upgrade:             ["websocket", "h2c"],
  connection:          ["close", "upgrade", "keep-alive, x"],
  referer:             ["x", "https://"],
  te:                  ["trailers"],
  "access-control-request-method":  ["POST", "", "x"],
  "access-control-request-headers": ["content-type", "\xff", ","],
  "x-pinrelay-debug":  ["1"],
};

/** An address of its own for each, behind a proxy that is trusted: whoever tells so much alone would be answered with 429. */
export const OWN_ADDRESS = /^2a01:/;
let told = 0;
const nextAddress = (): string => {
  told += 1;
  return `2a01:${(told >> 16) & 0xffff}:${(told & 0xffff).toString(16)}:1::9`;
};

const filledIn = (path: string, key: string): fc.Arbitrary<string> =>
  path.includes(":")
    ? fc
        .oneof(fc.constant(key), fc.constantFrom("x", "%00", "__proto__", "..", "%", "%ED%A0%80", "x".repeat(500)))
        .map((word) => path.replace(/:\w+/, () => word))
    : fc.oneof(
        { weight: 9, arbitrary: fc.constant(path) },
        { weight: 1, arbitrary: fc.constantFrom("?", "?x=%", "?a=1&a=2", "/", "//").map((end) => path + end) },
      );

const headers: fc.Arbitrary<Headers> = fc
  .oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.array(
        fc
          .constantFrom(...Object.keys(HEADERS))
          .chain((name) => fc.constantFrom(...(HEADERS[name] ?? [""])).map((value) => [name, value] as const)),
        { maxLength: 4 },
      ),
    },
  )
  .map((pairs) => Object.fromEntries(pairs));

const nothing: fc.Arbitrary<Coded> = fc.constant({ body: new Uint8Array(), headers: {} });

/** Any request to any of these routes, or to none. */
export const requests = (routes: readonly Route[], key: string): fc.Arbitrary<MadeUp> => {
  const known = doors(key);
  const base = (body: Uint8Array, door: Door | undefined): Headers => ({
    origin: SHOP_ORIGIN,
    "user-agent": USER_AGENT,
    "x-forwarded-for": nextAddress(),
    ...door?.headers(body),
  });
  const at = ({ path, method }: Route): fc.Arbitrary<MadeUp> => {
    const door = known[path];
    const own = method.startsWith("_") ? "POST" : method;
    const body = door
      ? coded(fc.oneof({ weight: 4, arbitrary: asBytes(spoiled(door.valid)) }, { weight: 1, arbitrary: noise }))
      : fc.oneof({ weight: 9, arbitrary: nothing }, { weight: 1, arbitrary: coded(noise) });
    return fc
      .record({
        method: fc.oneof(
          { weight: 9, arbitrary: fc.constant(own) },
          { weight: 1, arbitrary: fc.constantFrom(...METHODS) },
        ),
        path: filledIn(path, key),
        headers,
        coded: body,
      })
      .map(({ method, path, headers, coded: { body, headers: coding } }) => ({
        method,
        path,
        body,
        headers: { ...base(body, door), ...coding, ...headers },
      }));
  };
  const elsewhere = fc
    .record({ method: fc.constantFrom(...METHODS), path: fc.constantFrom(...PATHS), headers, coded: coded(noise) })
    .map(({ method, path, headers, coded: { body, headers: coding } }) => ({
      method,
      path,
      body,
      headers: { ...base(body, undefined), ...coding, ...headers },
    }));
  const weight = ({ path }: Route): number => (path === "/collect" ? 3 : 1);
  const anyOf = (some: readonly Route[]): fc.Arbitrary<MadeUp> =>
    fc.oneof(...some.map((route) => ({ weight: weight(route), arbitrary: at(route) })));
  // Where much is read much can go wrong, however many routes there are that answer with what they have.
  return fc.oneof(
    { weight: 15, arbitrary: anyOf(routes.filter(({ path }) => known[path])) },
    { weight: 4, arbitrary: anyOf(routes.filter(({ path }) => !known[path])) },
    { weight: 1, arbitrary: elsewhere },
  );
};
