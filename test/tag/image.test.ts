import { expect, test } from "vitest";
import { imageAddress } from "#tag/pixel/image";

const IMAGE = "https://ct.pinterest.com/v3/";

test("an image's address says things as Pinterest documents it", () => {
  const said = { tid: "2612345678901", event: "checkout", ed: { value: 24.5, line_items: [{ product_id: "1001" }] } };
  expect(decodeURIComponent(imageAddress(IMAGE, said))).toBe(
    `${IMAGE}?tid=2612345678901&event=checkout&ed[value]=24.5&ed[line_items][0][product_id]=1001`,
  );
});

test("whatever is in a name stays in its parameter", () => {
  const address = imageAddress(IMAGE, { ed: { line_items: [{ product_name: "Salt & pepper=2?#\n[é]" }] } });
  expect(new URL(address).searchParams.get("ed[line_items][0][product_name]")).toBe("Salt & pepper=2?#\n[é]");
});

test("an order with too many lines for an address loses the last ones, each parameter whole or not at all", () => {
  const line_items = Array.from({ length: 200 }, (_, n) => ({
    product_id: `100${n}`,
    product_name: "Köln & Düsseldorf",
  }));
  const address = imageAddress(IMAGE, { tid: "1", ed: { event_id: "order.k.1", line_items } });
  expect(address.length).toBeLessThanOrEqual(7_000);
  const { searchParams } = new URL(address);
  expect(searchParams.get("ed[event_id]")).toBe("order.k.1");
  for (const [name, value] of searchParams) if (name.includes("name")) expect(value).toBe("Köln & Düsseldorf");
  expect([...searchParams].length).toBeGreaterThan(50);
});
