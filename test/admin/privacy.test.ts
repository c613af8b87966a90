import { afterEach, beforeEach, expect, test } from "vitest";
import { beacon, collect, VISITOR, viewedProduct } from "../beacons.ts";
import { type House, openHouse } from "../house.ts";

let house: House;

beforeEach(async () => {
  house = await openHouse();
  const order = {
    ...viewedProduct({ name: "Placed Order", tag: "checkout" }),
    id: `order.${house.key}.7001`,
    properties: { id: "7001", total_price: 30, currency: "USD", items: [{ product_id: "1", quantity: 1 }] },
    profile: { $email: "ann.shopper@example.com", $phone_number: "+14155550123" },
  };
  await collect(house, beacon(house.key, [viewedProduct(), order]));
});
afterEach(() => house.relay.close());

const path = (below: string) => `/shops/${house.key}/privacy${below}`;
const find = async (by: string, which: string) => (await house.send(path("/find"), { by, which })).text();
const personIn = (page: string): string =>
  (/name="person" value="([^"]*)"/.exec(page)?.[1] ?? "").replaceAll("&quot;", '"');
const forget = async (page: string, by: string) =>
  (await house.send(path("/forget"), { person: personIn(page), by })).text();
const receiptIn = (page: string) =>
  JSON.parse((/<pre id="receipt">([^<]*)<\/pre>/.exec(page)?.[1] ?? "{}").replaceAll("&quot;", '"'));

test.each([
  ["email", "Ann.Shopper@Example.com"],
  ["phone", "+1 (415) 555-0123"],
  ["order", "#7001"],
  ["visitor", VISITOR.id],
])("a person is found by %s, deleted with a receipt, and known no more", async (by, which) => {
  const found = await find(by, which);
  expect(found).toContain("Delete this person?");
  expect(found).toMatch(/<span class="number">[12]<\/span> among/);
  const receipt = receiptIn(await forget(found, by));
  expect(receipt.eventsCleared).toBeGreaterThan(0);
  expect(receipt.foundBy).toBe(by);
  const again = receiptIn(await forget(found, by));
  expect(again).toMatchObject({ eventsCleared: 0, visitorsForgotten: 0 });
  const audited = await house.relay.store.audited(5);
  expect(audited[0]?.subject).toContain(again.receipt);
});

test("what is typed is in no page, no address and no audit entry", async () => {
  const pages = [await find("email", "ann.shopper@example.com"), await find("email", "no email at all")];
  for (const page of pages) expect(page).not.toMatch(/ann\.shopper|no email at all/);
  expect(pages[1]).toContain("is no email address");
  expect(JSON.stringify(await house.relay.store.audited(20))).not.toContain("shopper");
});

test("an order that nobody knows is told so", async () => {
  expect(await find("order", "9999")).toContain("No order of that number is known.");
});
