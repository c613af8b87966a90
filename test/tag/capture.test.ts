/** The whole tag in a real browser: what it captures, from every source, and how often. */
import { describe, expect, test } from "vitest";
import { until } from "../until.ts";
import { eachStage } from "./each-stage.ts";
import { came, rest, type Stage, settles } from "./stage.ts";

let stage: Stage;
eachStage((set) => {
  stage = set;
});

const MUG = "/products/harbor-mug";
const script = (code: string): string => `<script>${code}</script>`;
const STUB = script(
  "window.pinrelay = window.pinrelay || function () { (pinrelay.q = pinrelay.q || []).push(arguments) };",
);
const LAYER = script("window.dataLayer = window.dataLayer || []; function gtag() { dataLayer.push(arguments) }");

const jsonLd = `<script type="application/ld+json">${JSON.stringify({
  "@context": "https://schema.org",
  "@type": "Product",
  productID: "1001",
  sku: "MUG-SAGE-L",
  name: "Harbor Mug",
  brand: { "@type": "Brand", name: "Fennel & Oak" },
  offers: { "@type": "Offer", price: "24.00", priceCurrency: "USD" },
})}</script>`;
const openGraph = `
  <meta property="og:type" content="product"><meta property="og:title" content="Harbor Mug | Fennel &amp; Oak">
  <meta property="product:price:amount" content="24.00"><meta property="product:price:currency" content="USD">`;
const ga4 = (event: string): string =>
  `dataLayer.push({ ecommerce: null }, { event: "${event}", ecommerce: { currency: "USD", value: 24, items: [
    { item_id: "1001", item_name: "Harbor Mug", item_variant: "Sage / Large", price: 24, quantity: 1 } ] } });`;
const call = (eventName: string, more = ""): string =>
  `pinrelay({ method: "track", eventName: "${eventName}", properties: { product_id: "1001", name: "Harbor Mug", price: 24, currency: "USD" ${more} } });`;

/** Opens a product page with this in its head, and leaves it once it has settled. */
const view = async (head: string) => {
  stage.pages = { [MUG]: `<head>${STUB}${LAYER}${head}${stage.tag()}</head><body><h1>Harbor Mug</h1></body>`, "/": "" };
  const visit = await stage.visit();
  await visit.page.goto(stage.shop + MUG);
  await settles(visit.page);
  await visit.page.goto(`${stage.shop}/`);
  expect(stage.events("$page_load")).toHaveLength(1);
  expect(visit.errors).toEqual([]);
  return visit;
};

test("a call with nothing for properties takes nothing from what the page says of the same", async () => {
  stage.pages = { [MUG]: `<head>${STUB}${jsonLd}${stage.tag()}</head>` };
  const { page } = await stage.visit();
  await page.goto(stage.shop + MUG);
  await came(page);
  await page.evaluate('pinrelay({ method: "track", eventName: "Viewed Product", properties: null })');
  await settles(page);
  expect(stage.events("Viewed Product").map(({ properties }) => properties)).toMatchObject([
    { product_id: "1001", sku: "MUG-SAGE-L", name: "Harbor Mug", price: 24, currency: "USD" },
  ]);
});

describe("a product's view", () => {
  // biome-ignore format: a table
  test.each([
    ["JSON-LD",    jsonLd],
    ["Open Graph", openGraph],
    ["dataLayer",  script(ga4("view_item"))],
    ["gtag()",     script(`gtag("event", "view_item", { currency: "USD", items: [{ item_id: "1001", item_name: "Harbor Mug", price: "24.00" }] });`)],
    ["a call",     script(call("Viewed Product"))],
  ])("is captured from %s alone", async (_, head) => {
    await view(head);
    await until(() => stage.events("Viewed Product").length > 0);
    expect(stage.events("Viewed Product")).toMatchObject([
      { tag: "pagevisit", url: stage.shop + MUG, properties: { name: expect.stringContaining("Harbor Mug"), price: 24, currency: "USD" } },
    ]);
  });

  test("that all of them see is told once on each channel, under one ID", async () => {
    await view(jsonLd + openGraph + script(ga4("view_item")) + script(call("Viewed Product")));
    await until(() => stage.tracked("pagevisit").length > 0);
    const [event, ...more] = stage.events("Viewed Product");
    expect(more).toEqual([]);
    expect(event?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(stage.tracked()).toMatchObject([
      { words: ["track", "pagevisit", { event_id: event?.id, value: 24 }, null] },
    ]);
    expect(stage.pintrk.filter(({ words }) => words[0] === "load")).toHaveLength(1);
  });

  test("that nobody called for holds what each source knows", async () => {
    await view(jsonLd + openGraph + script(ga4("view_item")));
    await until(() => stage.tracked("pagevisit").length > 0);
    const told = { currency: "USD", value: 24, order_quantity: 1 };
    const line = {
      product_id: "1001",
      product_name: "Harbor Mug",
      product_variant: "Sage / Large",
      product_price: 24,
      product_brand: "Fennel & Oak",
      product_quantity: 1,
    };
    expect(stage.events("Viewed Product").map(({ properties }) => properties)).toEqual([
      {
        product_id: "1001",
        sku: "MUG-SAGE-L",
        name: "Harbor Mug",
        variant_name: "Sage / Large",
        vendor: "Fennel & Oak",
        price: 24,
        quantity: 1,
        currency: "USD",
      },
    ]);
    expect(stage.tracked()).toMatchObject([{ words: ["track", "pagevisit", { ...told, line_items: [line] }, null] }]);
  });

  test("is told even if the page is left before it has settled", async () => {
    stage.pages = { [MUG]: `<head>${jsonLd}${stage.tag()}</head>`, "/": "" };
    const { page } = await stage.visit();
    await page.goto(stage.shop + MUG);
    await page.goto(`${stage.shop}/`);
    await until(() => stage.events("Viewed Product").length === 1);
  });

  test("in a quick view of another product is another one", async () => {
    stage.pages = { [MUG]: `<head>${LAYER}${jsonLd}${stage.tag()}</head>` };
    const { page } = await stage.visit();
    await page.goto(stage.shop + MUG);
    await until(() => stage.events("Viewed Product").length === 1);
    await page.evaluate(
      `dataLayer.push({ event: "view_item", ecommerce: { items: [{ item_id: "1002", item_name: "Orchard Bowl" }] } })`,
    );
    await until(() => stage.events("Viewed Product").length === 2);
  });
});

test("calls made before the script came are done in their order", async () => {
  const head = script(`
    pinrelay({ method: "set", profileProperties: { $email: "maya.hartley@example.com" }, eventProperties: { site: "us" }, aliases: ["urn:cart:9"] });
    ${call("Viewed Product")}
    pinrelay.q.push([{ method: "track", eventName: "Searched", properties: { query: "mug" }, eventID: "search-1" }]);
    pinrelay.q.push({ method: "track", eventName: "Signed Up" });
    pinrelay({ method: "link_domain", domain: "other.example" });`);
  await view(head);
  expect(stage.events().map(({ name }) => name)).toEqual(["$page_load", "Viewed Product", "Searched", "Signed Up"]);
  for (const event of stage.events()) {
    expect(event).toMatchObject({
      properties: { site: "us" },
      profile: { $email: "maya.hartley@example.com" },
      aliases: ["urn:cart:9"],
    });
  }
  expect(stage.events("Searched")[0]?.id).toBe("search-1");
});

test("a view that theme and app both call for is one, and two additions are two, before the second file as after it", async () => {
  const twice = (name: string) => call(name) + call(name, ', vendor: "Oak"');
  for (const isLate of [true, false]) {
    stage.pages = {
      "/": `<head>${STUB}${isLate ? "" : script(twice("Viewed Product") + twice("Added To Cart"))}${stage.tag()}</head>`,
    };
    stage.beacons.length = 0;
    stage.pintrk.length = 0;
    const { page } = await stage.visit();
    await page.goto(`${stage.shop}/`);
    if (isLate) await until(() => stage.pintrk.length > 0);
    if (isLate) await page.evaluate(twice("Viewed Product") + twice("Added To Cart"));
    await until(() => stage.tracked("addtocart").length === 2);
    await page.goto("about:blank");
    await until(() => stage.events("Added To Cart").length === 2);
    expect([stage.events("Viewed Product").length, stage.tracked("pagevisit").length]).toEqual([1, 1]);
  }
});

test("a call that makes no sense warns once and does nothing", async () => {
  const { words } = await view(
    script(`
    pinrelay(); pinrelay("track"); pinrelay({ method: "fly" }); pinrelay({ method: "track" });
    pinrelay({ method: "consent", marketing: "perhaps" }); pinrelay({ method: "track", eventName: {} });
    const loop = {}; loop.loop = loop; pinrelay({ method: "track", eventName: "Searched", properties: loop });`),
  );
  expect(words.filter((text) => text.startsWith("pinrelay: "))).toHaveLength(7);
  expect(stage.events().map(({ name }) => name)).toEqual(["$page_load"]);
});

describe("an add to cart", () => {
  const shop = async () => {
    stage.pages = {
      [MUG]: `<head>${STUB}${LAYER}${jsonLd}${stage.tag()}</head>`,
      "/cart": `<head>${stage.tag()}</head>`,
    };
    const visit = await stage.visit();
    await visit.page.goto(stage.shop + MUG);
    return visit;
  };
  const adds = () => stage.events("Added To Cart");

  test("called for in the tick that leaves the page arrives, once", async () => {
    const { page } = await shop();
    await page.evaluate(`${call("Added To Cart", ", quantity: 2")} location.href = "/cart";`);
    await page.waitForURL("**/cart");
    // What the page could not send any more the next one sends before its load.
    await until(() => stage.events("$page_load").some(({ url }) => url.endsWith("/cart")));
    expect(adds()).toHaveLength(1);
    expect(adds()[0]).toMatchObject({ tag: "addtocart", url: stage.shop + MUG, properties: { quantity: 2 } });
  });

  test("pushed in the tick that leaves the page arrives too", async () => {
    const { page } = await shop();
    await page.evaluate(`${ga4("add_to_cart")} location.href = "/cart";`);
    await until(() => new Set(adds().map(({ id }) => id)).size === 1);
  });

  test("seen by call and dataLayer is one, and the next one is another", async () => {
    const { page } = await shop();
    await settles(page);
    await page.evaluate(`${ga4("add_to_cart")} ${call("Added To Cart", ", vendor: 'Fennel & Oak'")}`);
    await rest(page, 600);
    await page.evaluate(`${call("Added To Cart")} ${ga4("add_to_cart")}`);
    await until(() => stage.tracked("addtocart").length === 2);
    await settles(page);
    expect(adds()).toHaveLength(2);
    expect(adds()[0]?.properties).toMatchObject({ vendor: "Fennel & Oak", variant_name: "Sage / Large" });
  });
});

describe("an order", () => {
  const thanks = "/thank-you/5001";
  const placed = `gtag("event", "purchase", { transaction_id: "5001", currency: "USD", value: 48, items: [{ item_id: "1001", price: 24, quantity: 2 }] });`;
  const settled = async (storage: boolean) => {
    stage.pages = {
      [thanks]: `<head>${STUB}${LAYER}${script(placed)}${script(call("Placed Order", ', id: "#5001"'))}${stage.tag()}</head>`,
    };
    const visit = await stage.visit({}, (context) => (storage ? Promise.resolve() : context.addInitScript(noStorage)));
    for (let load = 1; load <= 3; load += 1) {
      await visit.page.goto(stage.shop + thanks);
      await until(() => stage.events("$page_load").length === load);
      await came(visit.page);
      await rest(visit.page, 1_000);
      await until(() => stage.tracked("checkout").length >= (storage ? 1 : load));
    }
    return visit;
  };

  test("is told once, under its own ID, however often its page is loaded", async () => {
    await settled(true);
    expect(stage.events("Placed Order")).toMatchObject([{ id: "order.k3x9q2m7.5001", tag: "checkout" }]);
    const data = { event_id: "order.k3x9q2m7.5001", order_id: "#5001", value: 48, order_quantity: 2 };
    expect(stage.tracked("checkout")).toMatchObject([{ words: ["track", "checkout", data, null] }]);
  });

  test("keeps that ID where nothing can be stored", async () => {
    const { errors } = await settled(false);
    expect(new Set(stage.events("Placed Order").map(({ id }) => id))).toEqual(new Set(["order.k3x9q2m7.5001"]));
    expect(errors).toEqual([]);
  });
});

/** As a browser that forbids it. */
const noStorage = (): void => {
  const denied = {
    get: () => {
      throw new DOMException("denied", "SecurityError");
    },
  };
  Object.defineProperty(window, "localStorage", denied);
};

describe("how the script is pasted", () => {
  test("twice: the second one does nothing", async () => {
    await view(stage.tag() + jsonLd);
    await until(() => stage.events("Viewed Product").length > 0 && stage.tracked("pagevisit").length > 0);
    expect(
      stage
        .events()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["$page_load", "Viewed Product"]);
    expect(stage.pintrk.filter(({ words }) => words[0] === "load")).toHaveLength(1);
  });

  test("under another global name", async () => {
    stage.pages = {
      "/": `<head>${script(`window.measure = function () { (measure.q = measure.q || []).push(arguments) }; measure({ method: "track", eventName: "Signed Up" })`)}${stage.tag('data-global="measure"')}</head>`,
    };
    const { page } = await stage.visit();
    await page.goto(`${stage.shop}/`);
    await page.evaluate(`measure({ method: "track", eventName: "Contacted" })`);
    await until(() => stage.events("Contacted").length === 1);
    expect(stage.events("Signed Up")).toHaveLength(1);
    expect(await page.evaluate("typeof window.pinrelay")).toBe("undefined");
  });

  test("in a sandboxed frame: calls arrive once, without cookies", async () => {
    stage.pages = {
      "/": `<body><iframe sandbox="allow-scripts" src="/frame"></iframe></body>`,
      "/frame": `<head>${STUB}${script(call("Signed Up"))}${stage.tag()}</head>`,
    };
    const { page } = await stage.visit();
    await page.goto(`${stage.shop}/`);
    await until(() => stage.events("Signed Up").length === 1);
    await page.waitForTimeout(2_500);
    expect(stage.requests).toHaveLength(1);
  });

  test("in a frame: calls count, the page around it is not told twice", async () => {
    stage.pages = {
      "/": `<head>${stage.tag()}</head><body><iframe src="/frame"></iframe></body>`,
      "/frame": `<head>${STUB}${jsonLd}${script(call("Signed Up"))}${stage.tag()}</head>`,
    };
    const { page } = await stage.visit();
    await page.goto(`${stage.shop}/`);
    await until(() => stage.events().length === 2);
    await settles(page);
    const told = new Map(stage.events().map(({ id, name }) => [id, name]));
    expect([...told.values()].sort()).toEqual(["$page_load", "Signed Up"]);
  });
});

test("a single-page shop tells its page loads itself, and what it shows then can be seen again", async () => {
  stage.pages = { "/": `<head>${STUB}${stage.tag()}</head>` };
  const { page } = await stage.visit();
  await page.goto(`${stage.shop}/`);
  const show = (path: string) =>
    page.evaluate(
      `history.pushState(null, "", "${path}"); pinrelay({ method: "track", eventName: "$page_load" }); ${call("Viewed Product")}`,
    );
  await show(MUG);
  await show("/cart");
  await show(MUG);
  await until(() => stage.events("$page_load").length === 4 && stage.events("Viewed Product").length >= 3);
  expect(stage.events("$page_load").map(({ url }) => new URL(url).pathname)).toEqual(["/", MUG, "/cart", MUG]);
  expect(stage.events("Viewed Product")).toHaveLength(3);
});

test("what a single-page shop shows by the time it tells its page load is told once, of that page", async () => {
  const says = (id: string) =>
    `document.querySelector("#ld").textContent = JSON.stringify({ "@type": "Product", productID: "${id}", name: "Mug ${id}" });`;
  stage.pages = {
    "/a": `<head>${STUB}<script type="application/ld+json" id="ld">{}</script>${script(says("1"))}${stage.tag()}</head>`,
  };
  const { page } = await stage.visit();
  await page.goto(`${stage.shop}/a`);
  await until(() => stage.events("Viewed Product").length === 1);
  await page.evaluate(
    `history.pushState(null, "", "/b"); ${says("2")} pinrelay({ method: "track", eventName: "$page_load" })`,
  );
  await settles(page);
  await page.goto("about:blank");
  await until(() => stage.events("Viewed Product").length === 2 && stage.tracked("pagevisit").length >= 2);
  const views = stage
    .events("Viewed Product")
    .map(({ url, properties }) => [new URL(url).pathname, properties.product_id]);
  expect(views).toEqual([
    ["/a", "1"],
    ["/b", "2"],
  ]);
  expect(stage.tracked("pagevisit")).toHaveLength(2);
});

test("an address that holds a book as its click ID harms nobody", async () => {
  stage.pages = { "/": `<head>${STUB}${stage.tag()}</head>` };
  const { page } = await stage.visit();
  await page.goto(`${stage.shop}/#?epik=${"a".repeat(70_000)}`);
  await until(() => stage.events("$page_load").length === 1);
  await page.goto(`${stage.shop}/?epik=${"d".repeat(3_000)}`);
  await until(() => stage.events("$page_load").length === 2);
  expect(stage.beacons.map(({ visitor }) => visitor?.clickId)).toEqual([undefined, undefined]);
});

test("what was seen at one address is not told of the next", async () => {
  stage.pages = { [MUG]: `<head>${STUB}${LAYER}${stage.tag()}</head>` };
  const { page } = await stage.visit();
  await page.goto(stage.shop + MUG);
  await settles(page);
  const leave = 'history.pushState(null, "", "/cart"); pinrelay({ method: "track", eventName: "$page_load" })';
  await page.evaluate(`${ga4("view_item")} ${leave}`);
  await until(() => stage.events().length === 3);
  expect(stage.events("Viewed Product")).toMatchObject([{ url: stage.shop + MUG }]);
});

test("a page that is rendered ahead is told once it is visited", async () => {
  stage.pages = { "/": `<head>${stage.tag()}</head>` };
  const { page } = await stage.visit({}, (context) =>
    context.addInitScript(() => Object.defineProperty(document, "prerendering", { value: true })),
  );
  await page.goto(`${stage.shop}/`);
  await page.waitForTimeout(500);
  expect(stage.requests).toEqual([]);
  await page.evaluate("document.dispatchEvent(new Event('prerenderingchange'))");
  await until(() => stage.events("$page_load").length === 1);
});

test("without its second file the tag still delivers calls", async () => {
  stage.pages = { "/": `<head>${STUB}${script(call("Signed Up"))}${stage.tag()}</head>` };
  const { page, errors } = await stage.visit({}, (context) => context.route("**/every.*", (route) => route.abort()));
  await page.goto(`${stage.shop}/`);
  await until(() => stage.events("Signed Up").length === 1);
  expect(errors).toEqual([]);
});

describe("odd pages", () => {
  const odd: Record<string, string> = {
    "malformed JSON-LD": `<script type="application/ld+json">{"@type": "Product", "name": </script>`,
    "entries that throw": script(
      `dataLayer.push(new Proxy({}, { get() { throw new Error("no access") } }), null, 7, "x", () => {});`,
    ),
    "a frozen dataLayer": script("Object.freeze(dataLayer);"),
    "a dataLayer that is no list": script("window.dataLayer = { push: 1 };"),
    "a queue that is no list": script("window.pinrelay = function () {}; pinrelay.q = { length: -1 };"),
    "storage and cookies that are denied": script(
      `for (const [host, name] of [[window, "localStorage"], [Document.prototype, "cookie"]])
        Object.defineProperty(host, name, { get() { throw new DOMException("denied", "SecurityError") }, set() { throw new DOMException("denied", "SecurityError") } });`,
    ),
    "no Intl, no fetch": script("delete window.Intl; delete window.fetch;"),
    "bent prototypes": script(`Array.prototype.extra = () => {}; Object.prototype.extra = "bent";`),
  };

  test.each(Object.entries(odd))("with %s work on, and are told", async (_, head) => {
    stage.pages = { [MUG]: `<head>${LAYER}${head}${stage.tag()}</head>`, "/": "" };
    const { page, errors } = await stage.visit();
    await page.goto(stage.shop + MUG);
    await came(page);
    await rest(page, 1_000);
    await page.goto(`${stage.shop}/`);
    await until(() => stage.events("$page_load").length > 0);
    expect(errors).toEqual([]);
  });

  test("keep their own dataLayer: its answers, its exceptions and its readers", async () => {
    stage.pages = { "/": `<head>${LAYER}${stage.tag()}</head>` };
    const { page, errors } = await stage.visit();
    await page.goto(`${stage.shop}/`);
    await settles(page);
    const [length, thrown] = (await page.evaluate(`(() => {
      const before = dataLayer.length;
      const after = dataLayer.push({ event: "a" }, { event: "b" });
      const push = dataLayer.push;
      Object.freeze(dataLayer);
      try { dataLayer.push({ event: "c" }); return [after - before, "nothing"] } catch (error) { return [after - before, error.name] }
    })()`)) as [number, string];
    expect([length, thrown]).toEqual([2, "TypeError"]);
    expect(errors).toEqual([]);
  });
});
