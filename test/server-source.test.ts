import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Half } from "#relay/core/event";
import { DEFAULT_SETTINGS, NO_SECRETS, type Shop } from "#relay/core/settings";
import { momentOf } from "#relay/sources/moment";
import { fromCall, readCall } from "#relay/sources/server";
import { placedOrder, signedUp } from "./server-api.ts";

const SHOP: Shop = { id: 7, key: "fennel", origins: [], settings: DEFAULT_SETTINGS, secrets: NO_SECRETS };
const NOW = Date.parse("2026-11-25T12:00:00Z");
const VISITOR = "ab".repeat(32);
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

const judged = (body: unknown) => {
  const read = readCall(Buffer.from(JSON.stringify(body)));
  if ("fault" in read) throw new Error(read.fault.message);
  return fromCall(read.call, SHOP, NOW);
};
const halfOf = (body: unknown): Half => {
  const [one] = judged(body);
  if (!one || "refused" in one) throw new Error(`refused: ${JSON.stringify(one)}`);
  return one.event.half;
};

describe("a moment", () => {
  test.each<[string | number, string]>([
    ["2026-11-25T10:15:00Z", "2026-11-25T10:15:00.000Z"],
    ["2026-11-25T10:15:00+01:00", "2026-11-25T09:15:00.000Z"],
    ["2026-11-25T10:15:00-0330", "2026-11-25T13:45:00.000Z"],
    ["2026-11-25T10:15:00+01", "2026-11-25T09:15:00.000Z"],
    ["2026-11-25T10:15Z", "2026-11-25T10:15:00.000Z"],
    ["2026-11-25 10:15:00 +0000", "2026-11-25T10:15:00.000Z"],
    ["2026-11-25T10:15:00.123456+00:00", "2026-11-25T10:15:00.123Z"],
    ["2026-11-25t10:15:00.5z", "2026-11-25T10:15:00.500Z"],
    ["2028-02-29T00:00:00Z", "2028-02-29T00:00:00.000Z"],
    [1_795_600_000, "2026-11-25T09:46:40.000Z"],
    [1_795_600_000.25, "2026-11-25T09:46:40.250Z"],
    [1_795_600_000_123, "2026-11-25T09:46:40.123Z"],
    ["1795600000", "2026-11-25T09:46:40.000Z"],
  ])("is read from %s", (told, moment) => {
    expect(momentOf(told)).toEqual({ ms: Date.parse(moment) });
  });

  test.each<[string | number, RegExp]>([
    ["2026-11-25T10:15:00", /no time zone/],
    ["2026-11-25", /no time zone/],
    ["2026-02-29T10:15:00Z", /there is not/],
    ["2026-11-25T25:15:00Z", /there is not/],
    ["2026-13-01T10:15:00Z", /there is not/],
    ["25/11/2026 10:15", /ISO 8601/],
    ["Wed, 25 Nov 2026 10:15:00 GMT", /ISO 8601/],
    ["", /ISO 8601/],
    [0, /neither/],
    [-5, /neither/],
    [1_795_600_000_000_000, /neither/],
  ])("is not read from %s", (told, problem) => {
    expect(momentOf(told)).toEqual({ problem: expect.stringMatching(problem) });
  });
});

describe("an event of the server API", () => {
  test("is signed, is told to no Pinterest Tag, and says who it is of by hashes alone", () => {
    const half = halfOf(
      signedUp({
        timestamp: "2026-11-25T11:30:00Z",
        properties: { $email: "ann@example.com", coupon: "OAK", url: "https://www.fennelandoak.example/" },
        profile_properties: { $email: ["ANN@example.com", "ann@oak.example"], $partner_id: "XY1005" },
        aliases: ["urn:email:ann@example.com"],
      }),
    );
    expect(half).toEqual({
      source: "server",
      timeMs: NOW - 1_800_000,
      receivedMs: NOW,
      matchKeys: { em: [sha256("ann@example.com"), sha256("ann@oak.example")].sort() },
      partnerId: "XY1005",
      properties: { coupon: "OAK" },
      consent: { marketing: "unknown", by: "server", at: NOW - 1_800_000 },
      aliases: [`urn:email:${sha256("ann@example.com")}`],
    });
  });

  test.each([
    ["without a time", {}],
    ["in the future", { timestamp: NOW / 1_000 + 3_600 }],
    ["by a clock that is a little fast", { timestamp: NOW + 2_000 }],
  ])("%s happened now", (_, change) => {
    expect(halfOf(signedUp(change)).timeMs).toBe(NOW);
  });

  test("by a clock that is a little fast is worth no warning", () => {
    expect(judged(signedUp({ timestamp: NOW + 2_000 }))).not.toMatchObject([{ warning: expect.anything() }]);
  });

  test.each<[string, object, Partial<Half>]>([
    ["the visitor by property", { properties: { $visitor_id: VISITOR } }, { visitor: VISITOR }],
    ["the visitor by profile", { profile_properties: { $visitor_id: VISITOR } }, { visitor: VISITOR }],
    [
      "the visitor by alias",
      { aliases: ["urn:a:b", `urn:cookie:${VISITOR}`] },
      { visitor: VISITOR, aliases: [`urn:a:${sha256("b")}`] },
    ],
    ["another's cookie", { aliases: ["urn:cookie:c7d1"] }, { aliases: [`urn:cookie:${sha256("c7d1")}`] }],
    ["a click ID", { profile_properties: { $click_id: "dj0yJnU9" } }, { clickId: "dj0yJnU9" }],
    ["an IP address", { profile_properties: { $ip: " 2001:db8::7 " } }, { network: { ip: "2001:db8::7" } }],
    [
      "the event's own before the profile's",
      { properties: { $ip: "203.0.113.7" }, profile_properties: { $ip: "203.0.113.8", $user_agent: "X" } },
      { network: { ip: "203.0.113.7", userAgent: "X" } },
    ],
    [
      "a page",
      {
        properties: {
          $url: "https://u:p@www.fennelandoak.example/a?token=x#b",
          referrer: "https://www.pinterest.com/",
        },
      },
      { url: "https://www.fennelandoak.example/a", referrer: "https://www.pinterest.com/" },
    ],
    [
      "a page opened from a Pin",
      { properties: { $url: "https://www.fennelandoak.example/?epik=dj0yUrl", $click_id: "dj0yOld" } },
      { clickId: "dj0yUrl" },
    ],
  ])("says %s", (_, change, said) => {
    expect(halfOf(signedUp(change))).toMatchObject(said);
  });

  test.each<[string, object]>([
    ["an IP address that is none", { properties: { $ip: "unknown" } }],
    ["a click ID that is none", { properties: { $click_id: "a b" } }],
    ["a page that is none", { properties: { $url: "/thanks", referrer: "about:blank" } }],
  ])("says nothing of %s, and is kept", (_, change) => {
    const plain = ["source", "timeMs", "receivedMs", "matchKeys", "properties", "consent"];
    expect(Object.keys(halfOf(signedUp(change)))).toEqual(plain);
    expect(halfOf(signedUp(change)).properties).toEqual({});
  });

  test.each<[string, object, string]>([
    ["granted", { profile_properties: { $consent: { analytics: "denied", marketing: "granted" } } }, "granted"],
    ["denied", { profile_properties: { $consent: { analytics: "granted", marketing: "denied" } } }, "denied"],
    [
      "denied on the event, whatever the profile says",
      { properties: { $consent: { marketing: "denied" } }, profile_properties: { $consent: { marketing: "granted" } } },
      "denied",
    ],
    ["not said, which is a denial where consent is spoken of", { profile_properties: { $consent: {} } }, "denied"],
    ["not spoken of", { profile_properties: {} }, "unknown"],
  ])("has its consent %s", (_, change, marketing) => {
    expect(halfOf(signedUp(change)).consent.marketing).toBe(marketing);
  });
});

describe("an order of the server API", () => {
  test("is paid, bought on the web, and known by all its names, its ID first", () => {
    const [one] = judged(placedOrder("5001", { order_aliases: ["#1001", "", "c7d1f9aa"] }, { timestamp: NOW - 1_000 }));
    expect(one).toMatchObject({
      event: {
        shop: 7,
        id: "order.fennel.5001",
        half: {
          orderIds: ["order.fennel.5001", "order.fennel.1001", "order.fennel.c7d1f9aa"],
          order: { asOfMs: NOW - 1_000, state: "paid", channels: ["web"] },
          country: "US",
        },
      },
    });
  });

  test("was bought where the shop says, and is as the shop last changed it", () => {
    const { order, properties } = halfOf(
      placedOrder("5001", { $sales_channel_type: "pos", updated_at: "2026-11-25T11:59:00Z" }),
    );
    expect(order).toEqual({ asOfMs: NOW - 60_000, state: "paid", channels: ["pos"], isOffline: true });
    expect(properties).not.toHaveProperty("updated_at");
    expect(properties).not.toHaveProperty("$sales_channel_type");
  });

  test("of several countries, or of none that has a code, is of none", () => {
    for (const $country_code of [["US", "CA"], "United States"])
      expect(halfOf(placedOrder("5001", {}, { profile_properties: { $country_code } }))).not.toHaveProperty("country");
  });
});
