import { createServer, get, type OutgoingHttpHeaders } from "node:http";
import express from "express";
import { pino } from "pino";
import { afterAll, describe, expect, test } from "vitest";
import { readConfig } from "#relay/config";
import { type Client, clientReader } from "#relay/http/client-ip";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { startPinterest } from "./pinterest/stand-in.ts";
import { SHOP_ORIGIN, startRelay } from "./start.ts";
import { until } from "./until.ts";

const closing: (() => void)[] = [];
afterAll(() => {
  for (const close of closing) close();
});

/** What a relay with this TRUST_PROXY takes for the client, asked over real HTTP from this machine. */
const reader = async (trustProxy: string | undefined, host = "127.0.0.1") => {
  const app = express();
  const clientOf = clientReader(app, readConfig(trustProxy ? { TRUST_PROXY: trustProxy } : {}).trustProxy);
  app.get("/", (request, response) => void response.json(clientOf(request)));
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  closing.push(() => server.close());
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return (headers: OutgoingHttpHeaders, from = "127.0.0.1") =>
    new Promise<Client>((resolve, reject) => {
      get({ port, host: from, headers, agent: false }, async (response) => {
        let text = "";
        for await (const chunk of response) text += chunk;
        resolve(JSON.parse(text));
      }).on("error", reject);
    });
};

describe("the client's IP address, where this machine is the proxy", () => {
  // biome-ignore format: a table
  test.each<[trust: string | undefined, forwarded: string | string[] | undefined, ip: string | undefined]>([
    // TRUST_PROXY               X-Forwarded-For                                        the client's
    [undefined,                  undefined,                                             "127.0.0.1"],
    [undefined,                  "203.0.113.7",                                         "127.0.0.1"],
    ["0",                        "203.0.113.7",                                         "127.0.0.1"],
    ["1",                        undefined,                                             "127.0.0.1"],
    ["1",                        "203.0.113.7",                                         "203.0.113.7"],
    // One proxy: what stands before its own entry, anybody wrote.
    ["1",                        "198.51.100.66, 203.0.113.7",                          "203.0.113.7"],
    ["1",                        "127.0.0.1, ::1, 10.0.0.1, 203.0.113.7",               "203.0.113.7"],
    ["1",                        ["198.51.100.66", "203.0.113.7"],                      "203.0.113.7"],
    ["1",                        " 198.51.100.66 ,203.0.113.7 ",                        "203.0.113.7"],
    ["1",                        "198.51.100.66, 203.0.113.7,",                         "203.0.113.7"],
    // Cloudflare, then nginx.
    ["2",                        "203.0.113.7, 172.68.10.4",                            "203.0.113.7"],
    ["2",                        "198.51.100.66, 203.0.113.7, 172.68.10.4",             "203.0.113.7"],
    ["2",                        "203.0.113.7",                                         "203.0.113.7"],
    // Cloudflare, a load balancer, nginx.
    ["3",                        "198.51.100.66, 203.0.113.7, 172.68.10.4, 10.0.0.5",   "203.0.113.7"],
    // The same by networks: the first from the right that is none of ours.
    ["loopback",                 "198.51.100.66, 203.0.113.7",                          "203.0.113.7"],
    ["loopback,172.64.0.0/13",   "198.51.100.66, 203.0.113.7, 172.68.10.4",             "203.0.113.7"],
    ["loopback, uniquelocal",    "203.0.113.7, 10.0.0.5, 192.168.3.4, fd12:3456::1",    "203.0.113.7"],
    ["loopback, linklocal",      "203.0.113.7, 169.254.10.1, fe80::7",                  "203.0.113.7"],
    ["127.0.0.1, 2606:4700::/32", "198.51.100.66, 2001:db8:1:2::9, 2606:4700:10::5",    "2001:db8:1:2::9"],
    ["127.0.0.1/8, 2606:4700::/32", "203.0.113.7, 2a06:98c0::1",                        "2a06:98c0::1"],
    ["127.0.0.1, 10.0.0.0/8",    "203.0.113.7, 10.0.0.5:48712",                         "203.0.113.7"],
    ["127.0.0.1, 2001:db8::/32", "203.0.113.7, [2001:db8::5]:48712",                    "203.0.113.7"],
    ["loopback, 10.0.0.0/8",     "203.0.113.7, ::ffff:10.0.0.5",                        "203.0.113.7"],
    // A proxy on another network than this machine's: nothing is believed.
    ["10.0.0.0/8",               "203.0.113.7",                                         "127.0.0.1"],
    // As proxies write addresses.
    ["1",                        "203.0.113.7:48712",                                   "203.0.113.7"],
    ["1",                        "2001:db8:1:2::9",                                     "2001:db8:1:2::9"],
    ["1",                        "[2001:db8:1:2::9]",                                   "2001:db8:1:2::9"],
    ["1",                        "[2001:db8:1:2::9]:48712",                             "2001:db8:1:2::9"],
    ["1",                        "::ffff:203.0.113.7",                                  "203.0.113.7"],
    ["1",                        "::FFFF:cb00:7107",                                    "203.0.113.7"],
    ["1",                        "0:0:0:0:0:ffff:cb00:7107",                            "203.0.113.7"],
    ["1",                        "[::ffff:203.0.113.7]:48712",                          "203.0.113.7"],
    ["1",                        "fe80::1%eth0",                                        "fe80::1"],
    // No address, no guess.
    ["1",                        "unknown",                                             undefined],
    ["1",                        "_hidden",                                             undefined],
    ["1",                        "203.0.113.777",                                       undefined],
    ["1",                        "203.0.113.7 or so",                                   undefined],
    ["1",                        "for=203.0.113.7",                                     undefined],
    ["1",                        "[203.0.113.7",                                        undefined],
    ["1",                        "shop.example",                                        undefined],
  ])("TRUST_PROXY %s, X-Forwarded-For %s: %s", async (trust, forwarded, ip) => {
    const ask = await reader(trust);
    expect((await ask(forwarded === undefined ? {} : { "x-forwarded-for": forwarded })).ip).toBe(ip);
  });

  test("is believed of no other header, whoever is trusted", async () => {
    const others = {
      forwarded: "for=198.51.100.66",
      "x-real-ip": "198.51.100.66",
      "cf-connecting-ip": "198.51.100.66",
      "true-client-ip": "198.51.100.66",
      "x-client-ip": "198.51.100.66",
    };
    for (const trust of [undefined, "1", "2", "loopback"]) {
      const ask = await reader(trust);
      expect((await ask(others)).ip, trust).toBe("127.0.0.1");
      if (trust) expect((await ask({ ...others, "x-forwarded-for": "203.0.113.7" })).ip, trust).toBe("203.0.113.7");
    }
  });

  test("is IPv4 on a socket that takes both, and there a trusted network is one too", async () => {
    const ask = await reader("127.0.0.0/8", "::");
    expect(await ask({})).toMatchObject({ ip: "127.0.0.1", isPassedOn: true });
    expect(await ask({ "x-forwarded-for": "203.0.113.7" })).toMatchObject({ ip: "203.0.113.7" });
    expect(await ask({ "x-forwarded-for": "203.0.113.7" }, "::1")).toMatchObject({ ip: "::1", isPassedOn: false });
  });
});

describe("what an address is limited by", () => {
  // biome-ignore format: a table
  test.each<[forwarded: string, network: string | undefined]>([
    ["203.0.113.7",              "203.0.113.7"],
    ["203.0.113.7:48712",        "203.0.113.7"],
    ["2001:db8:1:2::9",          "2001:db8:1:2"],
    ["2001:db8:1:2:3:4:5:6",     "2001:db8:1:2"],
    ["2001:db8:1:2:ffff::",      "2001:db8:1:2"],
    ["2001:db8::9",              "2001:db8:0:0"],
    ["2001::7:3:4:5:6",          "2001:0:0:7"],
    ["2001:db8:1::",             "2001:db8:1:0"],
    // Many may stand behind these: a container network, a tunnel, an office.
    ["10.1.2.3",                 undefined],
    ["127.0.0.1",                undefined],
    ["172.17.0.1",               undefined],
    ["172.32.0.1",               "172.32.0.1"],
    ["192.168.65.1",             undefined],
    ["169.254.1.1",              undefined],
    ["100.64.0.9",               undefined],
    ["100.128.0.9",              "100.128.0.9"],
    ["::1",                      undefined],
    ["fd12:3456::1",             undefined],
    ["fe80::1",                  undefined],
    ["::ffff:192.168.65.1",      undefined],
    ["unknown",                  undefined],
  ])("%s: %s", async (forwarded, network) => {
    const ask = await reader("1");
    expect((await ask({ "x-forwarded-for": forwarded })).network).toBe(network);
  });
});

describe("a proxy that is not as it should be is noticed", () => {
  // biome-ignore format: a table
  test.each<[trust: string | undefined, headers: OutgoingHttpHeaders, proxy: Client["proxy"]]>([
    [undefined,  {},                                          undefined],
    [undefined,  { "x-forwarded-for": "203.0.113.7" },        "unknown"],
    [undefined,  { forwarded: "for=203.0.113.7" },            "unknown"],
    [undefined,  { "x-real-ip": "203.0.113.7" },              "unknown"],
    [undefined,  { "cf-connecting-ip": "203.0.113.7" },       "unknown"],
    [undefined,  { via: "1.1 relay" },                        "unknown"],
    ["0",        { "x-forwarded-for": "203.0.113.7" },        undefined],
    ["1",        { "x-forwarded-for": "203.0.113.7" },        undefined],
    ["1",        { "x-real-ip": "203.0.113.7" },              "silent"],
    ["loopback", {},                                          "silent"],
    ["10.0.0.1", {},                                          undefined],
  ])("TRUST_PROXY %s, %o: %s", async (trust, headers, proxy) => {
    const ask = await reader(trust);
    expect((await ask(headers)).proxy).toBe(proxy);
  });
});

test("Pinterest is told the client's address, and the log nobody's", async () => {
  const pinterest = await startPinterest();
  const log: string[] = [];
  const { adAccountId, tagId, token } = pinterest;
  const started = await startRelay({
    log: pino({ level: "debug" }, { write: (line) => void log.push(line) }),
    config: {
      trustProxy: 1,
      pinterestApiUrl: pinterest.apiUrl,
      seed: { origins: [SHOP_ORIGIN], account: { adAccountId, tagId, token } },
    },
  });
  try {
    const spoofed = { "x-forwarded-for": "198.51.100.66, [2001:db8:1:2::9]:48712", "x-real-ip": "198.51.100.67" };
    await collect(started, beacon(started.key, [viewedProduct()]), spoofed);
    await collect(started, "rubbish", spoofed);
    await collect(started, beacon("nobody", []), spoofed);
    await until(() => pinterest.server.length > 0);
    expect(pinterest.server).toMatchObject([{ user_data: { client_ip_address: "2001:db8:1:2::9" } }]);
    expect(log.join("")).toContain("refused");
    expect(log.join("")).not.toMatch(/2001:db8|198\.51|127\.0\.0\.1/);
  } finally {
    await started.relay.close();
    await pinterest.close();
  }
});
