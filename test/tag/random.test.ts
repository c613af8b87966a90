import { expect, test } from "vitest";
import { randomHex, uuidV7 } from "#tag/random";

const TIME = Date.UTC(2026, 10, 24, 9, 30);

test("an event ID is a UUIDv7 that begins with its time", () => {
  const id = uuidV7(TIME, "0123456789abcdef0123");
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt(id.replace("-", "").slice(0, 12), 16)).toBe(TIME);
});

test("event IDs sort by time, and no two of one millisecond are equal", () => {
  const ids = Array.from({ length: 1_000 }, (_, ms) => uuidV7(TIME + ms, randomHex(10)));
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(Array.from({ length: 1_000 }, () => uuidV7(TIME, randomHex(10)))).size).toBe(1_000);
});

test("a visitor ID is 64 hex digits", () => {
  expect(randomHex(32)).toMatch(/^[0-9a-f]{64}$/);
});
