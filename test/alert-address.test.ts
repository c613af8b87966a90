/** Where the alert webhook may lead: nowhere but to the public internet, unless the operator says otherwise. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { postAlert } from "#relay/post-alert";
import { isPrivateHost, isPublic, publicLookup, type Resolve } from "#relay/public-address";

let asked: string[] = [];
let answer: (port: number) => [number, Record<string, string>] = () => [200, {}];
let port = 0;
const server = createServer((request, response) => {
  asked.push(request.url ?? "");
  response.writeHead(...answer(port)).end("ok");
});

beforeEach(async () => {
  asked = [];
  answer = () => [200, {}];
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  ({ port } = server.address() as AddressInfo);
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const signal = () => AbortSignal.timeout(5_000);
const post = (url: string, mayBePrivate = false, resolve?: Resolve) =>
  postAlert(url, '{"alert":"queue is old"}', { mayBePrivate, signal: signal(), ...(resolve ? { resolve } : {}) });

describe("an address", () => {
  test.each([
    "1.1.1.1",
    "172.15.255.255",
    "172.32.0.1",
    "100.63.255.255",
    "192.169.0.1",
    "2606:4700:4700::1111",
    "::ffff:1.1.1.1",
    "64:ff9b::101:101",
  ])("that is public: %s", (address) => {
    expect(isPublic(address)).toBe(true);
  });

  test.each([
    "0.0.0.0",
    "10.255.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "192.0.0.192",
    "198.18.0.1",
    "203.0.113.7",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:a9fe:a9fe",
    "::127.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "ff02::1",
    "2001:db8::1",
    "2001::1",
    "2002:7f00:1::",
    "localhost",
    "",
  ])("that is not: %s", (address) => {
    expect(isPublic(address)).toBe(false);
  });
});

describe("the host of an address, in all the clothes that a URL may put on it", () => {
  test.each([
    "http://127.0.0.1/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://[::1]/",
    "http://[::ffff:7f00:1]/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://hooks.localhost/",
    "http://169.254.169.254/latest/meta-data/",
    "http://１２７.０.０.１/",
  ])("%s is private", async (address) => {
    expect(isPrivateHost(new URL(address).hostname)).toBe(true);
    expect(await post(address)).toBe("private");
  });

  test.each(["https://hooks.slack.com/services/T0/B0/x", "https://1.1.1.1/", "https://[2606:4700:4700::1111]/"])(
    "%s is not",
    (address) => {
      expect(isPrivateHost(new URL(address).hostname)).toBe(false);
    },
  );
});

describe("a name", () => {
  const leadingTo =
    (...addresses: string[]): Resolve =>
    (_host, _options, done) =>
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
      );

  test.each([
    ["to this machine", ["127.0.0.1"]],
    ["to the metadata of a cloud", ["169.254.169.254"]],
    ["to this machine by IPv6", ["::1"]],
    ["to a public address and a private one", ["1.1.1.1", "10.0.0.7"]],
    ["nowhere", []],
  ])("that leads %s is not called", async (_, addresses) => {
    expect(await post(`http://hooks.shop.example:${port}/x`, false, leadingTo(...addresses))).toBe("private");
    expect(asked).toEqual([]);
  });

  test("that leads elsewhere a moment after it was checked is called where it was checked (DNS rebinding)", async () => {
    const answers = [["1.1.1.1", "2606:4700:4700::1111"], ["127.0.0.1"]];
    let lookups = 0;
    const rebinding: Resolve = (host, options, done) => {
      lookups += 1;
      leadingTo(...(answers.shift() ?? []))(host, options, done);
    };
    // What the connection gets is what was looked at: there is no second look-up that could say something else.
    const found = await new Promise((resolve, reject) =>
      publicLookup(rebinding)("hooks.shop.example", { all: true }, (error, addresses) =>
        error ? reject(error) : resolve(addresses),
      ),
    );
    expect(found).toEqual([
      { address: "1.1.1.1", family: 4 },
      { address: "2606:4700:4700::1111", family: 6 },
    ]);
    expect(lookups).toBe(1);
    // At the next call it has moved, and one call looks once.
    expect(await post(`http://hooks.shop.example:${port}/x`, false, rebinding)).toBe("private");
    expect([lookups, asked]).toEqual([2, []]);
  });

  test("of this machine, by its own resolver, is called only where the operator allows it", async () => {
    expect(await post(`http://localhost.:${port}/x`)).toBe("private");
    expect(asked).toEqual([]);
    expect(await post(`http://127.0.0.1:${port}/alerts?key=1`, true)).toBe("taken");
    expect(asked).toEqual(["/alerts?key=1"]);
  });
});

describe("a receiver", () => {
  test.each([301, 302, 303, 307, 308])("that redirects (%d) is not followed", async (status) => {
    answer = (own) => [status, { location: `http://127.0.0.1:${own}/elsewhere` }];
    expect(await post(`http://127.0.0.1:${port}/first`, true)).toBe("not taken");
    expect(asked).toEqual(["/first"]);
  });

  test.each([
    [204, "taken"],
    [400, "not taken"],
    [503, "not taken"],
  ])("that answers %d has %s it", async (status, posted) => {
    answer = () => [status, {}];
    expect(await post(`http://127.0.0.1:${port}/`, true)).toBe(posted);
  });

  test("whose address holds a sign of percent in its password is called all the same", async () => {
    expect(await post(`http://pager:100%@127.0.0.1:${port}/`, true)).toBe("taken");
  });
});
