// @vitest-environment jsdom

import { describe, expect, test } from "vitest";
import { jsonLdNodes } from "#tag/json-ld";
import { shaped } from "#tag/shape";
import { structured } from "#tag/structured";

const SHOP = "https://www.fennelandoak.example";
const NOW = Date.UTC(2026, 10, 24, 9, 30);

/** What a page at this path says in these blocks of JSON-LD. */
const says = (path: string, ...blocks: (object | string)[]): unknown => {
  const scripts = blocks.map((block) => (typeof block === "string" ? block : JSON.stringify(block)));
  const html = scripts.map((text) => `<script type="application/ld+json">${text}</script>`).join("\n");
  const document = new DOMParser().parseFromString(`<!doctype html><head>${html}</head>`, "text/html");
  return shaped(structured(jsonLdNodes(document), document, new URL(SHOP + path), NOW));
};

const offer = (price: unknown, more: object = {}) => ({ "@type": "Offer", price, priceCurrency: "USD", ...more });
const mug = {
  "@context": "https://schema.org",
  "@type": "Product",
  productID: "1001",
  sku: "MUG-SAGE-L",
  name: "Harbor Mug",
  brand: { "@type": "Brand", name: "Fennel & Oak" },
  category: "Tableware",
  offers: offer("24.00"),
};
const seenMug = {
  product_id: "1001",
  sku: "MUG-SAGE-L",
  name: "Harbor Mug",
  vendor: "Fennel & Oak",
  category: "Tableware",
  price: 24,
  currency: "USD",
};
const bowl = { "@type": "Product", productID: "1002", name: "Orchard Bowl", url: `${SHOP}/products/orchard-bowl` };
const crumbs = {
  "@context": "https://schema.org",
  "@type": "BreadcrumbList",
  itemListElement: [
    { "@type": "ListItem", position: 1, name: "At the table", item: `${SHOP}/collections/at-the-table` },
    { "@type": "ListItem", position: 2, name: "Harbor Mug" },
  ],
};
const teasers = {
  "@context": "https://schema.org",
  "@type": "ItemList",
  name: "You may also like",
  itemListElement: ["1002", "1003"].map((productID, index) => ({
    "@type": "ListItem",
    position: index + 1,
    item: { "@type": "Product", productID, name: `Bowl ${productID}`, offers: offer(38.5) },
  })),
};

describe("a product's page", () => {
  test("says its product", () => {
    expect(says("/products/harbor-mug", mug)).toEqual({ "Viewed Product": seenMug });
  });

  // biome-ignore format: a table
  test.each<[string, object | object[]]>([
    ["in a list of nodes",              [crumbs, mug]],
    ["in a graph",                      { "@context": "https://schema.org", "@graph": [{ "@type": "WebSite", name: "Fennel & Oak" }, crumbs, mug] }],
    ["as an item page's main entity",   { "@type": "ItemPage", name: "Harbor Mug – Fennel & Oak", mainEntity: mug }],
    ["under several types",             { ...mug, "@type": ["Product", "Vase"] }],
    ["under a type's full address",     { ...mug, "@type": "http://schema.org/Product" }],
  ])("says it %s", (_, block) => {
    expect(says("/products/harbor-mug", block)).toEqual({ "Viewed Product": seenMug });
  });

  test("is no collection page for the recommendations and breadcrumbs on it", () => {
    expect(says("/products/harbor-mug", teasers, crumbs, mug)).toEqual({ "Viewed Product": seenMug });
  });

  test("may describe its product twice, as review widgets do", () => {
    const reviewed = {
      "@type": "Product",
      name: "Harbor Mug",
      aggregateRating: { "@type": "AggregateRating", ratingValue: 4.8 },
    };
    expect(says("/products/harbor-mug", reviewed, mug)).toEqual({ "Viewed Product": seenMug });
  });

  test("is told from its neighbours by its address", () => {
    const here = { ...mug, url: "/products/harbor-mug" };
    expect(says("/products/harbor-mug?utm_source=pinterest", bowl, here)).toEqual({ "Viewed Product": seenMug });
  });

  test.each<[string, string, (object | string)[]]>([
    [
      "in the address of a collection",
      "/collections/mugs/products/harbor-mug",
      [{ ...mug, url: "/products/harbor-mug" }, bowl],
    ],
    [
      "beside a review widget's of no name",
      "/products/harbor-mug",
      [mug, { "@type": "Product", "@id": "#p", aggregateRating: { ratingValue: 4.8 } }],
    ],
    [
      "described twice, once escaped for HTML",
      "/products/harbor-mug",
      [{ "@type": "Product", name: "Harbor&nbsp;mug" }, mug],
    ],
    [
      "referred to by other nodes",
      "/products/harbor-mug",
      [
        {
          "@graph": [
            { ...mug, brand: { "@id": "#b" }, offers: { "@id": "#o" } },
            { "@id": "#b", "@type": "Brand", name: "Fennel & Oak" },
            { "@id": "#o", ...mug.offers },
          ],
        },
      ],
    ],
    [
      "as templates break it",
      "/products/harbor-mug",
      [
        `//<![CDATA[
      ${JSON.stringify({ ...mug, description: "@" })
        .replace("@", "two\nlines")
        .replace(/}$/, ",}")}
      //]]>`,
      ],
    ],
  ])("is seen %s", (_, path, blocks) => {
    expect(says(path, ...blocks)).toEqual({ "Viewed Product": seenMug });
  });

  test.each<[string, object, object]>([
    ["a brand that is only referred to", { brand: { "@id": "#nobody" } }, { vendor: undefined }],
    ["a brand without a name", { brand: { "@type": "Brand", name: null } }, { vendor: undefined }],
    ["brands in a list", { brand: ["Fennel & Oak", "Oak"] }, {}],
    ["categories in a list", { category: ["Tableware", "Mugs"] }, {}],
    ["a name with its language", { name: { "@value": "Harbor Mug", "@language": "en" } }, {}],
    ["several SKUs", { sku: ["MUG-SAGE-L", "MUG-SAGE-S"] }, {}],
    ["no SKU", { sku: false }, { sku: undefined }],
    ["an ID with its kind", { productID: { "@type": "PropertyValue", propertyID: "id", value: "1001" } }, {}],
    ["a currency's sign", { offers: { ...mug.offers, priceCurrency: "$" } }, { currency: undefined }],
    ["a price below zero", { offers: offer(-1) }, { price: undefined }],
  ])("with %s says what the relay takes", (_, change, differs) => {
    const expected = JSON.parse(JSON.stringify({ ...seenMug, ...differs }));
    expect(says("/products/harbor-mug", { ...mug, ...change })).toEqual({ "Viewed Product": expected });
  });

  test("keeps what it says of itself where something else has its @id", () => {
    const id = `${SHOP}/products/harbor-mug`;
    const page = { "@type": "WebPage", "@id": id, name: "Harbor Mug", url: id };
    expect(
      says("/products/harbor-mug", { "@graph": [page, { ...mug, offers: { ...mug.offers, "@id": id } }] }),
    ).toEqual({
      "Viewed Product": seenMug,
    });
  });

  test("is seen where the page's one address is another, and names it", () => {
    const html = (canonical: string) => `<link rel="canonical" href="${canonical}">
      <script type="application/ld+json">${JSON.stringify({ ...mug, url: "/harbor-mug" })}</script>`;
    const seenAt = (canonical: string) => {
      const document = new DOMParser().parseFromString(html(canonical), "text/html");
      return shaped(structured(jsonLdNodes(document), document, new URL(`${SHOP}/p/12345`), NOW));
    };
    expect(seenAt("/harbor-mug")).toEqual({ "Viewed Product": seenMug });
    expect(seenAt("http://[")).toEqual({});
  });

  test("of a teaser that names the shop's own address is not viewed", () => {
    expect(says("/collections/mugs", { ...mug, url: `${SHOP}/` }, { ...bowl, url: `${SHOP}/` })).toEqual({});
  });

  test("elsewhere is not viewed here, though it stands alone", () => {
    expect(says("/", { ...mug, url: "/products/harbor-mug" })).toEqual({});
    expect(says("/cart", { ...mug, offers: offer(24, { url: `${SHOP}/products/harbor-mug` }) })).toEqual({});
  });

  // biome-ignore format: a table
  test.each<[page: string, product: string, isSeen: boolean]>([
    ["/products/harbor-mug",                   "/products/harbor-mug",        true],
    ["/collections/mugs/products/harbor-mug",  "/products/harbor-mug",        true],
    ["/en/harbor-mug.html?utm_source=pin",     "/harbor-mug",                 true],
    ["/harbor-mug/",                           "/de/p/harbor-mug.html",       true],
    ["/harbor-mug/p",                          "/harbor-mug/p?skuId=7",       true],
    ["/shop/product.php",                      "/product",                    true],
    ["/products/caf%C3%A9",                    "/products/café",              true],
    ["/orchard-bowl/p",                        "/harbor-mug/p",               false],
    ["/harbor-mug/reviews",                    "/harbor-mug",                 false],
    ["/mugs/harbor-mug",                       "/mugs",                       false],
    ["/",                                      "/",                           false],
  ])("at %s has the product of %s: %s", (page, url, isSeen) => {
    expect(says(page, { ...mug, url })).toEqual(isSeen ? { "Viewed Product": seenMug } : {});
  });

  test("of several products without an address has the one that is its heading", () => {
    const blocks = [{ "@type": "Product", name: "Orchard Bowl", offers: offer(38.5) }, mug];
    const seenUnder = (heading: string) => {
      const scripts = blocks.map((one) => `<script type="application/ld+json">${JSON.stringify(one)}</script>`);
      const document = new DOMParser().parseFromString(`${scripts.join("")}<h1>${heading}</h1>`, "text/html");
      return shaped(structured(jsonLdNodes(document), document, new URL(`${SHOP}/p/12345`), NOW));
    };
    expect(seenUnder("Harbor <em>Mug</em>")).toEqual({ "Viewed Product": seenMug });
    expect(seenUnder("Everything for the table")).toEqual({});
  });

  test("is none where several products stand on it and none has its address", () => {
    expect(says("/", bowl, { ...mug, url: `${SHOP}/products/harbor-mug` })).toEqual({});
  });

  test("leaves out the ids that its product does not have", () => {
    const { productID: _, ...nameless } = mug;
    expect(says("/products/harbor-mug", nameless)).toEqual({
      "Viewed Product": {
        sku: "MUG-SAGE-L",
        name: "Harbor Mug",
        vendor: "Fennel & Oak",
        category: "Tableware",
        price: 24,
        currency: "USD",
      },
    });
  });
});

describe("a price", () => {
  // biome-ignore format: a table
  test.each<[string, unknown, number | undefined]>([
    ["a number",                   offer(24),                                                                             24],
    ["text",                       offer("1,299.00"),                                                                     1299],
    ["the first of several",       [offer("24.00"), offer("28.00")],                                                      24],
    ["an aggregate's lowest",      { "@type": "AggregateOffer", lowPrice: "24.00", highPrice: "31.00", priceCurrency: "USD" }, 24],
    ["a specification",            { "@type": "Offer", priceSpecification: { "@type": "UnitPriceSpecification", price: "24.00", priceCurrency: "USD" } }, 24],
    ["not the one struck through", { "@type": "Offer", priceSpecification: [
      { "@type": "UnitPriceSpecification", priceType: "https://schema.org/ListPrice", price: "30.00", priceCurrency: "USD" },
      { "@type": "UnitPriceSpecification", price: "24.00", priceCurrency: "USD" },
    ] }, 24],
    ["a sale's, not the list's",   { "@type": "Offer", price: "", priceSpecification: [
      { "@type": "UnitPriceSpecification", priceType: "https://schema.org/ListPrice", price: "30.00", priceCurrency: "USD" },
      { "@type": "UnitPriceSpecification", priceType: "https://schema.org/SalePrice", price: "24.00", priceCurrency: "USD" },
    ] }, 24],
    ["of the first in stock",      [offer("28.00", { availability: "https://schema.org/OutOfStock" }), offer("24.00", { availability: "https://schema.org/InStock" })], 24],
    ["free",                       offer(0),                                                                              0],
    ["none",                       undefined,                                                                             undefined],
  ])("%s", (_, offers, price) => {
    expect(says("/products/harbor-mug", { ...mug, offers })).toMatchObject({
      "Viewed Product": price === undefined ? { name: "Harbor Mug" } : { price, currency: "USD" },
    });
  });
});

describe("a product with variants", () => {
  const variant = (id: string, color: string, price: string) => ({
    "@type": "Product",
    name: `Harbor Mug - ${color}`,
    sku: `MUG-${color.toUpperCase()}`,
    offers: offer(price, { url: `${SHOP}/products/harbor-mug?variant=${id}` }),
  });
  const group = {
    "@context": "http://schema.org/",
    "@type": "ProductGroup",
    productGroupID: "1001",
    name: "Harbor Mug",
    url: `${SHOP}/products/harbor-mug`,
    hasVariant: [variant("41001", "Oat", "24.00"), variant("41002", "Sage", "26.00")],
  };
  const seen = (variant_id: string, color: string, price: number) => ({
    "Viewed Product": {
      product_id: "1001",
      variant_id,
      sku: `MUG-${color.toUpperCase()}`,
      name: "Harbor Mug",
      variant_name: `Harbor Mug - ${color}`,
      price,
      currency: "USD",
    },
  });

  // biome-ignore format: a table
  test.each([
    ["the address names",              "/products/harbor-mug?variant=41002",                "41002", "Sage", 26],
    ["the address names, among more",  "/products/harbor-mug?utm_source=pin&variant=41002", "41002", "Sage", 26],
    ["comes first, if it names none",  "/products/harbor-mug",                              "41001", "Oat",  24],
  ])("shows the one that %s", (_, path, id, color, price) => {
    expect(says(path, group)).toEqual(seen(id, color, price));
  });

  test("shows the first that can be bought", () => {
    const [oat, sage] = group.hasVariant;
    const offers = { ...oat?.offers, availability: "https://schema.org/OutOfStock" };
    expect(says("/products/harbor-mug", { ...group, hasVariant: [{ ...oat, offers }, sage] })).toEqual(
      seen("41002", "Sage", 26),
    );
  });

  test("may have its variants beside it, each naming it", () => {
    const { hasVariant, ...alone } = group;
    const parts = hasVariant.map((one) => ({ ...one, isVariantOf: { "@id": "#mug" } }));
    for (const blocks of [
      [{ "@id": "#mug", ...alone }, ...parts],
      [...parts, { "@id": "#mug", ...alone }],
    ])
      expect(says("/products/harbor-mug?variant=41002", blocks)).toEqual(seen("41002", "Sage", 26));
  });

  test("may name its variants by reference", () => {
    const nodes = group.hasVariant.map((one, index) => ({
      "@id": `#v${index}`,
      ...one,
      isVariantOf: { "@id": "#mug" },
    }));
    const told = { "@id": "#mug", ...group, hasVariant: [{ "@id": "#v0" }, { "@id": "#v1" }] };
    expect(says("/products/harbor-mug?variant=41002", { "@graph": [told, ...nodes] })).toEqual(
      seen("41002", "Sage", 26),
    );
  });

  test("takes the variant's own product ID for the variant's", () => {
    const named = { ...group, hasVariant: [{ ...group.hasVariant[0], productID: "SAGE-7" }] };
    expect(says("/products/harbor-mug", named)).toMatchObject({
      "Viewed Product": { product_id: "1001", variant_id: "SAGE-7" },
    });
  });

  test("may have its variants among its offers", () => {
    const offers = [
      offer("24.00", { sku: "MUG-OAT", url: `${SHOP}/products/harbor-mug?variant=41001` }),
      offer("26.00", { sku: "MUG-SAGE", url: `${SHOP}/products/harbor-mug?variant=41002` }),
    ];
    const { sku: _, ...product } = mug;
    for (const told of [offers, { "@type": "AggregateOffer", lowPrice: 24, priceCurrency: "USD", offers }])
      expect(says("/products/harbor-mug?variant=41002", { ...product, offers: told })).toMatchObject({
        "Viewed Product": { product_id: "1001", variant_id: "41002", sku: "MUG-SAGE", price: 26, currency: "USD" },
      });
  });

  test("may have pages of its own for them", () => {
    const page = { ...mug, inProductGroupWithID: "1001", productID: "41002" };
    expect(says("/products/harbor-mug-sage", page)).toMatchObject({
      "Viewed Product": { product_id: "1001", variant_id: "41002" },
    });
  });
});

describe("a collection", () => {
  const entries = teasers.itemListElement;
  const items = [
    { product_id: "1002", name: "Bowl 1002", price: 38.5, currency: "USD" },
    { product_id: "1003", name: "Bowl 1003", price: 38.5, currency: "USD" },
  ];

  test("is a list of products", () => {
    expect(says("/collections/bowls", teasers, crumbs)).toEqual({
      "Viewed Collection": { name: "You may also like", items },
    });
  });

  test("is a collection page with its list", () => {
    const page = {
      "@type": "CollectionPage",
      name: "Bowls",
      mainEntity: { "@type": "ItemList", itemListElement: entries },
    };
    expect(says("/collections/bowls", page)).toEqual({ "Viewed Collection": { name: "Bowls", items } });
  });

  test("may list addresses only, on a page that says what it is", () => {
    const list = {
      "@type": "ItemList",
      itemListElement: [{ "@type": "ListItem", position: 1, url: `${SHOP}/products/harbor-mug` }],
    };
    const page = { "@type": "CollectionPage", name: "Mugs" };
    for (const blocks of [
      [{ ...page, mainEntity: list }],
      [page, list],
      [
        { ...page, mainEntity: { "@id": "#list" } },
        { "@id": "#list", ...list },
      ],
    ])
      expect(says("/collections/mugs", ...blocks)).toEqual({ "Viewed Collection": { name: "Mugs", items: [] } });
    expect(says("/collections/mugs", list)).toEqual({});
  });

  test("may be a page that says so, with its products beside it", () => {
    const page = { "@type": "CollectionPage", name: "Bowls" };
    const products = entries.map(({ item }) => item);
    expect(says("/collections/bowls", { "@graph": [page, ...products] })).toEqual({
      "Viewed Collection": { name: "Bowls", items },
    });
    expect(says("/blog", page)).toEqual({});
  });

  test("is not what the page is about where one product alone is featured on it", () => {
    const page = {
      "@type": "CollectionPage",
      name: "Bowls",
      mainEntity: { "@type": "ItemList", itemListElement: entries },
    };
    expect(says("/collections/bowls", page, { ...mug, url: `${SHOP}/products/harbor-mug` })).toEqual({
      "Viewed Collection": { name: "Bowls", items },
    });
  });

  test("is told with twenty of its products", () => {
    const many = Array.from({ length: 48 }, () => entries[0]);
    const told = says("/collections/bowls", { ...teasers, itemListElement: many });
    expect(told).toMatchObject({
      "Viewed Collection": { items: expect.toSatisfy((all: unknown[]) => all.length === 20) },
    });
  });

  test("is neither a menu nor a trail of breadcrumbs", () => {
    const menu = {
      "@type": "ItemList",
      itemListElement: [{ "@type": "SiteNavigationElement", name: "Mugs", url: SHOP }],
    };
    expect(says("/", menu, crumbs)).toEqual({});
  });
});

describe("an order", () => {
  const order = {
    "@context": "https://schema.org",
    "@type": "Order",
    orderNumber: "5001",
    orderDate: "2026-11-24T09:29:41Z",
    price: "62.50",
    priceCurrency: "USD",
    discount: "4.00",
    acceptedOffer: [
      {
        "@type": "Offer",
        price: "24.00",
        priceCurrency: "USD",
        eligibleQuantity: { "@type": "QuantitativeValue", value: 2 },
        itemOffered: { "@type": "Product", productID: "1001", sku: "MUG-SAGE-L", name: "Harbor Mug" },
      },
    ],
  };
  const line = { product_id: "1001", sku: "MUG-SAGE-L", name: "Harbor Mug", price: 24, quantity: 2 };

  test("just placed is told with its lines", () => {
    expect(says("/thank-you/5001", order, teasers)).toMatchObject({
      "Placed Order": { id: "5001", total_price: 62.5, total_discount: 4, currency: "USD", items: [line] },
    });
  });

  test("may name its lines as order items", () => {
    const { acceptedOffer: _, ...rest } = order;
    const { itemOffered } = order.acceptedOffer[0] ?? {};
    const orderedItem = {
      "@type": "OrderItem",
      orderQuantity: 2,
      orderedItem: { ...itemOffered, offers: offer("24.00") },
    };
    expect(says("/thank-you/5001", { ...rest, orderedItem })).toMatchObject({ "Placed Order": { items: [line] } });
  });

  test("looked up a week later is no order placed", () => {
    expect(says("/account/orders/5001", { ...order, orderDate: "2026-11-17" })).toEqual({});
  });

  test("without a date may be any of the past", () => {
    const { orderDate: _, ...undated } = order;
    expect(says("/account", undated)).toEqual({});
  });

  test("in a list of past orders is none either", () => {
    expect(says("/account/orders", order, { ...order, orderNumber: "4990" })).toEqual({});
  });
});

test("a block that is no JSON spoils no other", () => {
  expect(says("/products/harbor-mug", '{"@type": "Product", }', "null", '["text", 7, null]', '"text"', mug)).toEqual({
    "Viewed Product": seenMug,
  });
});
