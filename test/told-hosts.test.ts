/** What a request says of hosts and proxies is believed of nobody whom the operator has not named, and gets into nothing. */
import { afterEach, describe, expect, test } from "vitest";
import type { Config } from "#relay/config";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { logIn, PASSWORD } from "./house.ts";
import { startPinterest } from "./pinterest/stand-in.ts";
import { rawRequest } from "./raw-http.ts";
import { ACCOUNT, type Started, startRelay } from "./start.ts";
import { until } from "./until.ts";

const EVIL = "evil.example";
/** Everything by which a request, or a proxy that passes it on, says where it goes and whence it comes. */
const LIES = {
  "X-Forwarded-Host": EVIL,
  "X-Forwarded-Proto": "https",
  "X-Forwarded-Port": "666",
  "X-Forwarded-For": "198.51.100.66",
  "X-Forwarded-Server": EVIL,
  "X-Host": EVIL,
  "X-Original-Host": EVIL,
  "X-Original-URL": `https://${EVIL}/admin/`,
  "X-Rewrite-URL": `https://${EVIL}/admin/`,
  "X-Real-IP": "198.51.100.66",
  "CF-Connecting-IP": "198.51.100.66",
  "True-Client-IP": "198.51.100.66",
  "X-Client-IP": "198.51.100.66",
  Forwarded: `for=198.51.100.66;host=${EVIL};proto=https`,
  Via: `1.1 ${EVIL}`,
};

let started: Started;
afterEach(() => started.relay.close());
const port = () => Number(new URL(started.url).port);
const start = async (config: Partial<Config> = {}) => {
  started = await startRelay({
    config: { adminPassword: PASSWORD, seed: { origins: [SHOP], account: ACCOUNT }, ...config },
  });
};
/** A shop and a relay on one site, so that there are cookies to be had. */
const SHOP = "https://www.fennelandoak.example";

/** Speaks by hand: no library lets the Host be another's. */
const asked = (
  path: string,
  {
    host = EVIL,
    lies = LIES,
    method = "GET",
    more = {},
    body = "",
  }: Partial<{ host: string; lies: object; method: string; more: object; body: string }> = {},
): Promise<string> =>
  rawRequest(
    port(),
    [
      `${method} ${path} HTTP/1.1`,
      `Host: ${host}`,
      ...Object.entries({ ...lies, ...more }).map(([name, value]) => `${name}: ${value}`),
      "Connection: close",
      `Content-Length: ${Buffer.byteLength(body)}`,
      "",
      body,
    ].join("\r\n"),
  );

describe("a host that is told by nobody who is trusted", () => {
  test.each([
    "/",
    "/tag.js",
    "/tag/nobody.js",
    "/shopify-pixel.js",
    "/debug.js",
    "/api/openapi.json",
    "/api/events",
    "/readyz",
    "/metrics",
    "/nowhere",
    "/admin",
    "/admin/",
    "/admin/login",
    "/admin/shops",
  ])("is in no answer: %s", async (path) => {
    await start();
    for (const host of [EVIL, `localhost.${EVIL}`, `127.0.0.1.${EVIL}`]) {
      const answer = await asked(path, { host });
      expect(answer).toMatch(/^HTTP\/1\.1 \d/);
      expect(answer).not.toContain(EVIL);
    }
  });

  test("is in no answer that a request with the address of another host in its first line gets", async () => {
    await start();
    for (const target of [`http://${EVIL}/admin/login`, `http://${EVIL}/tag.js`, `//${EVIL}/admin/`, `/\\${EVIL}/`])
      expect((await asked(target)).split("\r\n\r\n")[0]).not.toContain(`${EVIL}`);
  });

  test("changes no byte of the tag, which names where it came from only as PUBLIC_URL says", async () => {
    await start();
    const bodyOf = async (host: string) => (await asked("/tag.js", { host })).split("\r\n\r\n")[1];
    expect(await bodyOf(EVIL)).toBe(await bodyOf(`127.0.0.1:${port()}`));
    await started.relay.close();
    await start({ publicUrl: "https://relay.fennelandoak.example" });
    const body = await bodyOf(EVIL);
    expect(body).toContain("https://relay.fennelandoak.example");
    expect(body).not.toContain(EVIL);
  });

  test("is the domain of no cookie: that one is of the shop's own address, or there is none", async () => {
    await start();
    const body = JSON.stringify(beacon(started.key, [viewedProduct()]));
    const cookiesFor = async (host: string): Promise<string[]> => {
      const answer = await asked("/collect", { host, method: "POST", body, more: { Origin: SHOP } });
      expect(answer).toMatch(/^HTTP\/1\.1 202 /);
      return [...answer.matchAll(/^set-cookie: (.*)$/gim)].map(([, cookie = ""]) => cookie);
    };
    for (const host of [EVIL, "example", "fennelandoak.example.evil.example", "x;Domain=evil.example", "127.0.0.1"])
      expect(await cookiesFor(host), host).toEqual([]);
    const cookies = await cookiesFor("relay.fennelandoak.example");
    expect(cookies.length).toBeGreaterThan(0);
    // Not Secure either: nobody who is trusted has said that it is HTTPS.
    for (const cookie of cookies)
      expect(cookie).toMatch(/; Domain=fennelandoak\.example; Path=\/; Max-Age=\d+; SameSite=Lax$/);
  });

  test("does not make an open network a safe one: nobody logs in over plain HTTP because a header says so", async () => {
    await start();
    const body = new URLSearchParams({ password: PASSWORD }).toString();
    const more = { "Content-Type": "application/x-www-form-urlencoded", Accept: "text/html" };
    const answer = await asked("/admin/login", { host: "relay.fennelandoak.example", method: "POST", body, more });
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer).not.toMatch(/set-cookie|strict-transport-security/i);
  });

  test("is the place of no redirect: each is a path of the dashboard", async () => {
    await start();
    const { cookie } = await logIn(started.url, PASSWORD);
    for (const path of ["/admin/", "/admin/shops", "/admin/login", "/admin/login?next=https://evil.example/"]) {
      const answer = await asked(path, { host: "localhost", more: { Cookie: cookie, Accept: "text/html" } });
      for (const [, place = ""] of answer.matchAll(/^location: (.*)$/gim)) expect(place).toMatch(/^\/admin\//);
      expect(answer).not.toContain(EVIL);
    }
  });
});

describe("the dashboard's snippet", () => {
  const snippet = async (host: string, lies: object): Promise<string> => {
    const { cookie } = await logIn(started.url, PASSWORD);
    const more = { Cookie: cookie, Accept: "text/html" };
    return asked(`/admin/shops/${started.key}/sources`, { host, lies, more });
  };

  test("names the machine itself where nobody has said more, and a foreign host is let nowhere near it", async () => {
    await start();
    expect(await snippet("localhost:8080", {})).toContain("http://localhost:8080/tag.js");
    const answer = await snippet(EVIL, LIES);
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer).not.toContain(EVIL);
    // A proxy's words are no proxy's where none was named.
    expect(await snippet("localhost:8080", LIES)).toContain("http://localhost:8080/tag.js");
  });

  test("names PUBLIC_URL where that is set, whatever anybody says", async () => {
    await start({ publicUrl: "https://relay.fennelandoak.example", trustProxy: 1 });
    for (const host of ["localhost", EVIL]) {
      const answer = await snippet(host, LIES);
      expect(answer).toContain("https://relay.fennelandoak.example/tag.js");
      expect(answer).not.toContain(EVIL);
    }
  });

  test("names the host that a trusted proxy tells, since the operator has said to believe it", async () => {
    await start({ trustProxy: 1 });
    const lies = { "X-Forwarded-Proto": "https", "X-Forwarded-Host": "relay.fennelandoak.example" };
    expect(await snippet("127.0.0.1:8080", lies)).toContain("https://relay.fennelandoak.example/tag.js");
  });
});

test("an address that is told by nobody who is trusted is told Pinterest as no visitor's", async () => {
  const pinterest = await startPinterest();
  const { adAccountId, tagId, token, apiUrl } = pinterest;
  await start({ pinterestApiUrl: apiUrl, seed: { origins: [SHOP], account: { adAccountId, tagId, token } } });
  await collect(started, beacon(started.key, [viewedProduct()]), LIES);
  await until(() => pinterest.server.length > 0);
  expect(pinterest.server).toMatchObject([{ user_data: { client_ip_address: "127.0.0.1" } }]);
  expect(JSON.stringify(pinterest.server)).not.toMatch(/198\.51\.100\.66|evil/);
  await pinterest.close();
});
