import { expect, test } from "vitest";
import type { BeaconEvent, EventProperties, TagSettings } from "#tag/contract";
import { pintrkData } from "#tag/pintrk-data";

type Channel = Pick<TagSettings, "contentId" | "value">;

const settings: Channel = { contentId: "product", value: "goods" };
const data = (name: string, properties: EventProperties, more: Partial<Channel> = {}): unknown => {
  const event: BeaconEvent = { id: "e-1", name, time: 0, url: "https://www.fennelandoak.example/", properties };
  return pintrkData(event, { ...settings, ...more });
};
const mug = {
  product_id: "1001",
  variant_id: "41002",
  sku: "MUG-SAGE-L",
  name: "Harbor Mug",
  variant_name: "Sage / Large",
  category: "Tableware",
  vendor: "Fennel & Oak",
  price: 24,
};
const line = {
  product_id: "1001",
  product_name: "Harbor Mug",
  product_category: "Tableware",
  product_variant_id: "41002",
  product_variant: "Sage / Large",
  product_price: 24,
  product_brand: "Fennel & Oak",
};

test("a product's view is one line, and worth one unit", () => {
  expect(data("Viewed Product", { ...mug, currency: "USD" })).toEqual({
    event_id: "e-1",
    value: 24,
    order_quantity: 1,
    currency: "USD",
    line_items: [line],
  });
});

test("an order is worth its goods, names its id and its code", () => {
  const items = [{ ...mug, quantity: 2 }];
  const totals = { total_price: 56.15, total_tax: 3.15, total_shipping: 5 };
  expect(
    data("Placed Order", { id: "5001", currency: "USD", coupon: ["WELCOME", "SPRING"], items, ...totals }),
  ).toEqual({
    event_id: "e-1",
    value: 48,
    order_quantity: 2,
    currency: "USD",
    order_id: "5001",
    promo_code: "WELCOME,SPRING",
    line_items: [{ ...line, product_quantity: 2 }],
  });
});

test("the settings decide the value and the content ID", () => {
  const order = { id: "5001", currency: "USD", items: [mug], total_price: 31 };
  expect(data("Placed Order", order, { value: "total", contentId: "shop_{product_id}_{variant_id}" })).toMatchObject({
    value: 31,
    line_items: [{ product_id: "shop_1001_41002" }],
  });
});

test("a content ID that is not known is left out", () => {
  const { sku: _, ...unknown } = mug;
  const { product_id: __, ...rest } = line;
  expect(data("Viewed Product", unknown, { contentId: "sku" })).toMatchObject({ line_items: [rest] });
});

test("a collection has lines and no value, and its id is no order's", () => {
  expect(data("Viewed Collection", { id: "table", name: "At the table", currency: "USD", items: [mug] })).toEqual({
    event_id: "e-1",
    currency: "USD",
    line_items: [line],
  });
});

test("a search says what was searched for, and nothing else", () => {
  expect(data("Searched", { query: "mug" })).toEqual({ event_id: "e-1", search_query: "mug" });
});
