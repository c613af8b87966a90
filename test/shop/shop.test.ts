import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningShop, startShop } from "./shop.ts";
import { type Visitor, visitor } from "./visitor.ts";
import { CUSTOMER } from "./walk.ts";

const SAGE_LARGE = { product: "1001", color: "Sage", size: "Large" };
const BOARD_MEDIUM = { product: "1004", size: "Medium" };

let shop: RunningShop;
beforeAll(async () => {
  shop = await startShop({ snippet: '<script async src="/nowhere-to-be-found.js"></script>' });
});
afterAll(() => shop.close());

const text = async (response: Promise<Response>): Promise<string> => (await response).text();

const buy = async (by: Visitor, customer: Partial<typeof CUSTOMER> = {}): Promise<string> => {
  await by.post("/cart/items", { ...SAGE_LARGE, quantity: "1" });
  const placed = await by.post("/checkout", { ...CUSTOMER, ...customer });
  return placed.headers.get("location") ?? "";
};

describe("from the cart to the order", () => {
  test("what the script adds is confirmed with markup, a count and the event to tell", async () => {
    const answer = await visitor(shop.url).post("/cart/items", { ...SAGE_LARGE, quantity: "2" }, "application/json");
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      count: 2,
      miniCart: expect.stringContaining("Added to your cart"),
      event: {
        event: "add_to_cart",
        ecommerce: {
          currency: "USD",
          value: 68,
          items: [
            {
              item_id: "1001",
              item_name: "Harbor Mug",
              item_brand: "Fennel & Oak",
              item_category: "Tableware",
              item_variant: "Sage / Large",
              price: 34,
              quantity: 2,
            },
          ],
        },
      },
    });
  });

  test("the cart works without a script: add, change, remove", async () => {
    const maya = visitor(shop.url);
    const added = await maya.post("/cart/items", { ...SAGE_LARGE, quantity: "1" });
    expect(await text(maya.get("/cart"))).not.toContain(" each<");
    expect([added.status, added.headers.get("location")]).toEqual([303, "/cart"]);
    await maya.post("/cart/items/1001-2", { quantity: "3" });
    const three = await text(maya.get("/cart"));
    expect(three).toContain("$102.00");
    expect(three).toContain("$34.00 each");
    expect(await (await maya.get("/cart/count")).json()).toEqual({ count: 3 });
    await maya.post("/cart/items/1001-2", { quantity: "0" });
    expect(await text(maya.get("/cart"))).toContain("Your cart is empty");
  });

  test.each([
    ["a product nobody sells", { product: "9999", quantity: "1" }, 400],
    ["an option left open", { product: "1001", color: "Sage", quantity: "1" }, 400],
    ["a quantity of minus one", { ...SAGE_LARGE, quantity: "-1" }, 400],
    ["a quantity of none", { ...SAGE_LARGE, quantity: "0" }, 400],
    ["more than the shop sends at once", { ...SAGE_LARGE, quantity: "21" }, 400],
  ])("%s is refused", async (_what, fields, status) => {
    const answer = await visitor(shop.url).post("/cart/items", fields, "application/json");
    expect(answer.status).toBe(status);
    expect(await answer.json()).toHaveProperty("error");
  });

  test("the event tells what went in, not what was asked for", async () => {
    const maya = visitor(shop.url);
    const add = (quantity: string) => maya.post("/cart/items", { ...SAGE_LARGE, quantity }, "application/json");
    await add("18");
    expect(await (await add("5")).json()).toMatchObject({
      count: 20,
      event: { ecommerce: { value: 68, items: [{ quantity: 2 }] } },
    });
    expect((await add("1")).status).toBe(409);
  });

  test("an order adds up to what it does by hand, and differs from its goods", async () => {
    const maya = visitor(shop.url);
    await maya.post("/cart/items", { ...SAGE_LARGE, quantity: "2" });
    await maya.post("/cart/items", { ...BOARD_MEDIUM, quantity: "1" });
    await maya.post("/cart/code", { code: " welcome10 " });
    const before = shop.orders.length;
    const placed = await maya.post("/checkout", CUSTOMER);
    const order = shop.orders[before];
    expect(placed.status).toBe(303);
    expect(placed.headers.get("location")).toBe(`/thank-you/${order?.id}`);
    expect(order).toMatchObject({
      currency: "USD",
      code: "WELCOME10",
      goodsCents: 11_340,
      shippingCents: 850,
      taxCents: 936,
      totalCents: 13_126,
      customer: CUSTOMER,
    });
    const page = await text(maya.get(`/thank-you/${order?.id}`));
    for (const amount of ["$126.00", "$12.60", "$8.50", "$9.36", "$131.26"]) expect(page).toContain(amount);
    expect(await text(maya.get("/cart"))).toContain("Your cart is empty");
  });

  test("orders are numbered one after the other from 1001", async () => {
    const own = await startShop();
    try {
      await buy(visitor(own.url));
      await buy(visitor(own.url));
      expect(own.orders.map(({ id, number }) => [id, number])).toEqual([
        ["5001001", "#1001"],
        ["5001002", "#1002"],
      ]);
    } finally {
      await own.close();
    }
  });

  test("pressing the button twice orders once", async () => {
    const maya = visitor(shop.url);
    const first = await buy(maya);
    const orders = shop.orders.length;
    const again = await maya.post("/checkout", CUSTOMER);
    expect(again.headers.get("location")).toBe(first);
    expect(shop.orders.length).toBe(orders);
  });

  test("a form with mistakes comes back with what was typed, and orders nothing", async () => {
    const maya = visitor(shop.url);
    await maya.post("/cart/items", { ...SAGE_LARGE, quantity: "1" });
    const orders = shop.orders.length;
    const answer = await maya.post("/checkout", { ...CUSTOMER, email: "maya", zip: "9721" });
    const page = await answer.text();
    expect(answer.status).toBe(422);
    expect(page).toContain("This does not look like an email address.");
    expect(page).toContain("Five digits");
    expect(page).toContain('value="Hartley"');
    expect(page).not.toContain("begin_checkout");
    expect(shop.orders.length).toBe(orders);
  });
});

test("a form shown again marks the state by the country that was chosen", async () => {
  const jo = visitor(shop.url);
  await jo.post("/cart/items", { ...SAGE_LARGE, quantity: "1" });
  const labelOf = async (country: string) => {
    const page = await text(jo.post("/checkout", { ...CUSTOMER, country, state: "", email: "jo" }));
    return /<label for="state">(.*?)<\/label>/.exec(page)?.[1];
  };
  expect(await labelOf("DE")).toBe('State / region <span class="optional">(optional)</span>');
  expect(await labelOf("US")).toContain("hidden");
});

describe("the thank-you page", () => {
  test("shows the same order however often it is loaded", async () => {
    const maya = visitor(shop.url);
    const path = await buy(maya);
    const first = await text(maya.get(path));
    expect(await text(maya.get(path))).toBe(first);
    expect(first).toContain("Thank you, Maya.");
  });

  test("names nobody to another browser", async () => {
    const path = await buy(visitor(shop.url));
    const page = await text(visitor(shop.url).get(path));
    expect(page).toContain("$45.31"); // 34.00 + 8.50 + 2.81 of tax
    for (const personal of [CUSTOMER.email, CUSTOMER.firstName, CUSTOMER.lastName, CUSTOMER.address, "555-0142"]) {
      expect(page).not.toContain(personal);
    }
  });

  test("does not exist for an order nobody placed", async () => {
    expect((await visitor(shop.url).get("/thank-you/5009999")).status).toBe(404);
  });
});

describe("what visitors type", () => {
  const script = "</script><script>alert(1)</script>";

  test("is shown as text in search, cart and checkout", async () => {
    const mallory = visitor(shop.url);
    await mallory.post("/cart/items", { ...SAGE_LARGE, quantity: "1" });
    const refused = await mallory.post("/cart/code", { code: script });
    const pages = await Promise.all([
      text(mallory.get(`/search?q=${encodeURIComponent(script)}`)),
      text(mallory.get(refused.headers.get("location") ?? "")),
      text(mallory.post("/checkout", { ...CUSTOMER, email: script, city: `"><b>` })),
    ]);
    for (const page of pages) {
      expect(page.toLowerCase()).not.toContain("<script>alert(1)");
      expect(page).not.toContain(`"><b>`);
    }
    expect(pages[0]).toContain("&lt;/script&gt;");
  });

  test("is shown as text on the thank-you page, in its markup and in its scripts", async () => {
    const mallory = visitor(shop.url);
    const path = await buy(mallory, { firstName: script, address: script, city: script });
    const page = await text(mallory.get(path));
    expect(page).not.toContain("<script>alert(1)");
    expect(page).toContain("Thank you, &lt;/script&gt;");
  });
});

describe("getting around", () => {
  test.each(["/", "/collections/at-the-table", "/products/harbor-mug?variant=1001-5", "/search?q=oak", "/cart"])(
    "%s has the owner's snippet in its head",
    async (path) => {
      const response = await visitor(shop.url).get(path);
      expect(response.status).toBe(200);
      expect((await response.text()).split("</head>")[0]).toContain("nowhere-to-be-found.js");
    },
  );

  test("a variant's address shows its price and SKU", async () => {
    const page = await text(visitor(shop.url).get("/products/harbor-mug?variant=1001-6"));
    expect(page).toContain("$36.00");
    expect(page).toContain("MUG-INK-L");
  });

  test("every word searched for must be found", async () => {
    const page = await text(visitor(shop.url).get("/search?q=oak+medium"));
    expect(page).toContain("One thing");
    expect(page).toContain("Everyday Board");
  });

  test.each(["/nowhere", "/products/none", "/collections/none", "/images/none.svg"])(
    "%s is not there",
    async (path) => {
      expect((await visitor(shop.url).get(path)).status).toBe(404);
    },
  );

  test("every stylesheet, script and picture that a page names is there", async () => {
    const someone = visitor(shop.url);
    const page = await text(someone.get("/products/orchard-lamp"));
    const named = [...page.matchAll(/(?:href|src)="(\/(?:assets|favicon)[^"]*)"/g)].map(([, path = ""]) => path);
    const picture = /og:image" content="([^"]+)"/.exec(page)?.[1] ?? "";
    expect(named.length).toBeGreaterThan(5);
    for (const path of [...named, picture]) expect((await someone.get(path)).status, path).toBe(200);
  });

  test("it answers to localhost, and says so in its addresses", async () => {
    const page = await text(visitor(shop.url.replace("127.0.0.1", "localhost")).get("/products/harbor-mug"));
    expect(page).toContain(
      `property="og:url" content="${shop.url.replace("127.0.0.1", "localhost")}/products/harbor-mug"`,
    );
  });
});
