import { expect, test } from "vitest";
import { shaped } from "#tag/shape";

test("figures become numbers and ids become text, at every depth", () => {
  expect(
    shaped({
      product_id: 7712345,
      price: "1,299.00",
      quantity: "2",
      total_tax: "8,15 €",
      items: [{ variant_id: 99, price: "12", name: "Harbor Mug" }],
      coupon: ["WELCOME", 10],
    }),
  ).toEqual({
    product_id: "7712345",
    price: 1299,
    quantity: 2,
    total_tax: 8.15,
    items: [{ variant_id: "99", price: 12, name: "Harbor Mug" }],
    coupon: ["WELCOME", "10"],
  });
});

test("what says nothing is left out, and false and zero say something", () => {
  expect(
    shaped({ sku: "", name: null, price: "on request", vendor: undefined, $is_new_customer: false, value: 0 }),
  ).toEqual({
    $is_new_customer: false,
    value: 0,
  });
});

test("a copy does not change with what it was made of", () => {
  const said = { items: [{ product_id: "1001" }] };
  const copy = shaped(said);
  said.items.push({ product_id: "1002" });
  expect(copy).toEqual({ items: [{ product_id: "1001" }] });
});
