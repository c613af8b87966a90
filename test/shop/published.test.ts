/** What the shop tells machines, read as any crawler or tag would read it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PRODUCTS } from "./catalog.ts";
import { type RunningShop, startShop } from "./shop.ts";
import { jsonLdOf, metaOf, toldBy, visitor } from "./visitor.ts";
import { CUSTOMER } from "./walk.ts";

let shop: RunningShop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.close());

const page = async (path: string): Promise<string> => (await visitor(shop.url).get(path)).text();

describe("a product page", () => {
  test("describes a group with every variant, each with SKU, price and address", async () => {
    const [group] = jsonLdOf(await page("/products/harbor-mug"));
    expect(group).toMatchObject({ "@type": "ProductGroup", productGroupID: "1001", name: "Harbor Mug" });
    expect(group).toHaveProperty("hasVariant.length", 6);
    expect(group).toHaveProperty("hasVariant.1", {
      "@type": "Product",
      name: "Harbor Mug - Sage / Large",
      sku: "MUG-SAGE-L",
      inProductGroupWithID: "1001",
      color: "Sage",
      size: "Large",
      image: `${shop.url}/images/1001-2.svg`,
      offers: {
        "@type": "Offer",
        url: `${shop.url}/products/harbor-mug?variant=1001-2`,
        price: "34.00",
        priceCurrency: "USD",
        availability: "https://schema.org/InStock",
        itemCondition: "https://schema.org/NewCondition",
      },
    });
  });

  test("or describes one product with the chosen variant's offer", async () => {
    const [product] = jsonLdOf(await page("/products/orchard-lamp?variant=1003-4"));
    expect(product).toMatchObject({
      "@type": "Product",
      productID: "1003",
      sku: "LAMP-OLIVE-T",
      offers: { price: "189.00", url: `${shop.url}/products/orchard-lamp?variant=1003-4` },
    });
  });

  test.each(PRODUCTS)(
    "$name says one product and one price in Open Graph, JSON-LD and the data layer",
    async (product) => {
      const [first] = product.variants;
      const html = await page(`/products/${product.handle}`);
      const amount = ((first?.cents ?? 0) / 100).toFixed(2);
      expect(metaOf(html, "og:type")).toBe("product");
      expect(metaOf(html, "product:retailer_item_id")).toBe(product.id);
      expect(metaOf(html, "product:price:amount")).toBe(amount);
      expect(metaOf(html, "product:price:currency")).toBe("USD");
      const described = JSON.stringify(jsonLdOf(html));
      expect(described).toContain(`"${product.schema === "Product" ? "productID" : "productGroupID"}":"${product.id}"`);
      expect(described).toContain(`"price":"${amount}"`);
      const { layer, pinrelay } = toldBy(html);
      expect(layer.slice(1)).toMatchObject([
        { ecommerce: null },
        {
          event: "view_item",
          ecommerce: { currency: "USD", value: Number(amount), items: [{ item_id: product.id, quantity: 1 }] },
        },
      ]);
      expect(pinrelay).toEqual([]);
    },
  );
});

test("a collection lists its products under their ids in JSON-LD and in the data layer", async () => {
  const html = await page("/collections/slow-evenings");
  const [described] = jsonLdOf(html);
  expect(described).toMatchObject({ "@type": "CollectionPage", name: "Slow evenings" });
  expect(described).toHaveProperty("mainEntity.@type", "ItemList");
  for (const [i, id] of ["1002", "1003", "1001"].entries()) {
    expect(described).toHaveProperty(`mainEntity.itemListElement.${i}.item.productID`, id);
  }
  expect(toldBy(html).layer.at(-1)).toMatchObject({
    event: "view_item_list",
    ecommerce: {
      item_list_id: "slow-evenings",
      items: [{ item_id: "1002" }, { item_id: "1003" }, { item_id: "1001" }],
    },
  });
});

test("a search is told with what was searched for, an empty one is not", async () => {
  expect(toldBy(await page("/search?q=warm+linen")).layer.at(-1)).toEqual({
    event: "search",
    search_term: "warm linen",
  });
  expect(toldBy(await page("/search")).layer).toHaveLength(1);
});

test("an order is told with its customer first, then its money, under the id of its address", async () => {
  const maya = visitor(shop.url);
  await maya.post("/cart/items", { product: "1001", color: "Sage", size: "Large", quantity: "2" });
  await maya.post("/cart/items", { product: "1004", size: "Medium", quantity: "1" });
  await maya.post("/cart/code", { code: "WELCOME10" });
  expect(toldBy(await (await maya.get("/checkout")).text()).layer.at(-1)).toMatchObject({
    event: "begin_checkout",
    ecommerce: {
      currency: "USD",
      value: 113.4,
      coupon: "WELCOME10",
      items: [{ item_id: "1001" }, { item_id: "1004" }],
    },
  });
  const placed = await maya.post("/checkout", CUSTOMER);
  const html = await (await maya.get(placed.headers.get("location") ?? "")).text();
  const { layer, pinrelay } = toldBy(html);
  expect(pinrelay).toEqual([
    {
      method: "set",
      profileProperties: {
        $email: "maya.hartley@example.com",
        $phone_number: "(503) 555-0142",
        $first_name: "Maya",
        $last_name: "Hartley",
        $city: "Portland",
        $state: "OR",
        $zip_code: "97214",
        $country_code: "US",
      },
    },
  ]);
  expect(html.indexOf("profileProperties")).toBeLessThan(html.indexOf('"purchase"'));
  expect(layer.at(-1)).toMatchObject([
    "event",
    "purchase",
    {
      transaction_id: "5001001",
      value: 113.4,
      currency: "USD",
      tax: 9.36,
      shipping: 8.5,
      coupon: "WELCOME10",
      items: [
        { item_id: "1001", item_variant: "Sage / Large", price: 30.6, discount: 3.4, quantity: 2 },
        { item_id: "1004", item_variant: "Medium", price: 52.2, discount: 5.8, quantity: 1 },
      ],
    },
  ]);
  expect(jsonLdOf(html)).toMatchObject([
    { "@type": "Order", orderNumber: "5001001", confirmationNumber: "#1001", price: "131.26", priceCurrency: "USD" },
  ]);
});

test.each(["granted", "denied"])("a visitor who decided %s is told so on every page", async (decided) => {
  const visit = visitor(shop.url, new Map([["fo_measurement", decided]]));
  for (const path of ["/", "/cart", "/products/harbor-mug"]) {
    const html = await (await visit.get(path)).text();
    expect(toldBy(html).pinrelay).toEqual([{ method: "consent", marketing: decided }]);
  }
});

test("a visitor who never decided, or whose cookie makes no sense, is told nothing of", async () => {
  expect(toldBy(await page("/")).pinrelay).toEqual([]);
  const odd = visitor(shop.url, new Map([["fo_measurement", "perhaps"]]));
  expect(toldBy(await (await odd.get("/")).text()).pinrelay).toEqual([]);
});
