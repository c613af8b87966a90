// @vitest-environment jsdom

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { tabStore } from "#tag/shops/tab-store";

const NOW = Date.UTC(2026, 10, 24, 9, 30);
const MINUTE = 60_000;

interface Asked {
  id: string;
  time: number;
}
const kept = tabStore<Asked>("_pinrelay.asked");
const asked = (id: string, time = NOW): Asked => ({ id, time });
const ids = () => kept.all().map(({ id }) => id);

beforeEach(() => {
  sessionStorage.clear();
  vi.useFakeTimers({ toFake: ["Date"], now: NOW });
});
afterEach(() => vi.useRealTimers());

test("what was asked for waits, in its order, for the tab's next page, until it is dropped", () => {
  expect(kept.add(asked("101"))).toBe(true);
  expect(kept.add(asked("102", NOW + 1))).toBe(true);
  expect(tabStore<Asked>("_pinrelay.asked").all()).toEqual([asked("101"), asked("102", NOW + 1)]);
  kept.drop(({ id }) => id === "101");
  expect(ids()).toEqual(["102"]);
  kept.drop(({ id }) => id === "103");
  expect(ids()).toEqual(["102"]);
});

test("what is changed in it is kept", () => {
  kept.add(asked("101"));
  kept.change((one) => {
    one.id += "0";
  });
  expect(tabStore<Asked>("_pinrelay.asked").all()).toEqual([asked("1010")]);
});

test("it waits no longer than ten minutes", () => {
  kept.add(asked("101"));
  vi.setSystemTime(NOW + 10 * MINUTE - 1);
  expect(ids()).toEqual(["101"]);
  vi.setSystemTime(NOW + 10 * MINUTE);
  expect(ids()).toEqual([]);
});

test("no more than twenty wait: the oldest are forgotten", () => {
  for (let time = 0; time < 30; time += 1) kept.add(asked(String(time), NOW + time));
  expect(ids()).toEqual(Array.from({ length: 20 }, (_, at) => String(at + 10)));
});

test.each(["", "{", "null", '{"time":1}', "[null]", "7"])(
  "what another script put in its place harms nobody: %s",
  (text) => {
    sessionStorage["_pinrelay.asked"] = text;
    expect(kept.all()).toEqual([]);
    kept.add(asked("101"));
    expect(ids()).toEqual(["101"]);
  },
);

test("where the tab's storage is full it says so, and nothing is thrown", () => {
  const quota = 5_000_000;
  sessionStorage.other = "x".repeat(quota - "other".length);
  expect(kept.add(asked("101"))).toBeUndefined();
  expect(ids()).toEqual([]);
});
