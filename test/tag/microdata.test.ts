// @vitest-environment jsdom

import { describe, expect, test } from "vitest";
import { microdataNodes } from "#tag/microdata";
import { shaped } from "#tag/shape";
import { structured } from "#tag/structured";

const SHOP = "https://www.fennelandoak.example";
const NOW = Date.UTC(2026, 10, 24, 9, 30);

const parsed = (html: string): Document => new DOMParser().parseFromString(`<!doctype html>${html}`, "text/html");

/** What a page at this path says in microdata. */
const says = (path: string, html: string): unknown => {
  const document = parsed(html);
  return shaped(structured(microdataNodes(document), document, new URL(SHOP + path), NOW));
};

const scope = (type: string, inner: string, more = ""): string =>
  `<div itemscope itemtype="https://schema.org/${type}" ${more}>${inner}</div>`;
const offers = (inner: string): string => scope("Offer", inner, 'itemprop="offers"');
const mug = `
  <h1 itemprop="name">Harbor
    Mug</h1>
  <meta itemprop="productID" content="1001"><meta itemprop="sku" content="MUG-SAGE-L">
  ${scope("Brand", '<span itemprop="name">Fennel &amp; Oak</span>', 'itemprop="brand"')}`;
const price = '<span itemprop="price">24.00</span><meta itemprop="priceCurrency" content="USD">';
const seenMug = {
  product_id: "1001",
  sku: "MUG-SAGE-L",
  name: "Harbor Mug",
  vendor: "Fennel & Oak",
  price: 24,
  currency: "USD",
};
const card = (id: string, attributes = "", url = `/products/bowl-${id}`): string =>
  scope(
    "Product",
    `${url && `<link itemprop="url" href="${url}">`}<span itemprop="name">Bowl ${id}</span><meta itemprop="productID" content="${id}">
    ${offers('<span itemprop="price">38,50 €</span><meta itemprop="priceCurrency" content="EUR">')}`,
    attributes,
  );
const seenBowl = (id: string) => ({ product_id: id, name: `Bowl ${id}`, price: 38.5, currency: "EUR" });

describe("things in a page", () => {
  // biome-ignore format: a table
  test.each<[string, string, unknown]>([
    ["content, of any element",    '<span itemprop="p" content="24">$24</span>',                          "24"],
    ["text, where content is empty", '<span itemprop="p" content=""> two\n words </span>',                "two words"],
    ["a link's address",           '<a itemprop="p" href="/mug">the mug</a>',                             "/mug"],
    ["an address in the head",     '<link itemprop="p" href="https://schema.org/InStock">',               "https://schema.org/InStock"],
    ["an image's address",         '<img itemprop="p" src="/mug.jpg" alt="">',                            "/mug.jpg"],
    ["an object's address",        '<object itemprop="p" data="/mug.svg"></object>',                      "/mug.svg"],
    ["a value",                    '<data itemprop="p" value="24">twenty-four</data>',                    "24"],
    ["a meter",                    '<meter itemprop="p" value="4" max="5">4 of 5</meter>',                "4"],
    ["a time",                     '<time itemprop="p" datetime="2026-11-24">today</time>',               "2026-11-24"],
    ["a time in words",            '<time itemprop="p">2026-11-24</time>',                                "2026-11-24"],
    ["text",                       '<b itemprop="p">Harbor <i>Mug</i></b>',                               "Harbor Mug"],
  ])("say by %s", (_, html, value) => {
    expect(microdataNodes(parsed(`<p itemscope itemtype="https://schema.org/Thing">${html}</p>`))).toEqual([
      { "@type": ["https://schema.org/Thing"], p: [value] },
    ]);
  });

  test("have several properties by one element, and several values by one property", () => {
    const html = '<p itemscope><b itemprop="name alternateName">Harbor Mug</b><i itemprop=" name ">Mug</i></p>';
    expect(microdataNodes(parsed(html))).toEqual([
      { "@type": [null], name: ["Harbor Mug", "Mug"], alternateName: ["Harbor Mug"] },
    ]);
  });

  test("have what they refer to, with all in it but what is a smaller thing's", () => {
    const html = `<div itemscope itemtype="X" itemref="a b nowhere"><i itemprop="own">0</i></div>
      <div id="a"><b itemprop="p">1</b><div itemprop="inner" itemscope><b itemprop="q">2</b></div></div>
      <b id="b" itemprop="inner" itemscope><i itemprop="q">3</i></b>`;
    const inner = ["2", "3"].map((q) => ({ "@type": [null], q: [q] }));
    expect(microdataNodes(parsed(html))).toEqual([{ "@type": ["X"], own: ["0"], p: ["1"], inner }]);
  });

  test("may refer in circles", () => {
    const html = `<div itemscope id="a" itemref="b"></div>
      <div id="b"><div itemscope itemprop="p" itemref="b"><i itemprop="q">1</i></div></div>`;
    expect(microdataNodes(parsed(html))).toEqual([{ "@type": [null], p: [{ "@type": [null], q: ["1"] }] }]);
  });

  test("keep names that mean something to a script", () => {
    const html = '<p itemscope><b itemprop="constructor __proto__ toString">Mug</b></p>';
    expect(microdataNodes(parsed(html)).map((node) => Object.keys(node))).toEqual([
      ["@type", "constructor", "__proto__", "toString"],
    ]);
  });
});

describe("a product's page", () => {
  // biome-ignore format: a table
  test.each<[string, string]>([
    ["on its own",                       scope("Product", mug + offers(price))],
    ["by an older address of its type",  scope("Product", mug + offers(price)).replace("https:", "http:")],
    ["under several types",              scope("Product https://schema.org/Vase", mug + offers(price))],
    ["as the page itself",               `<body itemscope itemtype="http://schema.org/Product">${mug}${offers(price)}</body>`],
    ["as an item page's main entity",    scope("ItemPage", `${scope("Product", mug + offers(price), 'itemprop="mainEntity"')}<b itemprop="name">Page</b>`)],
    ["in a web page",                    scope("WebPage", `<b itemprop="name">Page</b>${scope("Product", mug + offers(price))}`)],
    ["with its offer elsewhere",         `${scope("Product", mug, 'itemref="buy"')}<aside id="buy">${offers(price)}</aside>`],
    ["with an offer that is the element referred to", `${scope("Product", mug, 'itemref="buy"')}<aside id="buy" itemprop="offers" itemscope>${price}</aside>`],
    ["with a range of prices",           scope("Product", mug + scope("AggregateOffer", '<b itemprop="lowPrice">24.00</b><b itemprop="highPrice">31.00</b><meta itemprop="priceCurrency" content="USD">', 'itemprop="offers"'))],
    ["with a price that is specified",   scope("Product", mug + offers(scope("UnitPriceSpecification", price, 'itemprop="priceSpecification"')))],
    ["with reviews and their products",  scope("Product", `${mug}${offers(price)}
      ${scope("AggregateRating", '<b itemprop="ratingValue">4.8</b>', 'itemprop="aggregateRating"')}
      ${scope("Review", scope("Product", `<b itemprop="name">Old Mug</b>${offers('<b itemprop="price">9</b>')}`, 'itemprop="itemReviewed"'), 'itemprop="review"')}`)],
    ["with related ones as its own",     scope("Product", mug + offers(price) + card("1002", 'itemprop="isRelatedTo"') + card("1003", 'itemprop="isSimilarTo"'))],
    ["with related ones inside of it",   `<h1>Fennel &amp; Oak</h1>${scope("Product", mug + offers(price) + card("1002", "", "") + card("1003", "", ""))}`],
    ["with related ones beside it",      card("1002") + scope("Product", mug + offers(price)) + card("1003")],
    ["with related ones of no address",  card("1002", "", "") + scope("Product", mug + offers(price)) + card("1003", "", "")],
    ["with a list of related ones",      scope("Product", mug + offers(price)) + scope("ItemList", card("1002", 'itemprop="itemListElement"'))],
    ["with a trail of breadcrumbs",      scope("BreadcrumbList", scope("ListItem", '<a itemprop="item" href="/mugs"><b itemprop="name">Mugs</b></a>', 'itemprop="itemListElement"')) + scope("Product", mug + offers(price))],
  ])("says its product %s", (_, html) => {
    expect(says("/products/harbor-mug", html)).toEqual({ "Viewed Product": seenMug });
  });

  // biome-ignore format: a table
  test.each<[string, string, number, string]>([
    ["as it is shown",              '<span itemprop="price">1.299,00 €</span><meta itemprop="priceCurrency" content="EUR">',               1299,   "EUR"],
    ["with its sign beside it",     '<b><span itemprop="price">1.299,00</span> <i itemprop="priceCurrency" content="EUR">€</i></b>',       1299,   "EUR"],
    ["as machines read it",         '<span itemprop="price" content="1299.00">1.299,00 €</span><meta itemprop="priceCurrency" content="EUR">', 1299, "EUR"],
    ["in yen",                      '<data itemprop="price" value="12800">¥12,800</data><meta itemprop="priceCurrency" content="JPY">',     12_800, "JPY"],
    ["in yen as it is shown",       '<b itemprop="price">12,800円</b><meta itemprop="priceCurrency" content="JPY">',                        12_800, "JPY"],
    ["with spaces in it",           '<b itemprop="price">1 299,00&nbsp;kr</b><meta itemprop="priceCurrency" content="SEK">',                1299,   "SEK"],
  ])("says a price %s", (_, html, amount, currency) => {
    expect(says("/products/harbor-mug", scope("Product", mug + offers(html)))).toEqual({
      "Viewed Product": { ...seenMug, price: amount, currency },
    });
  });

  test("says the variant that its address names", () => {
    const variant = (id: string, color: string, amount: string) =>
      scope(
        "Product",
        `<meta itemprop="sku" content="MUG-${color}"><b itemprop="name">${color}</b><link itemprop="url" href="/products/harbor-mug?variant=${id}">
        ${offers(`<b itemprop="price">${amount}</b><meta itemprop="priceCurrency" content="USD">`)}`,
        'itemprop="hasVariant"',
      );
    const group = scope(
      "ProductGroup",
      `<h1 itemprop="name">Harbor Mug</h1><meta itemprop="productGroupID" content="1001">
      ${variant("41001", "Oat", "24.00")}${variant("41002", "Sage", "26.00")}`,
    );
    const seen = { product_id: "1001", name: "Harbor Mug", currency: "USD" };
    expect(says("/products/harbor-mug?variant=41002", group)).toEqual({
      "Viewed Product": { ...seen, variant_id: "41002", sku: "MUG-Sage", variant_name: "Sage", price: 26 },
    });
    expect(says("/products/harbor-mug", group)).toEqual({
      "Viewed Product": { ...seen, variant_id: "41001", sku: "MUG-Oat", variant_name: "Oat", price: 24 },
    });
  });

  test("is none where teasers are all there is", () => {
    expect(says("/", card("1002") + card("1003"))).toEqual({});
    expect(says("/", card("1002", "", "") + card("1003", "", ""))).toEqual({});
    expect(says("/", card("1002"))).toEqual({});
  });
});

describe("a collection", () => {
  const seen = { "Viewed Collection": { name: "Bowls", items: [seenBowl("1002"), seenBowl("1003")] } };
  const inList = (id: string) =>
    scope(
      "ListItem",
      `<meta itemprop="position" content="1">${card(id, 'itemprop="item"')}`,
      'itemprop="itemListElement"',
    );
  const name = '<h1 itemprop="name">Bowls</h1>';

  // biome-ignore format: a table
  test.each<[string, string]>([
    ["a list of products",                    scope("ItemList", name + card("1002", 'itemprop="itemListElement"') + card("1003", 'itemprop="itemListElement"'))],
    ["a list with places in it",              scope("ItemList", name + inList("1002") + inList("1003"))],
    ["a collection page with its list",       scope("CollectionPage", name + scope("ItemList", inList("1002") + inList("1003"), 'itemprop="mainEntity"'))],
    ["a collection page beside its list",     scope("CollectionPage", name + scope("ItemList", inList("1002") + inList("1003")))],
    ["a collection page with its products",   `<html itemscope itemtype="https://schema.org/CollectionPage"><body>${name}${card("1002")}${card("1003")}</body></html>`],
  ])("is %s", (_, html) => {
    expect(says("/collections/bowls", html)).toEqual(seen);
  });

  test("is no page of posts", () => {
    expect(
      says("/blog", scope("CollectionPage", name + scope("BlogPosting", '<b itemprop="headline">Clay</b>'))),
    ).toEqual({});
  });
});

test("an order just placed is told with its lines", () => {
  const line = scope(
    "Offer",
    `<b itemprop="price">24.00</b><meta itemprop="priceCurrency" content="USD">
    ${scope("QuantitativeValue", '<b itemprop="value">2</b>', 'itemprop="eligibleQuantity"')}
    ${scope("Product", mug, 'itemprop="itemOffered"')}`,
    'itemprop="acceptedOffer"',
  );
  const order = (date: string) =>
    scope(
      "Order",
      `<b itemprop="orderNumber">5001</b><time itemprop="orderDate" datetime="${date}">today</time>
      <data itemprop="price" value="62.50">$62.50</data><meta itemprop="priceCurrency" content="USD">${line}`,
    );
  const { price: _, currency: __, ...product } = seenMug;
  expect(says("/thank-you/5001", order("2026-11-24T09:29:41Z"))).toEqual({
    "Placed Order": {
      id: "5001",
      total_price: 62.5,
      currency: "USD",
      items: [{ ...product, price: 24, quantity: 2 }],
    },
  });
  expect(says("/account/orders/5001", order("2026-11-17"))).toEqual({});
});
