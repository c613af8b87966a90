/** A small shop on WooCommerce: its pages from the fixtures, its cart by AJAX, Store API, forms and links. */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type Request, type Response } from "express";
import { fixture } from "../fixture.ts";

export interface WooOptions {
  theme: "storefront" | "blocks";
  /** After an addition the shop goes to the cart. */
  redirect: boolean;
  /** Lists add without a reload. */
  ajax: boolean;
  /** Variation that is chosen by default. */
  preselects: boolean;
  currency: string;
  minorUnit: number;
  lang: string;
  /** Script of the blocks' buttons. */
  button: string;
  /** No rewritten addresses: the REST API stands in a parameter. */
  plain: boolean;
  /** The REST API is closed, as some security plugins have it. */
  closed: boolean;
  /** Units of a product that can be bought; as many as are wanted where it is not named. */
  stock: Record<number, number>;
  /** How long the shop takes to answer that it has added, ms. Infinity: it never does. */
  slowness: number;
  csp?: string;
  /** HTML at the end of the head. */
  head: string;
  /** HTML after the content. */
  foot: string;
}

export interface WooShop {
  origin: string;
  options: WooOptions;
  /** Requests of the Store API and of AJAX, as `METHOD path`. */
  requests: string[];
  /** What is in all carts, as `id×quantity`. */
  carts(): string[];
  close(): void;
}

interface Product {
  name: string;
  sku: string;
  price: number;
  /** Choices that make it a variation, in the shop's words. */
  variation?: Record<string, string>;
  /** A request for it fails. */
  soldOut?: boolean;
}

// biome-ignore format: a table
const CATALOG: Record<number, Product> = {
  101: { name: "Harbor Mug",               sku: "MUG-SAGE",     price: 24 },
  102: { name: "Orchard Bowl",             sku: "BOWL-OAK",     price: 38.5 },
  103: { name: "Linen Napkin",             sku: "",             price: 12 },
  105: { name: "Ember Candle",             sku: "",             price: 18, soldOut: true },
  211: { name: "Fjord Throw &#8211; Wool", sku: "THROW-SAGE",   price: 89, variation: { Color: "Sage" } },
  212: { name: "Fjord Throw &#8211; Wool", sku: "THROW-SLATE",  price: 99, variation: { Color: "Slate" } },
  401: { name: "Eichentisch",              sku: "TISCH-EICHE",  price: 1299 },
  501: { name: "湯のみ",                    sku: "YUNOMI-1",     price: 3400 },
  601: { name: "دلة",                       sku: "DALLAH-1",     price: 1.25 },
  602: { name: "دلة",                       sku: "DALLAH-2",     price: 25_000 },
};

const PAGE = "page-template-default page page-id-10 woocommerce-page";
const RECEIVED = `${PAGE} woocommerce-checkout woocommerce-order-received`;
const product = (id: number) =>
  `product-template-default single single-product postid-${id} woocommerce woocommerce-page`;
const term = (slug: string, id: number) =>
  `archive tax-product_cat term-${slug} term-${id} woocommerce woocommerce-page`;

/** Path → content, body classes, title. */
// biome-ignore format: a table
const PAGES: Record<string, readonly [content: string, classes: string, title: string]> = {
  "/":                                  ["page",         "home page-template-default page page-id-9",      "Home"],
  "/product/harbor-mug/":               ["simple",       product(101),                                     "Harbor Mug"],
  "/product/linen-napkin/":             ["no-sku",       product(103),                                     "Linen Napkin"],
  "/product/fjord-throw/":              ["variable",     product(201),                                     "Fjord Throw"],
  "/product/table-for-two/":            ["grouped",      product(301),                                     "Table for Two"],
  "/produkt/eichentisch/":              ["simple-de",    product(401),                                     "Eichentisch"],
  "/product-category/tableware/":       ["category",     term("tableware", 21),                            "Tableware"],
  "/produkt-kategorie/tische/":         ["category-de",  term("tische", 31),                               "Tische"],
  "/product-category/utsuwa/":          ["category-jp",  term("utsuwa", 41),                               "器"],
  "/product-category/dallah/":         ["category-kw",  term("dallah", 51),                               "دلال"],
  "/product-category/dallah-iq/":      ["category-iq",  term("dallah", 52),                               "دلال"],
  "/shop/":                             ["category",     "archive post-type-archive post-type-archive-product woocommerce-shop woocommerce woocommerce-page", "Shop"],
  "/search/":                           ["category",     "search search-results post-type-archive post-type-archive-product woocommerce-shop woocommerce woocommerce-page", "Search results: mug"],
  "/page/2/":                           ["category",     "search search-results paged search-paged-2 post-type-archive post-type-archive-product woocommerce-shop woocommerce woocommerce-page", "Search results: mug"],
  "/cart/":                             ["page",         `${PAGE} woocommerce-cart`,                       "Cart"],
  "/checkout/":                         ["checkout",     `${PAGE} woocommerce-checkout`,                   "Checkout"],
  "/checkout/order-pay/1235/":          ["page",         `${PAGE} woocommerce-checkout woocommerce-order-pay`, "Pay for order"],
  "/checkout/order-received/1234/":     ["order",        RECEIVED,                                         "Order received"],
  "/checkout/order-received/1235/":     ["order-failed", RECEIVED,                                         "Order received"],
  "/checkout/order-received/1236/":     ["order",        RECEIVED,                                         "Order received"],
  "/kasse/bestellung-erhalten/1237/":   ["order-de",     RECEIVED,                                         "Bestellung erhalten"],
  "/checkout/order-received/1239/":     ["order-kw",     RECEIVED,                                         "تم استلام الطلب"],
  "/checkout/order-received/1238/":     ["verify",       RECEIVED,                                         "Order received"],
  "/my-account/view-order/1234/":       ["order",        `${PAGE} woocommerce-account woocommerce-view-order`, "Order #1234"],
};

const SCRIPTS: Record<string, string> = {
  "/wp-includes/js/jquery/jquery.min.js": "jquery.js",
  "/wp-content/plugins/woocommerce/assets/js/frontend/add-to-cart.min.js": "add-to-cart.js",
  "/wp-content/plugins/woocommerce/assets/js/frontend/add-to-cart-variation.min.js": "add-to-cart-variation.js",
};

const SESSION = "wp_woocommerce_session_5f2d1c";
const read = (file: string): string => readFileSync(fixture(`woocommerce/${file}`), "utf8");

export async function openWooShop(options: Partial<WooOptions> & Pick<WooOptions, "theme">): Promise<WooShop> {
  const carts = new Map<string, Map<number, number>>();
  const cartOf = ({ headers }: Request): Map<number, number> => {
    const session = new RegExp(`${SESSION}=([\\w-]+)`).exec(headers.cookie ?? "")?.[1] ?? "";
    const cart = carts.get(session) ?? new Map<number, number>();
    if (session) carts.set(session, cart);
    return cart;
  };
  /** Puts it in, unless it is not to be had. */
  const put = (cart: Map<number, number>, id: number, quantity: number): boolean => {
    const wanted = CATALOG[id];
    const most = shop.options.stock[id] ?? 99;
    if (!wanted || wanted.soldOut || (cart.get(id) ?? 0) + quantity > most) return false;
    cart.set(id, (cart.get(id) ?? 0) + quantity);
    return true;
  };

  const html = (request: Request, response: Response, notices = ""): void => {
    const { query } = request;
    // The merchant may have named the endpoint anew.
    const order = query["order-received"] ?? query.danke;
    const path = order ? `/checkout/order-received/${order}/` : request.path;
    const page = PAGES[path === "/" && query.s ? "/search/" : path];
    if (!page) return void response.status(404).end();
    const { theme, lang, currency, button, redirect, ajax, preselects, plain, csp, head, foot } = shop.options;
    const [content, classes, title] = page;
    const values: Record<string, string> = {
      lang,
      title,
      class: classes,
      head,
      currency,
      button,
      notices,
      origin: shop.origin,
      api: `${shop.origin}/${plain ? "?rest_route=/" : "wp-json/"}`,
      redirect: redirect ? "yes" : "no",
      ajax: ajax ? "ajax_add_to_cart" : "",
      selected: preselects ? "selected" : "",
    };
    const text = read(`${theme}.html`)
      .replace("{{content}}", () => read(`${theme}-${content}.html`) + foot)
      .replace(/{{(\w+)}}/g, (_, name: string) => values[name] ?? "");
    if (csp) response.set("Content-Security-Policy", csp);
    response.set("Cache-Control", "no-store").type("html").send(text);
  };

  const notice = (kind: "message" | "error", text: string): string => {
    if (shop.options.theme === "storefront")
      return kind === "error"
        ? `<ul class="woocommerce-error" role="alert"><li>${text}</li></ul>`
        : `<div class="woocommerce-message" role="alert">${text} <a href="/cart/" class="button wc-forward">View cart</a></div>`;
    const state = kind === "error" ? "is-error" : "is-success";
    return `<div class="wc-block-components-notice-banner ${state}" role="alert"><div class="wc-block-components-notice-banner__content">${text}</div></div>`;
  };

  /** A form or a link that adds: the page is shown again, or the cart. */
  const addByPage = (request: Request, response: Response, fields: Record<string, string>): void => {
    const cart = cartOf(request);
    const wanted = Object.entries(fields).flatMap(([name, value]) => {
      const id = /^quantity\[(\d+)\]$/.exec(name)?.[1];
      return id && Number(value) > 0 ? [[Number(id), Number(value)] as const] : [];
    });
    const own = Number(fields.variation_id) || Number(fields["add-to-cart"]);
    if (own !== 301) wanted.push([own, Number(fields.quantity ?? 1)]);
    const [good, bad] = [true, false].map((isGood) =>
      wanted.filter(([id]) => !CATALOG[id]?.soldOut === isGood).map(([id]) => CATALOG[id]?.name),
    );
    for (const [id, quantity] of wanted) put(cart, id, quantity);
    if (good?.length && !bad?.length && shop.options.redirect) return void response.redirect("/cart/");
    html(
      request,
      response,
      (good?.length ? notice("message", `&ldquo;${good}&rdquo; has been added to your cart.`) : "") +
        (bad?.length
          ? notice("error", `You cannot add &quot;${bad}&quot; to the cart because it is out of stock.`)
          : ""),
    );
  };

  const itemOf = ([id, quantity]: [number, number]) => {
    const { name = "", sku = "", price = 0, variation = {} } = CATALOG[id] ?? {};
    const { currency, minorUnit } = shop.options;
    const money = { currency_code: currency, currency_minor_unit: minorUnit };
    return {
      key: `key${id}`,
      id,
      type: Object.keys(variation).length ? "variation" : "simple",
      quantity,
      name,
      sku,
      variation: Object.entries(variation).map(([attribute, value]) => ({
        raw_attribute: `attribute_pa_${attribute.toLowerCase()}`,
        attribute,
        value,
      })),
      prices: { price: String(Math.round(price * 10 ** minorUnit)), ...money },
      totals: { line_subtotal: String(Math.round(price * quantity * 10 ** minorUnit)), ...money },
    };
  };
  const cartSaid = (cart: Map<number, number>) => ({
    items: [...cart].map(itemOf),
    items_count: [...cart.values()].reduce((all, one) => all + one, 0),
    errors: [],
  });
  const storeApi = (cart: Map<number, number>, path: string, body: Record<string, unknown>) => {
    const { id, quantity = 1 } = body as { id: number; quantity?: number };
    if (path.endsWith("update-item")) cart.set(id, quantity);
    else if (!put(cart, id, quantity)) {
      const code = "woocommerce_rest_product_out_of_stock";
      return { status: 400, body: { code, message: "You cannot add that to the cart.", data: { status: 400 } } };
    }
    return { status: path.endsWith("update-item") ? 200 : 201, body: cartSaid(cart), headers: {} };
  };

  const app = express();
  app.use((request, response, next) => {
    const isPage = !/wc-ajax|wp-json|rest_route/.test(request.url);
    if (isPage && !request.headers.cookie?.includes(SESSION)) {
      const session = randomUUID();
      response.cookie(SESSION, session);
      request.headers.cookie = `${SESSION}=${session}`;
    }
    const rest = /^\/wc\//.test(String(request.query.rest_route)) && String(request.query.rest_route);
    if (rest) request.url = `/wp-json${rest}`;
    if (/wc-ajax|wp-json/.test(request.url)) shop.requests.push(`${request.method} ${request.url}`);
    next();
  });
  app.get("/wp-content/plugins/woocommerce/assets/client/blocks/woocommerce/:script", (request, response) => {
    response.type("js").send(read(request.params.script));
  });
  for (const [path, file] of Object.entries(SCRIPTS))
    app.get(path, (_request, response) => void response.type("js").send(read(file)));
  app.use("/wp-json", (_request, response, next) => {
    if (shop.options.closed) response.status(401).json({ code: "rest_not_logged_in", message: "Closed.", data: {} });
    else next();
  });
  app.get("/wp-json/wc/store/v1/cart", (request, response) => void response.json(cartSaid(cartOf(request))));
  app.post("/wp-json/wc/store/v1/batch", express.json(), async (request, response) => {
    const { requests } = request.body as { requests: { path: string; body: Record<string, unknown> }[] };
    const cart = cartOf(request);
    const responses = requests.map(({ path, body }) => storeApi(cart, path, body));
    await slowly(shop.options);
    response.status(207).json({ responses });
  });
  app.post(/^\/wp-json\/wc\/store\/v1\/cart\/\w+-item$/, express.json(), async (request, response) => {
    // A session of its own is not the shopper's.
    const cart = request.headers["cart-token"] ? new Map<number, number>() : cartOf(request);
    const { status, body } = storeApi(cart, request.path, request.body);
    await slowly(shop.options);
    response.status(status).json(body);
  });
  app.post("/", express.urlencoded(), async (request, response, next) => {
    if (request.query["wc-ajax"] !== "add_to_cart") return next();
    const { product_id, quantity = "1" } = request.body as Record<string, string>;
    const isGood = put(cartOf(request), Number(product_id), Number(quantity));
    await slowly(shop.options);
    response.json(
      isGood
        ? { fragments: { "div.widget_shopping_cart_content": "<div></div>" }, cart_hash: "0f6c1a" }
        : { error: true, product_url: "/product/harbor-mug/" },
    );
  });
  app.post("/{*path}", express.text({ type: () => true }), (request, response) => {
    const parts = String(request.body).matchAll(/name="([^"]+)"\r\n\r\n([^\r]*)/g);
    addByPage(request, response, Object.fromEntries([...parts].map(([, name, value]) => [name, value])));
  });
  app.get("/{*path}", (request, response) => {
    if (request.query["add-to-cart"]) addByPage(request, response, request.query as Record<string, string>);
    else html(request, response);
  });

  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const shop: WooShop = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    options: {
      redirect: false,
      ajax: true,
      preselects: false,
      currency: "USD",
      minorUnit: 2,
      lang: "en-US",
      button: "product-button",
      plain: false,
      closed: false,
      stock: {},
      slowness: 0,
      head: "",
      foot: "",
      ...options,
    },
    requests: [],
    carts: () => [...carts.values()].flatMap((cart) => [...cart].map(([id, quantity]) => `${id}×${quantity}`)),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return shop;
}

const slowly = ({ slowness }: WooOptions): Promise<unknown> =>
  new Promise((resolve) => slowness < Infinity && setTimeout(resolve, slowness));
