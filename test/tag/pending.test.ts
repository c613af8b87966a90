// @vitest-environment jsdom

import { beforeEach, expect, test } from "vitest";
import { note, type Pending, pendings, settled } from "#tag/shops/pending";

const NOW = Date.UTC(2026, 10, 24, 9, 30);
const MINUTE = 60_000;

const asked = (id: string, time = NOW): Pending => ({
  said: { product_id: id, price: "24.00", quantity: 1 },
  time,
  address: "https://www.fennelandoak.example/product/harbor-mug/",
});
const ids = (now = NOW) => pendings(now).map(({ said }) => said.product_id);

beforeEach(() => sessionStorage.clear());

test("what was asked for waits, in its order, until it is settled", () => {
  note(asked("101"));
  note(asked("102", NOW + 1));
  expect(pendings(NOW + 1)).toEqual([asked("101"), asked("102", NOW + 1)]);
  settled(asked("101"));
  expect(ids()).toEqual(["102"]);
  settled(asked("103", NOW + 9));
  expect(ids()).toEqual(["102"]);
});

test("it waits no longer than ten minutes", () => {
  note(asked("101"));
  expect(ids(NOW + 10 * MINUTE - 1)).toEqual(["101"]);
  expect(ids(NOW + 10 * MINUTE)).toEqual([]);
});

test("no more than twenty wait: the oldest are forgotten", () => {
  for (let time = 0; time < 30; time += 1) note(asked(String(time), NOW + time));
  expect(ids(NOW + 30)).toEqual(Array.from({ length: 20 }, (_, at) => String(at + 10)));
});

test.each(["", "{", "null", '{"time":1}', "[null]", "7"])(
  "what another script put in its place harms nobody: %s",
  (text) => {
    sessionStorage["_pinrelay.pending"] = text;
    expect(pendings(NOW)).toEqual([]);
    note(asked("101"));
    expect(ids()).toEqual(["101"]);
  },
);
