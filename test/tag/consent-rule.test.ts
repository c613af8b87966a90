import { describe, expect, test } from "vitest";
import { allows, isElsewhere } from "#tag/consent-rule";
import type { Consent, ConsentMode } from "#tag/contract";

const [YES, NO, WAIT] = [true, false, undefined];

// biome-ignore format: a table
test.each<[ConsentMode, Consent["marketing"], string | undefined, boolean | undefined]>([
  ["always",  "unknown", "Europe/Berlin",    YES],
  ["always",  "denied",  "Europe/Berlin",    YES],
  ["implied", "unknown", "Europe/Berlin",    YES],
  ["implied", "denied",  "America/New_York", NO],
  ["require", "unknown", "America/New_York", WAIT],
  ["require", "granted", "America/New_York", YES],
  ["require", "denied",  "America/New_York", NO],
  ["auto",    "unknown", "America/New_York", YES],
  ["auto",    "unknown", "Europe/Berlin",    WAIT],
  ["auto",    "unknown", undefined,          WAIT],
  ["auto",    "granted", "Europe/Berlin",    YES],
  ["auto",    "denied",  "America/New_York", NO],
])("%s, %s, in %s", (mode, marketing, zone, told) => {
  expect(allows(mode, marketing, () => isElsewhere(zone))).toBe(told);
});

describe("where the law of the EEA, the UK or Switzerland holds, auto waits", () => {
  // biome-ignore format: a list
  test.each([
    "Europe/London", "Europe/Zurich", "Europe/Vaduz", "Europe/Oslo", "Europe/Dublin", "Europe/Kaliningrad", "Europe/Belgrade",
    "Atlantic/Reykjavik", "Atlantic/Canary", "Atlantic/Madeira", "Atlantic/Azores", "Asia/Nicosia", "Asia/Famagusta",
    "Arctic/Longyearbyen", "Africa/Ceuta", "Indian/Reunion", "Indian/Mayotte", "America/Martinique", "America/Guadeloupe",
    "America/Cayenne", "America/Marigot", "UTC", "Etc/UTC", "GB", "CET",
  ])("%s", (zone) => expect(allows("auto", "unknown", () => isElsewhere(zone))).toBe(WAIT));
});

describe("elsewhere it goes on", () => {
  // biome-ignore format: a list
  test.each([
    "America/Los_Angeles", "America/Sao_Paulo", "America/Cayman", "Asia/Tokyo", "Asia/Kolkata", "Australia/Sydney",
    "Pacific/Auckland", "Africa/Lagos", "Indian/Mauritius", "Atlantic/Bermuda", "Antarctica/McMurdo", "Europe/Istanbul",
    "Europe/Moscow", "Europe/Kyiv", "Europe/Kiev", "Europe/Minsk",
  ])("%s", (zone) => expect(allows("auto", "unknown", () => isElsewhere(zone))).toBe(YES));
});

test("of all zones beyond Europe's, auto waits in those alone that are Europe's all the same", () => {
  const beyond = Intl.supportedValuesOf("timeZone").filter((zone) => /^(A[^r]|Indian|Pacific)/.test(zone));
  expect(beyond.length).toBeGreaterThan(300);
  // biome-ignore format: a list
  expect(beyond.filter((zone) => !isElsewhere(zone)).sort()).toEqual([
    "Africa/Ceuta", "America/Cayenne", "America/Guadeloupe", "America/Marigot", "America/Martinique", "Asia/Famagusta",
    "Asia/Nicosia", "Atlantic/Azores", "Atlantic/Canary", "Atlantic/Madeira", "Atlantic/Reykjavik", "Indian/Mayotte",
    "Indian/Reunion",
  ]);
});

test("the time zone, which is dear to know, is asked for only where it decides", () => {
  const dear = (): boolean => {
    throw new Error("asked");
  };
  for (const mode of ["always", "implied", "require"] as const)
    expect(() => allows(mode, "unknown", dear)).not.toThrow();
  expect(() => allows("auto", "granted", dear)).not.toThrow();
  expect(() => allows("auto", "unknown", dear)).toThrow();
});
