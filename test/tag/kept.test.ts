// @vitest-environment jsdom

import { beforeEach, expect, test } from "vitest";
import type { BeaconEvent } from "#tag/contract";
import { KEPT_EVENTS, keep, kept, release } from "#tag/kept";

const NOW = Date.UTC(2026, 10, 24, 9, 30);
const DAY = 86_400_000;

const event = (id: string, time = NOW, more: Partial<BeaconEvent> = {}): BeaconEvent => ({
  id,
  name: "Added To Cart",
  time,
  url: "https://www.fennelandoak.example/products/harbor-mug",
  properties: { product_id: "1001", price: 24 },
  ...more,
});
const ids = (now = NOW) => kept(now).map(({ id }) => id);

beforeEach(() => localStorage.clear());

test("an event is kept until it is released", () => {
  const added = event("a");
  keep(added);
  keep(event("b", NOW + 1));
  expect(kept(NOW)).toEqual([added, event("b", NOW + 1)]);
  release(added);
  expect(ids()).toEqual(["b"]);
});

test("who the visitor is does not rest in the browser", () => {
  const properties = {
    id: "5001",
    $email: "maya.hartley@example.com",
    $phone_number: ["+15035550142"],
    $is_new_customer: true,
    email: "maya.hartley@example.com",
    customer: { first_name: "Maya", phone: "+15035550142" },
    billing_address: { city: "Portland", last_name: "Hartley" },
    contact: "maya.hartley@example.com",
  };
  keep(
    event("a", NOW, {
      properties,
      profile: { $email: "maya.hartley@example.com" },
      aliases: ["urn:email:maya.hartley@example.com"],
    }),
  );
  expect(kept(NOW)).toEqual([event("a", NOW, { properties: { id: "5001", $is_new_customer: true } })]);
  expect(JSON.stringify({ ...localStorage })).not.toMatch(/maya|503|hartley|portland/i);
});

test("one ID under two names is two events", () => {
  keep(event("a"));
  keep(event("a", NOW, { name: "Started Checkout" }));
  expect(ids()).toEqual(["a", "a"]);
});

test("another tab's events stay", () => {
  localStorage.setItem(`_pinrelay.event.${NOW - 5}Searchedother-tab`, JSON.stringify(event("other-tab", NOW - 5)));
  keep(event("a"));
  expect(ids()).toEqual(["other-tab", "a"]);
});

test("of too many the oldest go", () => {
  for (let n = 0; n < KEPT_EVENTS + 5; n += 1) keep(event(`e${n}`, NOW + n));
  expect(ids()).toHaveLength(KEPT_EVENTS);
  expect(ids()[0]).toBe("e5");
});

test("of too much the oldest go", () => {
  for (let n = 0; n < 8; n += 1) keep(event(`e${n}`, NOW + n, { properties: { description: "x".repeat(30_000) } }));
  expect(ids()).toEqual(["e5", "e6", "e7"]);
});

test("what is older than a week goes, and so does what is not ours to read", () => {
  keep(event("old", NOW - 7 * DAY));
  keep(event("new", NOW - 6 * DAY));
  localStorage.setItem("_pinrelay.event.broken", "{");
  localStorage.setItem("cart", "[1001]");
  expect(ids()).toEqual(["new"]);
  expect(Object.keys(localStorage)).toEqual(expect.arrayContaining(["cart"]));
  expect(localStorage).toHaveLength(2);
});
