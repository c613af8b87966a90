/** What docs/headless.md puts into an app on Hydrogen or Next.js, under the policies it names, in a real browser. */
import type { BrowserContext, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { eachStage } from "./each-stage.ts";
import { docs, pasted } from "./guide.ts";
import { type Expected, expectExactly, fixtures, open } from "./platform.ts";
import type { Stage } from "./stage.ts";

let stage: Stage;
eachStage((set) => {
  stage = set;
});

const DOCS = docs("headless");
const file = fixtures("headless");
const js = (words: string) => pasted(stage.relay, DOCS, "js", words);
const jsx = (words: string) => pasted(stage.relay, DOCS, "jsx", words);
const NONCE = "Zm9yZXN0";

/** The module of the docs, as a bundler puts it into the app. */
const library = () => js("export const EVENTS").replace(/^export /gm, "");

const meta = (policy: string): string => `<meta http-equiv="Content-Security-Policy" content="${policy}">`;

/** What an expression of the docs' code is worth. */
const worth = (code: string, names: string[], ...values: unknown[]): unknown => new Function(...names, code)(...values);

/** As Hydrogen makes its header of what the docs give it: its own sources where it has some, and the nonce for scripts. */
const hydrogenPolicy = (): string => {
  const [, given = ""] = /createContentSecurityPolicy\((\{[\s\S]*\})\)/.exec(js("createContentSecurityPolicy")) ?? [];
  const asked = Object.entries(Object(worth(`return ${given}`, ["context"], { env: {} })));
  const sources: Record<string, string[]> = {
    defaultSrc: ["'self'", `'nonce-${NONCE}'`, "https://cdn.shopify.com", "https://shopify.com"],
    styleSrc: ["'self'", "'unsafe-inline'", "https://cdn.shopify.com"],
    connectSrc: ["'self'", "https://monorail-edge.shopifysvc.com"],
    scriptSrc: [`'nonce-${NONCE}'`],
  };
  for (const [name, more] of asked) if (Array.isArray(more)) sources[name] = [...more, ...(sources[name] ?? [])];
  return Object.entries(sources)
    .map(([name, all]) => `${name.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)} ${all.join(" ")}`)
    .join("; ");
};

/** A script of the app's, with what stands in the place of its marks. */
const script = (name: string, marks: Record<string, string>) => ({
  contentType: "text/javascript",
  body: Object.entries(marks).reduce((text, [mark, code]) => text.replace(mark, () => code), file(name)),
});

const said = async (page: Page) => {
  await page.locator("[role=status]").waitFor();
};
const add = async (page: Page) => {
  await page.click("button");
  await said(page);
};
const bowlToo = async (page: Page) => {
  await page.click("text=Orchard Bowl");
  await page.waitForURL("**/orchard-bowl");
};
const look = async () => {};

describe("a storefront on Hydrogen", () => {
  const hydrogen = (isToolkit: boolean, status: number) => {
    const page = file("hydrogen.html")
      .replace("<!-- policy -->", () => meta(hydrogenPolicy()))
      // As Hydrogen's component renders it.
      .replace("<!-- script -->", () =>
        jsx("<Script async").replace("<Script", `<script nonce="${NONCE}"`).replace("/>", "></script>"),
      );
    const paths = ["/products/harbor-mug", "/products/orchard-bowl", "/collections/kitchen", "/search"];
    const answer = async (context: BrowserContext) => {
      const marks = {
        "/* toolkit */ false": String(isToolkit),
        "/* library */": library(),
        "/* destination */": js("addDestination"),
      };
      await context.route("**/entry.client.js", (route) => route.fulfill(script("hydrogen.js", marks)));
      await context.route("**/cart.data", (route) => route.fulfill({ status, body: "{}" }));
    };
    return { pages: Object.fromEntries(paths.map((path) => [path, page])), answer };
  };

  const mug = {
    product_id: "7001",
    variant_id: "8001",
    sku: "HM-350",
    name: "Harbor Mug",
    variant_name: "Sage",
    vendor: "Fennel & Oak",
    price: 24,
    currency: "USD",
  };
  const bowl = {
    product_id: "7002",
    variant_id: "8002",
    sku: "OB-22",
    name: "Orchard Bowl",
    variant_name: "Default Title",
    vendor: "Fennel & Oak",
    price: 38.5,
    currency: "USD",
  };
  const viewed: Expected = ["Viewed Product", mug, 24];
  const added: Expected = ["Added To Cart", { ...mug, quantity: 2 }, 48];
  const MUG = "/products/harbor-mug";
  const BOWL = "/products/orchard-bowl";

  const addThenBowl = async (page: Page) => {
    await add(page);
    await bowlToo(page);
  };

  // biome-ignore format: a table
  test.each<[string, boolean, number, string, (page: Page) => Promise<unknown>, Expected[], string[]]>([
    ["up to 2026-04: a mug is added, then a bowl looked at",  false, 200, MUG,                    addThenBowl, [viewed, added, ["Viewed Product", bowl, 38.5]], [MUG, BOWL]],
    ["since 2026-10: the same",                               true,  200, MUG,                    addThenBowl, [viewed, added, ["Viewed Product", bowl, 38.5]], [MUG, BOWL]],
    ["there is not enough of it",                             false, 409, MUG,                    add,         [viewed],                                        [MUG]],
    ["a collection",                                          true,  200, "/collections/kitchen", look,        [["Viewed Collection", { id: "9001", name: "kitchen" }]], ["/collections/kitchen"]],
    ["a search",                                              true,  200, "/search?q=oak+bowl",   look,        [["Searched", { query: "oak bowl" }]],           ["/search"]],
  ])("%s", async (_, isToolkit, status, path, act, expected, paths) => {
    const { pages, answer } = hydrogen(isToolkit, status);
    const visit = await open(stage, path, pages, answer);
    await visit.page.locator("html[data-hydrated]").waitFor({ state: "attached" });
    await act(visit.page);
    expect(await expectExactly(stage, visit, expected)).toEqual(paths);
    expect(visit.words.filter((text) => /policy|pinrelay/i.test(text))).toEqual([]);
  });
});

describe("a storefront on Next.js", () => {
  /** What React makes of the docs' markup. */
  const VALUES: Record<string, string> = {
    "product.id": "118",
    "product.sku": "HM-350",
    "product.name": "Harbor Mug",
    "product.price": "24",
    "order.id": "1042",
    "order.total": "57.75",
    "order.tax": "2.25",
    "order.shipping": "7.5",
    "order.currency": "USD",
    "line.productId": "118",
    "line.name": "Harbor Mug",
    "line.price": "24",
    "line.quantity": "2",
  };
  const react = (markup: string): string =>
    markup
      .replace(/=\{([\w.]+)\}/g, (_, name: string) => `="${VALUES[name] ?? expect.fail(name)}"`)
      .replace(/<p(.*?) \/>/g, "<p$1></p>");

  /** What the docs' layout gives to `next/script`. */
  const scriptProps = (): Record<string, string> => {
    const [, props = ""] = /<Script (.*?) \/>/.exec(jsx("next/script")) ?? [];
    return Object.fromEntries(
      [...props.matchAll(/([\w-]+)=(?:"(.*?)"|\{nonce\})/g)].map(([, name = "", value = NONCE]) => [name, value]),
    );
  };

  const mug = { product_id: "118", sku: "HM-350", name: "Harbor Mug", price: 24, currency: "USD" };
  const vendor = "Fennel & Oak";
  const viewed: Expected = ["Viewed Product", { ...mug, vendor }, 24];
  const bowl: Expected = [
    "Viewed Product",
    { product_id: "119", sku: "OB-22", name: "Orchard Bowl", vendor, price: 38.5, currency: "USD" },
    38.5,
  ];
  const order: Expected = [
    "Placed Order",
    {
      id: "1042",
      total_price: 57.75,
      total_tax: 2.25,
      total_shipping: 7.5,
      currency: "USD",
      items: [{ product_id: "118", name: "Harbor Mug", price: 24, quantity: 2 }],
    },
    48,
  ];
  const MUG = "/products/harbor-mug";
  const BOWL = "/products/orchard-bowl";

  const next = (isMarked: boolean, isRefused: boolean) => {
    const product = isMarked
      ? react(`${jsx("<main data-pinrelay-view")}</main>`) + file("product.html").replace(/<script.*script>/, "")
      : file("product.html");
    const bodies: Record<string, string> = {
      [MUG]: product,
      [BOWL]: file("bowl.html"),
      "/thanks": react(jsx("<section data-pinrelay-view")),
    };
    const policy = String(worth(`${js("strict-dynamic")}; return policy`, ["nonce"], NONCE));
    const page = (body: string) =>
      file("next.html")
        .replace("<!-- policy -->", () => meta(policy))
        .replace("<!-- page -->", () => body);
    const answer = async (context: BrowserContext) => {
      const marks = { "/* props */ {}": JSON.stringify(scriptProps()), "/* library */": library() };
      await context.route("**/main-app.js", (route) => route.fulfill(script("next.js", marks)));
      await context.route(/_rsc=/, (route) =>
        route.fulfill({ contentType: "text/x-component", body: bodies[new URL(route.request().url()).pathname] ?? "" }),
      );
      await context.route(`**${MUG}`, (route) => {
        if (route.request().method() !== "POST") return route.fallback();
        return route.fulfill({
          json: isRefused ? { message: "Not enough in stock" } : { message: "Added", added: { ...mug, quantity: 2 } },
        });
      });
    };
    return { pages: Object.fromEntries(Object.entries(bodies).map(([path, body]) => [path, page(body)])), answer };
  };

  const buy = async (page: Page) => {
    await bowlToo(page);
    await page.click("text=Pay");
    await page.waitForURL("**/thanks");
  };

  // biome-ignore format: a table
  test.each<[string, boolean, boolean, (page: Page) => Promise<unknown>, Expected[], string[]]>([
    ["a mug is looked at, then a bowl, then an order placed",  false, false, buy,   [viewed, bowl, order],                                    [MUG, BOWL, "/thanks"]],
    ["two mugs are added",                                     false, false, add,   [viewed, ["Added To Cart", { ...mug, quantity: 2 }, 48]], [MUG]],
    ["there are not enough of them",                           false, true,  add,   [viewed],                                                 [MUG]],
    ["a page is marked",                                       true,  false, look,  [["Viewed Product", mug, 24]],                            [MUG]],
  ])("%s", async (_, isMarked, isRefused, act, expected, paths) => {
    const { pages, answer } = next(isMarked, isRefused);
    const visit = await open(stage, MUG, pages, answer);
    await act(visit.page);
    expect(await expectExactly(stage, visit, expected)).toEqual(paths);
    expect(visit.words.filter((text) => /policy|pinrelay/i.test(text))).toEqual([]);
  });
});
