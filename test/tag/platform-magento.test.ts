/** What docs/magento.md has the merchant paste, in Luma and in Hyvä: what the shopper does, and which events come of it. */
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

const DOCS = docs("magento");
const file = fixtures("magento");
const line = () => pasted(stage.relay, DOCS, "html", "<script async");

/** What the docs' templates ask for, by their expressions without escaping and casts. */
const VALUES = {
  "$order->getIncrementId()": "000001042",
  "$order->getGrandTotal()": "91.25",
  "$order->getTaxAmount()": "2.25",
  "$order->getShippingAmount()": "7.5",
  "abs((float) $order->getDiscountAmount())": "5",
  "$order->getOrderCurrencyCode()": "USD",
  "$order->getCustomerEmail()": "maya.hartley@example.com",
  "$category->getId()": "23",
  "$category->getName()": "Kitchen",
  "$block->getSubmitUrl($product)": "/checkout/cart/add/uenc/aHR0cHM6Ly9zaG9w/product/14/",
  "$product->getId()": "14",
  "$product->getSku()": "HM-350",
  "$product->getName()": "Harbor Mug",
  "$product->getPriceInfo()->getPrice('final_price')->getValue()": "24",
  "$product->getStore()->getCurrentCurrencyCode()": "USD",
};

const ordered = (id: string, sku: string, name: string, price: string, quantity: string) => ({
  "$item->getProductId()": id,
  "$item->getSku()": sku,
  "$item->getName()": name,
  "$item->getPrice()": price,
  "$item->getQtyOrdered()": quantity,
});
const ITEMS = [
  ordered("14", "HM-350", "Harbor Mug", "24.0000", "2.0000"),
  ordered("15", "OB-22", "Orchard Bowl", "38.5000", "1.0000"),
];

/** What PHP makes of a template of the docs. */
const php = (words: string): string => {
  const bare = pasted(stage.relay, DOCS, "php", words)
    .replace(/<\?= \$escaper->\w+\((.*?)\) \?>/g, "<?= $1 ?>")
    .replace(/<\?= \(\w+\) /g, "<?= ")
    .replace(/<\?php foreach .*\?>\n([\s\S]*?)<\?php endforeach \?>/, (_, each: string) =>
      ITEMS.map((item) => rendered(each, item)).join(""),
    );
  return rendered(bare, VALUES).replace(/<\?php .*\?>\n/, "");
};

/** A form that loads a page is answered once the page that it was sent from has told it. */
const isTold = () => until(() => stage.tracked("addtocart").length > 0);

/** The shop's answers: what its cart has by now, or that there is not enough of it. */
const answer = async (context: BrowserContext) => {
  let quantity = 0;
  let said = "";
  const js = (name: string) => ({ contentType: "text/javascript", body: file(name) });
  await context.route("**/require.js", (route) => route.fulfill(js("require.js")));
  await context.route("**/luma.js", (route) => route.fulfill(js("luma.js")));
  await context.route("**/checkout/cart/add/**", async (route) => {
    const asked = Number(
      /name="qty"\s+(\d+)|\bqty=(\d+)/
        .exec(route.request().postData() ?? "")
        ?.slice(1)
        .join("") ?? 1,
    );
    said = asked > 50 ? "The requested qty is not available" : "You added Harbor Mug to your shopping cart.";
    if (asked <= 50) quantity += asked;
    if (route.request().isNavigationRequest()) {
      await isTold();
      return route.fulfill({ contentType: "text/html", body: said });
    }
    return route.fulfill({ json: asked > 50 ? { backUrl: "https://www.shop.example/harbor-mug.html" } : [] });
  });
  await context.route("**/customer/section/load/**", (route) => {
    const item = {
      item_id: "7",
      qty: quantity,
      product_id: "14",
      product_sku: "HM-350",
      product_name: "Harbor Mug",
      product_price: '<span class="price">$24.00</span>',
      product_price_value: 24,
      product_type: "simple",
    };
    return route.fulfill({
      json: {
        cart: { summary_count: quantity, items: quantity ? [item] : [], data_id: Date.now() },
        messages: { messages: [{ type: "success", text: said }] },
      },
    });
  });
};

/** Adds and waits for what the shop says of it. */
const add = async (page: Page, quantity?: number) => {
  await page.locator("html[data-ready]").waitFor({ state: "attached" });
  if (quantity) await page.fill("[name=qty]", String(quantity));
  await page.click(".tocart");
  await page.getByText(/^(You added|The requested)/).waitFor();
};
const addThen = (quantity: number) => async (page: Page) => {
  await add(page, 2);
  await page.evaluate("document.querySelector('[data-placeholder=messages]').textContent = ''");
  await add(page, quantity);
};
const addInHyva = async (page: Page) => {
  // A view says what the form says once the page has settled.
  await until(() => stage.events("Viewed Product").length === 1);
  await page.fill("[name=qty]", "3");
  await page.click("#product-addtocart-button");
  await page.waitForURL("**/checkout/cart/add/**");
};
const look = async () => {};

const mug = { sku: "HM-350", name: "Harbor Mug", price: 24, currency: "USD" };
const viewed: Expected = ["Viewed Product", mug, 24];
const added = (quantity: number): Expected => ["Added To Cart", { product_id: "14", ...mug, quantity }, 24 * quantity];
const seenMarked: Expected = ["Viewed Product", { product_id: "14", ...mug, quantity: 1 }, 24];
const totals = { id: "000001042", total_tax: 2.25, total_shipping: 7.5, currency: "USD" };
const items = [
  { product_id: "14", sku: "HM-350", name: "Harbor Mug", price: 24, quantity: 2 },
  { product_id: "15", sku: "OB-22", name: "Orchard Bowl", price: 38.5, quantity: 1 },
];
const toldGoogle = items.map(({ sku, product_id: _, ...item }) => ({ product_id: sku, ...item }));
const order: Expected = [
  "Placed Order",
  { ...totals, total_price: 91.25, total_discount: 5, $email: "maya.hartley@example.com", items },
  81.5,
];

/** What the merchant has pasted: into the head, and in the place of which mark. */
type Paste = () => Record<string, string>;
const nothing: Paste = () => ({ head: line() });
const script: Paste = () => ({ head: line() + pasted(stage.relay, DOCS, "html", "ajax:addToCart") });
const marks: Paste = () => ({
  head: line(),
  order: php("Placed Order"),
  category: php("Viewed Collection"),
  form: php("product_addtocart_form"),
});
const gtag: Paste = () => ({ head: line(), gtag: file("gtag.html") });

// biome-ignore format: a table
const WALKS: [string, Paste, string, (page: Page) => Promise<unknown>, Expected[]][] = [
  ["the line alone, adds",                   nothing,                             "luma-product",   (page) => add(page, 2),   [viewed]],
  ["the line alone, looks at a category",    nothing,                             "luma-category",  look,                     []],
  ["the line alone, orders",                 nothing,                             "luma-success",   look,                     []],
  ["the script, adds two and one more",      script,                              "luma-product",   addThen(1),               [viewed, added(2), added(1)]],
  ["the script, adds two and more in vain",  script,                              "luma-product",   addThen(99),              [viewed, added(2)]],
  ["the script, adds from a list",           script,                              "luma-category",  (page) => add(page),      [added(1)]],
  ["the marks, looks at a category",         marks,                               "luma-category",  look,                     [["Viewed Collection", { id: "23", name: "Kitchen" }]]],
  ["the marks, adds in Hyvä",                marks,                               "hyva-product",   addInHyva,                [seenMarked, added(3)]],
  ["Google's module, orders",                gtag,                                "luma-success",   look,                     [["Placed Order", { ...totals, value: 91.25, items: toldGoogle }, 91.25]]],
  ["marks and module, orders",               () => ({ ...marks(), ...gtag() }),   "luma-success",   look,                     [order]],
];

describe("a shop on Magento whose shopper, with", () => {
  test.each(WALKS)("%s", async (_, paste, name, act, expected) => {
    const pages = {
      "/page.html": Object.entries(paste()).reduce(
        (page, [mark, text]) => page.replace(`<!-- ${mark} -->`, () => text),
        file(`${name}.html`),
      ),
    };
    const visit = await open(stage, "/page.html", pages, answer);
    await act(visit.page);
    await expectExactly(stage, visit, expected);
  });
});

test("the checkout's policy lets in what the whitelist of the docs names, and the marks need nothing", async () => {
  const whitelist = pasted(stage.relay, DOCS, "xml", "csp_whitelist");
  const policies = [...whitelist.matchAll(/<policy id="([\w-]+)">([\s\S]*?)<\/policy>/g)];
  expect(policies).toHaveLength(4);
  const policy = policies.map(
    ([, id, values = ""]) => `${id} ${[...values.matchAll(/type="host">([^<]+)/g)].map(([, host]) => host).join(" ")}`,
  );
  const page = file("luma-success.html")
    .replace(
      "<!-- head -->",
      () => `<meta http-equiv="Content-Security-Policy" content="${policy.join("; ")}">${line()}`,
    )
    .replace("<!-- order -->", () => php("Placed Order"));
  const visit = await open(stage, "/checkout/onepage/success/", { "/checkout/onepage/success/": page }, answer);
  // Magento's own scripts are let in by its own policy, which is not here.
  const refused = visit.words.filter((text) => /policy/i.test(text) && !text.includes("require.js"));
  await expectExactly(stage, visit, [order]);
  expect(refused).toEqual([]);
});
