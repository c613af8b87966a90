/** What docs/bigcommerce.md has the merchant paste, in a theme on Stencil: what the shopper does, and which events come of it. */
import type { BrowserContext, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { until } from "../until.ts";
import { eachStage } from "./each-stage.ts";
import { docs, pasted } from "./guide.ts";
import { type Expected, expectExactly, fixtures, open, rendered } from "./platform.ts";
import type { Stage } from "./stage.ts";

let stage: Stage;
eachStage((set) => {
  stage = set;
  stage.build = "any";
});

const DOCS = docs("bigcommerce");
const file = fixtures("bigcommerce");
const html = (words: string) => pasted(stage.relay, DOCS, "html", words);

/** What Stencil fills in. */
const VALUES = {
  "product.cart_url": "/cart.php",
  "product.id": "118",
  "product.sku": "HM-350",
  "product.title": "Harbor Mug",
  "product.price.without_tax.value": "24",
  "currency_selector.active_currency_code": "USD",
  add_to_cart_url: "/cart.php?action=add&product_id=118",
  id: "118",
  name: "Harbor Mug",
  "price.without_tax.value": "24",
  "price.without_tax.currency": "USD",
  "checkout.order.id": "1042",
};

/** What the shop has: BigCommerce's GA4 integration, and which of the docs' scripts and marks. */
interface Setup {
  ga4?: boolean;
  scripts?: boolean;
  marks?: boolean;
  /** What its product's JSON-LD says besides. */
  schema?: string;
}

const FORM = `<form class="form" method="post" action="/cart.php" enctype="multipart/form-data" data-cart-item-add>`;
const CARD = `<a href="/cart.php?action=add&product_id=118" class="button button--small card-figcaption-button">`;

const shop = ({ ga4 = false, scripts = false, marks = false, schema = "" }: Setup) => {
  const head = html("<script async") + (scripts ? html("bodlEvents") : "");
  const page = (name: string, more = "") =>
    file(`${name}.html`)
      .replace("<!-- head -->", () => head + more)
      .replace("<!-- form -->", () => (marks ? rendered(html("data-cart-item-add"), VALUES) : FORM))
      .replace("<!-- card -->", () => (marks ? rendered(html("card-figcaption-button"), VALUES) : CARD))
      .replace('"@type": "Product",', () => `"@type": "Product", ${rendered(schema, VALUES)}`);
  return {
    pages: {
      "/harbor-mug/": page("product"),
      "/kitchen/": page("category"),
      "/checkout": page("checkout"),
      "/checkout/order-confirmation": page(
        "order-confirmation",
        scripts ? rendered(html("api/storefront/order"), VALUES) : "",
      ),
    },
    answer: async (context: BrowserContext) => {
      const js = (body: string) => ({ contentType: "text/javascript", body });
      // The page says what it shows once all has loaded: with the tag there already, it cannot have settled by then.
      await context.route("**/bodl.js", async (route) => {
        await until(() => stage.pintrk.length > 0);
        await route.fulfill(js(file("bodl.js").replace("/* ga4 */ false", String(ga4))));
      });
      await context.route("**/stencil.js", (route) => route.fulfill(js(file("stencil.js"))));
      await context.route("**/remote/v1/cart/add", (route) =>
        route.fulfill({
          json: /name="qty\[\]"\s+99\s/.test(route.request().postData() ?? "")
            ? {
                data: {
                  status: "failed",
                  error: "We don't have enough Harbor Mug stock on hand for the quantity you selected.",
                },
              }
            : { data: { status: "success", cart_item: { hash: "7", cart_url: "/cart.php" } } },
        }),
      );
      // The link that adds loads a page: it comes once the one before has told of it.
      await context.route("**/cart.php?**", async (route) => {
        await until(() => stage.tracked("addtocart").length > 0);
        await route.fulfill({ contentType: "text/html", body: "<title>Your Cart</title>" });
      });
      await context.route("**/api/storefront/order/1042", (route) =>
        route.fulfill({ contentType: "application/json", body: file("order.json") }),
      );
    },
  };
};

const add = (quantity: number) => async (page: Page) => {
  await page.fill("[name='qty[]']", String(quantity));
  await page.click("#form-action-addToCart");
  await page.locator("#previewModal").waitFor();
};
const addFromCard = async (page: Page) => {
  await page.click(".card-figcaption-button");
  await page.waitForURL("**/cart.php?**");
};
const look = async () => {};
const order = () => until(() => stage.events("Placed Order").length > 0);

const shown = { sku: "HM-350", name: "Harbor Mug", vendor: "Fennel & Oak", price: 24, currency: "USD" };
const mug = { product_id: "118", variant_id: "86", ...shown };
const bowl = {
  product_id: "119",
  variant_id: "87",
  sku: "OB-22",
  name: "Orchard Bowl",
  vendor: "Fennel & Oak",
  price: 38.5,
  currency: "USD",
};
const viewed: Expected = ["Viewed Product", shown, 24];
const marked = { product_id: "118", name: "Harbor Mug", price: 24, currency: "USD" };
/** Seen by GA4 too: the money is the better source's, JSON-LD's. */
const seenTwice: Expected = ["Viewed Product", { ...shown, quantity: 1 }, 24];
/** As GA4 has it: the SKU for an ID, and no SKU. */
const told = ({ sku, name, vendor, price }: typeof bowl) => ({ product_id: sku, name, vendor, price });
/** What is in the cart, as the scripts and as GA4 have it. */
const cart = [
  { ...mug, quantity: 2 },
  { ...bowl, quantity: 1 },
];
const toldCart = cart.map((line) => ({ ...told(line), quantity: line.quantity }));
const lines = cart.map(({ currency: _, ...line }) => line);
const totals = { id: "1042", total_tax: 2.25, total_shipping: 7.5, currency: "USD" };
const ordered: Expected = [
  "Placed Order",
  {
    ...totals,
    total_price: 91.25,
    total_discount: 5,
    taxes_included: false,
    coupon: ["OAK5"],
    $email: "maya.hartley@example.com",
    items: lines,
  },
  81.5,
];

const PRODUCT = "/harbor-mug/";
const CATEGORY = "/kitchen/";
const CHECKOUT = "/checkout";
const THANKS = "/checkout/order-confirmation";

// biome-ignore format: a table
const WALKS: [string, Setup, string, (page: Page) => Promise<unknown>, Expected[]][] = [
  ["alone, adds",                      {},                                PRODUCT,  add(2),       [viewed]],
  ["alone, looks at a category",       {},                                CATEGORY, look,         []],
  ["alone, orders",                    {},                                THANKS,   look,         []],
  ["and GA4, adds",                    { ga4: true },                     PRODUCT,  add(2),       [seenTwice, ["Added To Cart", { ...told(mug), quantity: 2, value: 48, currency: "USD" }, 48]]],
  ["and GA4, looks at a category",     { ga4: true },                     CATEGORY, look,         [["Viewed Collection", { id: "23", name: "Kitchen", items: [told(mug), told(bowl)] }]]],
  ["and GA4, orders",                  { ga4: true },                     THANKS,   order,        [["Placed Order", { ...totals, value: 91.25, items: toldCart }, 91.25]]],
  ["and the scripts, adds",            { scripts: true },                 PRODUCT,  add(2),       [viewed, ["Added To Cart", { ...mug, quantity: 2 }, 48]]],
  ["and the scripts, adds in vain",    { scripts: true },                 PRODUCT,  add(99),      [viewed]],
  ["and both, adds",                   { scripts: true, ga4: true },      PRODUCT,  add(2),       [seenTwice, ["Added To Cart", { ...mug, quantity: 2 }, 48]]],
  ["and both, looks at a category",    { scripts: true, ga4: true },      CATEGORY, look,         [["Viewed Collection", { id: "23", name: "Kitchen", items: [mug, bowl] }]]],
  ["and GA4, comes to the checkout",   { ga4: true },                     CHECKOUT, look,         [["Started Checkout", { value: 81.5, currency: "USD", items: toldCart }, 81.5]]],
  ["and both, comes to the checkout",  { scripts: true, ga4: true },      CHECKOUT, look,         [["Started Checkout", { currency: "USD", items: cart }, 86.5]]],
  ["and both, orders",                 { scripts: true, ga4: true },      THANKS,   order,        [ordered]],
  ["and the marks, adds",              { marks: true },                   PRODUCT,  add(2),       [viewed, ["Added To Cart", { ...marked, sku: "HM-350", quantity: 2 }, 48]]],
  ["and the marks, adds from a card",  { marks: true },                   CATEGORY, addFromCard,  [["Added To Cart", { ...marked, quantity: 1 }, 24]]],
];

describe("a shop on BigCommerce whose shopper, with the line", () => {
  test.each(WALKS)("%s", async (_, setup, path, act, expected) => {
    const { pages, answer } = shop(setup);
    const visit = await open(stage, path, pages, answer);
    await visit.page.waitForFunction("bodlEvents.isTold");
    await act(visit.page);
    await expectExactly(stage, visit, expected);
  });
});

test("a product's page names its ID where the theme's JSON-LD does", async () => {
  const { pages, answer } = shop({ schema: pasted(stage.relay, DOCS, "json", "productID") });
  const visit = await open(stage, PRODUCT, pages, answer);
  await expectExactly(stage, visit, [["Viewed Product", { product_id: "118", ...shown }, 24]]);
});

test("a product whose JSON-LD gives a range has the price of the metadata", async () => {
  const { pages, answer } = shop({});
  const ranged = pages[PRODUCT].replace('"price": "24",', '"minPrice": "24", "maxPrice": "32",');
  expect(ranged).not.toBe(pages[PRODUCT]);
  const visit = await open(stage, PRODUCT, { ...pages, [PRODUCT]: ranged }, answer);
  await expectExactly(stage, visit, [viewed]);
});
