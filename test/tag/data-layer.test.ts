// @vitest-environment jsdom
import { beforeEach, describe, expect, test, vi } from "vitest";
import type {} from "#tag/layer";

const mug = { item_id: "1001", item_name: "Harbor Mug", price: 24 };
const view = { event: "view_item", ecommerce: { currency: "USD", items: [mug] } };

let told: [event: unknown, said: unknown][];
let hear: () => void;
beforeEach(async () => {
  vi.resetModules();
  delete window.dataLayer;
  told = [];
  const { hearDataLayer } = await import("#tag/data-layer");
  hear = () => hearDataLayer((event, said) => told.push([event, said]));
});

const layer = (): unknown[] => (window.dataLayer ??= []);
function gtag(..._: unknown[]): void {
  // biome-ignore lint/complexity/noArguments: gtag() pushes its arguments as they are.
  layer().push(arguments);
}

describe("what is pushed", () => {
  test("before the tag came is heard, and afterwards too, once each", () => {
    layer().push(view);
    hear();
    layer().push({ event: "add_to_cart", ecommerce: view.ecommerce });
    hear();
    expect(told).toEqual([
      ["view_item", { ...view, ...view.ecommerce }],
      ["add_to_cart", { ...view, event: "add_to_cart", ...view.ecommerce }],
    ]);
  });

  test("through gtag() is heard", () => {
    gtag("js", new Date());
    gtag("event", "purchase", { transaction_id: "5001" });
    hear();
    expect(told).toContainEqual(["purchase", { transaction_id: "5001" }]);
  });

  test("through gtag() is heard with the visitor that was set before", () => {
    gtag("set", "user_data", { email: "maya.hartley@example.com" });
    gtag("event", "purchase", { transaction_id: "5001" });
    gtag("event", "sign_up", { user_data: { email: "m.hartley@example.com" } });
    hear();
    expect(told.slice(1)).toEqual([
      ["purchase", { transaction_id: "5001", user_data: { email: "maya.hartley@example.com" } }],
      ["sign_up", { user_data: { email: "m.hartley@example.com" } }],
    ]);
  });

  test("beside `ecommerce` counts too, and what is in it more", () => {
    layer().push({ event: "add_to_cart", currency: "EUR", value: 99, ecommerce: { value: 24, items: [mug] } });
    hear();
    expect(told[0]?.[1]).toMatchObject({ currency: "EUR", value: 24, items: [mug] });
  });

  test("several at once, or the same object twice, counts as often", () => {
    hear();
    layer().push(view, view);
    expect(told).toHaveLength(2);
  });

  test("into an array that took the first one's place is heard", () => {
    hear();
    window.dataLayer = [view];
    hear();
    layer().push(view);
    expect(told).toHaveLength(2);
  });

  test("after somebody else put their push over ours is heard once", () => {
    hear();
    const ours = layer().push;
    layer().push = function (...entries) {
      return ours.apply(this, entries);
    };
    hear();
    layer().push(view);
    expect(told).toHaveLength(1);
  });

  test("ahead of its event counts for it, until it is reset", () => {
    hear();
    layer().push({ ecommerce: view.ecommerce }, { event: "view_item" }, { event: "search", search_term: "bowl" });
    layer().push({ ecommerce: null }, { event: "add_to_cart", items: [] });
    expect(told.slice(1)).toEqual([
      ["view_item", { event: "view_item", ...view.ecommerce }],
      ["search", { event: "search", search_term: "bowl" }],
      [undefined, { ecommerce: null }],
      ["add_to_cart", { event: "add_to_cart", items: [] }],
    ]);
  });
});

describe("the shop's own", () => {
  test("push answers as it did", () => {
    hear();
    expect(layer().push(view)).toBe(1);
    expect(layer().push()).toBe(1);
  });

  test("exceptions stay the shop's", () => {
    layer().push = () => {
      throw new Error("the shop's");
    };
    hear();
    expect(() => layer().push(view)).toThrow("the shop's");
  });

  test("odd entries do no harm", () => {
    const odd = new Proxy(
      {},
      {
        get: () => {
          throw new Error("no access");
        },
      },
    );
    layer().push(null, undefined, "text", 7, () => {}, odd, [], view);
    hear();
    layer().push(odd, view);
    expect(told.filter(([event]) => event === "view_item")).toHaveLength(2);
  });

  test("frozen layer is read, and left alone", () => {
    window.dataLayer = Object.freeze([view]) as unknown as unknown[];
    expect(hear).toThrow();
    expect(told).toEqual([["view_item", { ...view, ...view.ecommerce }]]);
    expect(Object.hasOwn(layer(), "push")).toBe(false);
  });
});
