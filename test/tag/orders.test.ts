// @vitest-environment jsdom

import { beforeEach, expect, test, vi } from "vitest";
import { isNewOrder } from "#tag/orders";

beforeEach(() => localStorage.clear());

test("an order is new once", () => {
  expect(isNewOrder("order.k3x9.5001")).toBe(true);
  expect(isNewOrder("order.k3x9.5002")).toBe(true);
  expect(isNewOrder("order.k3x9.5001")).toBe(false);
});

test("the last fifty are remembered", () => {
  for (let n = 0; n < 60; n += 1) isNewOrder(`order.k3x9.${n}`);
  expect(isNewOrder("order.k3x9.10")).toBe(false);
  expect(isNewOrder("order.k3x9.0")).toBe(true);
});

test("with storage off every order is new, and nothing breaks", () => {
  const off = vi.spyOn(window, "localStorage", "get").mockImplementation(() => {
    throw new DOMException("denied", "SecurityError");
  });
  expect(isNewOrder("order.k3x9.5001")).toBe(true);
  expect(isNewOrder("order.k3x9.5001")).toBe(true);
  off.mockRestore();
});
