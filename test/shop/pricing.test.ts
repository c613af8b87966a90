import { expect, test } from "vitest";
import { PRODUCTS } from "./catalog.ts";
import { findVariant } from "./find.ts";
import { quote } from "./pricing.ts";

const wanted = (id: string, quantity: number) => {
  const found = findVariant(id);
  if (!found) throw new Error(`No variant ${id}`);
  return { ...found, quantity };
};

test("an order with a code, shipping and tax adds up as it does by hand", () => {
  // 2 × 34.00 + 58.00 = 126.00; less 10% = 113.40; shipping 8.50; tax 8.25% of 113.40 = 9.3555.
  expect(quote([wanted("1001-2", 2), wanted("1004-2", 1)], "WELCOME10", "US")).toMatchObject({
    code: "WELCOME10",
    subtotalCents: 12_600,
    discountCents: 1_260,
    goodsCents: 11_340,
    shippingCents: 850,
    taxCents: 936,
    totalCents: 13_126,
  });
});

test("shipping is free from 150 dollars paid for goods, after the discount", () => {
  // 58 + 3 × 34 = 160.00; less 10% = 144.00.
  const lines = [wanted("1004-2", 1), wanted("1001-2", 3)];
  expect(quote(lines, undefined, "US")).toMatchObject({ shippingCents: 0, taxCents: 1_320, totalCents: 17_320 });
  expect(quote(lines, "WELCOME10", "US")).toMatchObject({ shippingCents: 850, goodsCents: 14_400 });
});

test("abroad there is no sales tax, and the post costs more", () => {
  expect(quote([wanted("1002-1", 1)], undefined, "DE")).toMatchObject({
    goodsCents: 11_800,
    shippingCents: 2_400,
    taxCents: 0,
    totalCents: 14_200,
  });
});

test("a name that every object inherits is no discount code", () => {
  expect(quote([wanted("1001-1", 1)], "constructor", "US")).toMatchObject({ discountCents: 0 });
});

test("every id is of one kind and used once", () => {
  const variants = PRODUCTS.flatMap((product) => product.variants.map((variant) => ({ product, variant })));
  expect(new Set(variants.map(({ variant }) => variant.id)).size).toBe(variants.length);
  expect(new Set(variants.map(({ variant }) => variant.sku)).size).toBe(variants.length);
  for (const { product, variant } of variants) {
    expect(product.id).toMatch(/^\d{4}$/);
    expect(variant.id).toMatch(new RegExp(`^${product.id}-\\d$`));
    product.options.forEach((option, i) => {
      expect(option.values.map((value) => value.name)).toContain(variant.choice[i]);
    });
  }
});
