/** HTTP as an attacker speaks it: requests hidden in others, protocols that are not spoken here, headers that are not theirs. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { type House, logIn, openHouse, PASSWORD } from "./house.ts";
import { routesOf } from "./own-process/routes.ts";
import { rawRequest } from "./raw-http.ts";

let house: House;
let port = 0;
beforeAll(async () => {
  house = await openHouse({
    server: { headersTimeout: 5_000, requestTimeout: 8_000, keepAliveTimeout: 500, connectionsCheckingInterval: 100 },
  });
  port = Number(new URL(house.url).port);
});
afterAll(() => house.relay.close({ graceMs: 500 }));

const answersIn = (text: string): string[] =>
  [...text.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status = ""]) => status);

describe("a request that is hidden in another is not answered", () => {
  const HIDDEN = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n";
  const of = (headers: string, body = `0\r\n\r\n${HIDDEN}`) =>
    `POST /api/forget HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n${body}`;
  const length = (body: string) => `Content-Length: ${body.length}`;

  // biome-ignore format: a table
  test.each<[string, string]>([
    ["a length and chunks",                    of(`${length(`0\r\n\r\n${HIDDEN}`)}\r\nTransfer-Encoding: chunked`)],
    ["chunks and a length",                    of(`Transfer-Encoding: chunked\r\n${length(`0\r\n\r\n${HIDDEN}`)}`)],
    ["two lengths",                            of(`Content-Length: 0\r\n${length(HIDDEN)}`, HIDDEN)],
    ["two lengths in one",                     of(`Content-Length: 0, ${HIDDEN.length}`, HIDDEN)],
    ["a length with a sign",                   of("Content-Length: +0", HIDDEN)],
    ["a length that is hexadecimal",           of("Content-Length: 0x0", HIDDEN)],
    ["a length below zero",                    of("Content-Length: -1", HIDDEN)],
    ["no length that is one",                  of("Content-Length: zero", HIDDEN)],
    ["chunks that are something else",         of("Transfer-Encoding: xchunked")],
    ["chunks under another coding",            of("Transfer-Encoding: chunked, identity")],
    ["chunks twice",                           of("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity")],
    ["chunks behind a space",                  of(`Transfer-Encoding : chunked\r\n${length(`0\r\n\r\n${HIDDEN}`)}`)],
    ["chunks behind a tab",                    of(`Transfer-Encoding:\tchunked\r\n${length(`0\r\n\r\n${HIDDEN}`)}`)],
    ["chunks in a folded header",              of(`X: y\r\n Transfer-Encoding: chunked\r\n${length(`0\r\n\r\n${HIDDEN}`)}`)],
    ["a chunk whose size is no number",        of("Transfer-Encoding: chunked", `g\r\n${HIDDEN}`)],
    ["a chunk whose size wraps around",        of("Transfer-Encoding: chunked", `10000000000000000\r\n${HIDDEN}`)],
    ["a chunk that is longer than it says",    of("Transfer-Encoding: chunked", `1\r\nab\r\n0\r\n\r\n${HIDDEN}`)],
    ["lines that end without a return",        `POST /api/forget HTTP/1.1\nHost: x\nContent-Length: 0\n\n${HIDDEN}`],
    ["a return within a header",               of(`X: y\rTransfer-Encoding: chunked\r\n${length(HIDDEN)}`, HIDDEN)],
    ["a NUL within a header",                  of(`X: y\0z\r\nContent-Length: 0`, HIDDEN)],
    ["two hosts",                              `GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n${HIDDEN}`],
    ["no host",                                `GET / HTTP/1.1\r\n\r\n${HIDDEN}`],
    ["a space in its address",                 `GET / /admin HTTP/1.1\r\nHost: x\r\n\r\n${HIDDEN}`],
  ])("by %s", async (_, text) => {
    const statuses = answersIn(await rawRequest(port, text));
    // Refused, and the connection ends: no proxy in front and we can differ on where a request begins.
    expect(statuses.filter((status) => status === "200")).toEqual([]);
    expect(statuses.length).toBeLessThanOrEqual(1);
    for (const status of statuses) expect(status).toMatch(/^4/);
  });

  test("by being the body of one: it is a body", async () => {
    const hidden = `GET /livez HTTP/1.1\r\nHost: x\r\n\r\n`;
    for (const line of ["GET / ", "POST /nowhere ", "GET /tag.js ", "POST /admin/login "]) {
      const text = `${line}HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${hidden.length}\r\nConnection: close\r\n\r\n${hidden}`;
      expect(answersIn(await rawRequest(port, text)), line).toHaveLength(1);
    }
  });
});

describe("another protocol is not spoken", () => {
  test.each([
    [
      "a WebSocket",
      "GET /collect HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    ],
    [
      "a WebSocket of the dashboard",
      "GET /admin/ HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    ],
    [
      "HTTP/2 in the clear",
      "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n",
    ],
    ["HTTP/2 known beforehand", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["a tunnel", "CONNECT 169.254.169.254:80 HTTP/1.1\r\nHost: 169.254.169.254:80\r\n\r\n"],
    [
      "a proxy's request",
      "GET http://169.254.169.254/latest/meta-data/ HTTP/1.1\r\nHost: 169.254.169.254\r\nConnection: close\r\n\r\n",
    ],
    [
      "a trace, which would repeat cookies",
      "TRACE / HTTP/1.1\r\nHost: x\r\nCookie: pinrelay_session=secret\r\nConnection: close\r\n\r\n",
    ],
  ])("%s", async (_, text) => {
    const answer = await rawRequest(port, text);
    expect(answer).not.toMatch(/^HTTP\/1\.1 (101|2\d\d) (?!OK\r\n[\s\S]*Pinrelay is running)/);
    expect(answer).not.toMatch(/upgrade: |meta-data|secret/i);
  });
});

describe("a header is written by nobody else", () => {
  const CRLF = [
    "%0d%0aSet-Cookie:%20evil=1",
    "%0aSet-Cookie:%20evil=1",
    "%E5%98%8A%E5%98%8DSet-Cookie:%20evil=1",
    "\r\nSet-Cookie: evil=1",
  ];

  test.each(CRLF)("not through an address: %s", async (evil) => {
    for (const path of [
      `/tag/${evil}.js`,
      `/admin/login?next=/${evil}`,
      `/admin/${evil}`,
      `/admin/shops/${evil}/events.csv`,
      `/${evil}`,
    ]) {
      const response = await fetch(`${house.url}${path}`, { redirect: "manual", headers: { accept: "text/html" } });
      expect(response.headers.getSetCookie().join(), path).not.toContain("evil");
      const loggedIn = await fetch(`${house.url}${path}`, {
        redirect: "manual",
        headers: { accept: "text/html", cookie: house.cookie },
      });
      expect(loggedIn.headers.getSetCookie().join(), path).not.toContain("evil");
      expect(loggedIn.headers.get("location") ?? "/", path).toMatch(/^\//);
    }
  });

  test("not through a click ID, a shop's key or a name that a page tells", async () => {
    const evil = "x\r\nSet-Cookie: evil=1";
    const answer = await collect(
      house,
      beacon(house.key, [viewedProduct({ name: evil })], { visitor: { id: "0".repeat(64), clickId: evil } }),
    );
    expect(answer.headers.getSetCookie().join()).not.toContain("evil");
    expect((await collect(house, beacon(evil, []))).status).toBe(403);
  });

  test("not through where the login leads", async () => {
    for (const next of [
      "//evil.example",
      "/\\evil.example",
      "https://evil.example",
      "/a\r\nSet-Cookie: evil=1",
      `/${"a".repeat(3_000)}`,
      "javascript:alert(1)",
    ]) {
      const response = await fetch(`${house.url}/admin/login`, {
        method: "POST",
        redirect: "manual",
        headers: { accept: "text/html" },
        body: new URLSearchParams({ password: PASSWORD, next }),
      });
      expect(response.headers.get("location"), next).toBe("/admin/");
      expect(response.headers.getSetCookie().join()).not.toContain("evil");
    }
  });
});

describe("files", () => {
  // biome-ignore format: a table
  const OUT = ["../package.json", "..%2fpackage.json", "..%2f..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/package.json", "..\\package.json", "..%5c..%5cpackage.json", "....//package.json", "%00", "styles.css%00.js", "/etc/passwd", "%2fetc%2fpasswd", "__proto__", "constructor", "."];
  test.each(OUT)("none is reached beside those that are served: %s", async (path) => {
    for (const folder of ["/admin/assets/", "/", "/tag/", "/shopify-pixel/"]) {
      const answer = await rawRequest(
        port,
        `GET ${folder}${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      );
      expect(answer, folder).not.toMatch(/root:|"dependencies"|"license"/);
      expect(answer.split("\r\n")[0], folder).toMatch(/HTTP\/1\.1 (303|4\d\d) |HTTP\/1\.1 200 OK/);
    }
  });
});

describe("what browsers are told of every answer", () => {
  test("each page, form and file of the dashboard may be framed by nobody, holds no script of its own, and is what it says", async () => {
    const routes = routesOf(house.relay.app).filter(({ at }) => at.startsWith("/admin"));
    expect(routes.length).toBeGreaterThan(30);
    const paths = [
      ...routes.map(({ at }) => at.replace(":shop", house.key).replace(/:\w+/g, "1")),
      "/admin/nowhere",
      "/admin/assets/nowhere.js",
    ];
    for (const path of new Set(paths)) {
      const response = await fetch(`${house.url}${path}`, {
        redirect: "manual",
        headers: { accept: "text/html", cookie: house.cookie },
      });
      const told = Object.fromEntries(response.headers);
      expect(told, path).toMatchObject({
        "x-frame-options": "DENY",
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
      });
      const policy = told["content-security-policy"] ?? "";
      for (const part of [
        "default-src 'none'",
        "script-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
      ])
        expect(policy, path).toContain(part);
      expect(policy, path).not.toMatch(/unsafe|\*|https?:|blob:/);
    }
  });

  test("no answer of another door is taken for something else than it says, or tells what runs here", async () => {
    for (const path of [
      "/",
      "/tag.js",
      "/debug.js",
      "/livez",
      "/readyz",
      "/metrics",
      "/api/openapi.json",
      "/api/events",
      "/nowhere",
    ]) {
      const { headers } = await fetch(`${house.url}${path}`);
      expect(headers.get("x-content-type-options"), path).toBe("nosniff");
      expect([headers.get("x-powered-by"), headers.get("server")], path).toEqual([null, null]);
    }
  });
});

test("a session that somebody brings is not the one that a login opens", async () => {
  const brought = "pinrelay_session=chosen-by-somebody-else";
  const response = await fetch(`${house.url}/admin/login`, {
    method: "POST",
    redirect: "manual",
    headers: { accept: "text/html", cookie: brought },
    body: new URLSearchParams({ password: PASSWORD }),
  });
  const [own = ""] = response.headers.getSetCookie();
  expect(own).toMatch(/^pinrelay_session=[\w-]{43};/);
  expect(
    (await fetch(`${house.url}/admin/shops`, { redirect: "manual", headers: { cookie: brought, accept: "text/html" } }))
      .status,
  ).toBe(303);
  const second = await logIn(house.url, PASSWORD);
  expect(second.cookie).not.toBe(own.replace(/;.*/, ""));
});
