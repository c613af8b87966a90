/** A shop as Shopify's Online Store serves it: themes of three ages, and the Cart API with its replies and refusals. */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type Response as Answer, type Request } from "express";
import { fixture } from "../fixture.ts";

interface Variant {
  id: number;
  title: string;
  name: string;
  public_title: string | null;
  sku: string;
  price: number;
}

interface Product {
  id: number;
  title: string;
  handle: string;
  vendor: string;
  type: string;
  featured_image: string;
  variants: Variant[];
}

interface Line {
  variant: Variant;
  product: Product;
  quantity: number;
}

type Theme = "dawn" | "horizon" | "vintage";

export interface ShopifyShop {
  origin: string;
  theme: Theme;
  currency: string;
  /** What a script tag is pasted as: into the head, or at the end of the body. */
  tag: string;
  isAtEnd: boolean;
  /** What the theme's maker has added to the head. */
  head: string;
  /** Whether Shopify's analytics data lists a collection's products. */
  isListed: boolean;
  /** Whether Shopify's analytics data is there at all. */
  hasMeta: boolean;
  /** Units that can still be bought of a variant. */
  stock: Record<number, number>;
  /** What an automatic discount takes off each unit, in hundredths. */
  discount: number;
  /** How long an answer to an add takes, which is in the cart before. Infinity: there is none. */
  replyAfterMs: number;
  /** "down": the line breaks before an answer to an add. */
  isDown: boolean;
  customerId: number | undefined;
  contentPolicy: ((nonce: string) => string) | undefined;
  /** Requests of the Cart API, in their order. */
  asked: string[];
  /** What a request to write on the cart is refused with. */
  refusesAttributes: number | undefined;
  /** Attributes of the cart that was written on last. */
  attributes: Record<string, string>;
  close(): void;
}

export const CATALOG: Product[] = JSON.parse(read("catalog.json"));

const VARIANTS = new Map(
  CATALOG.flatMap((product) => product.variants.map((variant) => [variant.id, { product, variant }])),
);
const LOCALES = ["fr", "en-gb"];
const NONCE = "c2FsdGdsYXpl";

export async function openShopifyShop(): Promise<ShopifyShop> {
  const carts = new Map<string, Line[]>();
  const attributes = new Map<Line[], Record<string, string>>();
  const app = express();
  app.use(express.raw({ type: () => true, limit: "1mb" }));

  const cartOf = (request: Request, answer: Answer): Line[] => {
    const known = /(?:^|; )cart=(\w+)/.exec(request.headers.cookie ?? "")?.[1];
    const token = known ?? `hWN${Math.random().toString(36).slice(2)}`;
    if (!known) answer.cookie("cart", token, { path: "/" });
    const lines = carts.get(token) ?? [];
    carts.set(token, lines);
    return lines;
  };

  const lineJson = ({ variant, product, quantity }: Line) => {
    const final_price = variant.price - shop.discount;
    return {
      id: variant.id,
      properties: {},
      quantity,
      variant_id: variant.id,
      key: `${variant.id}:3b1f4c0a9d7e`,
      title: variant.name,
      price: variant.price,
      original_price: variant.price,
      presentment_price: variant.price / 100,
      discounted_price: final_price,
      line_price: final_price * quantity,
      original_line_price: variant.price * quantity,
      total_discount: shop.discount * quantity,
      discounts: [],
      sku: variant.sku,
      grams: 420,
      vendor: product.vendor,
      taxable: true,
      product_id: product.id,
      product_has_only_default_variant: product.variants.length === 1,
      gift_card: false,
      final_price,
      final_line_price: final_price * quantity,
      url: `/products/${product.handle}?variant=${variant.id}`,
      featured_image: {
        aspect_ratio: 1,
        alt: product.title,
        height: 1600,
        url: `https:${product.featured_image}`,
        width: 1600,
      },
      image: `https:${product.featured_image}`,
      handle: product.handle,
      requires_shipping: true,
      product_type: product.type,
      product_title: product.title,
      product_description: "Thrown and glazed by hand.",
      variant_title: variant.public_title,
      variant_options: [variant.title],
    };
  };

  /** Adds all or nothing. */
  const add = (
    cart: Line[],
    wanted: { id: number; quantity: number }[],
  ): Line[] | { status: number; description: string } => {
    for (const { id, quantity } of wanted) {
      const found = VARIANTS.get(id);
      if (!found) return { status: 404, description: "Cannot find variant" };
      const inCart = cart.find(({ variant }) => variant.id === id)?.quantity ?? 0;
      if (inCart + quantity > (shop.stock[id] ?? 99))
        return { status: 422, description: "The maximum quantity of this item is already in your cart." };
    }
    return wanted.map(({ id, quantity }) => {
      const found = VARIANTS.get(id);
      if (!found) throw new Error("unreachable");
      const line = cart.find(({ variant }) => variant.id === id) ?? { ...found, quantity: 0 };
      line.quantity += quantity;
      if (!cart.includes(line)) cart.unshift(line);
      return line;
    });
  };

  const prefix = `{/:locale}`;
  app.param("locale", (_request, _answer, next, locale) => next(LOCALES.includes(locale) ? undefined : "route"));

  app.get("/assets/:file", (request, answer) => void answer.type("js").send(read(request.params.file)));

  app.all([`${prefix}/cart/add`, `${prefix}/cart/add.js`], async (request, answer) => {
    shop.asked.push(`${request.method} ${request.path}`);
    const cart = cartOf(request, answer);
    const fields = await fieldsOf(request);
    const wanted = (fields.items ?? [fields]).map(({ id, quantity }) => ({
      id: Number(id),
      quantity: Number(quantity ?? 1),
    }));
    const added = shop.isDown ? undefined : add(cart, wanted);
    if (shop.replyAfterMs === Infinity) return;
    await new Promise((resolve) => setTimeout(resolve, shop.replyAfterMs));
    if (!added) return void request.socket.destroy();
    const isJson = request.path.endsWith(".js") || /json|javascript/.test(request.headers.accept ?? "");
    const root = rootOf(request);
    if (Array.isArray(added)) {
      const lines = added.map(lineJson);
      if (!isJson) answer.redirect(`${root}cart`);
      else
        answer.json({
          ...(fields.items ? { items: lines } : { ...lines[0] }),
          ...(fields.sections ? { sections: { "cart-drawer": "<div></div>" } } : {}),
        });
    } else {
      answer.status(added.status);
      if (isJson) answer.json({ ...added, message: "Cart Error" });
      else send(request, answer, { title: added.description, main: read("refused.html"), type: "page" });
    }
  });

  // What a request names of the cart is changed, and all else stays: https://shopify.dev/docs/api/ajax/reference/cart
  app.post(`${prefix}/cart/update.js`, (request, answer) => {
    shop.asked.push(`${request.method} ${request.path}`);
    const cart = cartOf(request, answer);
    if (shop.refusesAttributes)
      return void answer.status(shop.refusesAttributes).json({ status: shop.refusesAttributes, message: "Cart Error" });
    const said = JSON.parse(String(request.body)) as { attributes?: Record<string, string> };
    shop.attributes = { ...attributes.get(cart), ...said.attributes };
    attributes.set(cart, shop.attributes);
    answer.json({ token: "hWN3f7a1c", attributes: shop.attributes, items: cart.map(lineJson) });
  });

  app.get([`${prefix}/cart.js`, `${prefix}/cart.json`], (request, answer) => {
    shop.asked.push(`${request.method} ${request.path}`);
    const items = cartOf(request, answer).map(lineJson);
    const sum = (of: (line: (typeof items)[number]) => number) => items.reduce((all, line) => all + of(line), 0);
    answer.json({
      token: "hWN3f7a1c",
      note: "",
      attributes: attributes.get(cartOf(request, answer)) ?? {},
      original_total_price: sum((line) => line.original_line_price),
      total_price: sum((line) => line.final_line_price),
      total_discount: sum((line) => line.total_discount),
      item_count: sum((line) => line.quantity),
      items,
      requires_shipping: true,
      currency: shop.currency,
      items_subtotal_price: sum((line) => line.final_line_price),
      cart_level_discount_applications: [],
    });
  });

  app.post("/api/:version/graphql.json", (request, answer) => {
    const { lines } = JSON.parse(String(request.body)).variables as {
      lines: { merchandiseId: string; quantity: number }[];
    };
    const wanted = lines.map(({ merchandiseId, quantity }) => ({
      id: Number(/\d+$/.exec(String(merchandiseId))?.[0]),
      quantity,
    }));
    const added = add(cartOf(request, answer), wanted);
    const userErrors = Array.isArray(added)
      ? []
      : [{ code: "MERCHANDISE_NOT_ENOUGH_STOCK", field: ["lines", "0", "quantity"], message: added.description }];
    answer.json({ data: { cartLinesAdd: { cart: { id: "gid://shopify/Cart/hWN3f7a1c" }, userErrors } } });
  });

  app.get([`${prefix}/products/:handle`, `${prefix}/collections/:collection/products/:handle`], (request, answer) => {
    const product = CATALOG.find(({ handle }) => handle === request.params.handle);
    if (!product) return void answer.status(404).end();
    const variant = product.variants.find(({ id }) => String(id) === request.query.variant) ?? product.variants[0];
    if (!variant) return void answer.status(404).end();
    const { id, title, handle, vendor, type } = product;
    const view = {
      product: {
        id,
        title,
        handle,
        selectedVariant: {
          id: variant.id,
          title: variant.title,
          availableForSale: true,
          price: { amount: (variant.price / 100).toFixed(2), currencyCode: shop.currency },
        },
      },
      context: "page",
      selectedOptions: [],
    };
    send(request, answer, {
      title,
      handle,
      type: "product",
      id,
      meta: { product: metaOf(product) },
      main: fill(read(`${shop.theme}-product.html`), {
        title,
        handle,
        product_id: id,
        variant_id: variant.id,
        path: request.path,
        price: (variant.price / 100).toFixed(2),
        vendor,
        type,
        view: escaped(JSON.stringify(view)),
        product: JSON.stringify(product),
        selected: JSON.stringify(variant),
        variants: JSON.stringify(product.variants),
        select: product.variants
          .map((one) => `<option value="${one.id}"${one === variant ? " selected" : ""}>${one.title}</option>`)
          .join(""),
        options: product.variants
          .map(
            (one) =>
              `<input type="radio" id="v-${one.id}" name="Glaze and size" value="${one.title}" data-variant-id="${one.id}" data-price="${one.price}"${one === variant ? " checked" : ""}><label for="v-${one.id}">${one.title}</label>`,
          )
          .join(""),
      }),
    });
  });

  app.get(`${prefix}/collections/:handle`, (request, answer) => {
    const { handle } = request.params;
    const id = handle === "all" ? null : 412345678901;
    const title = handle === "all" ? "Products" : "At the table";
    send(request, answer, {
      title,
      handle,
      type: "collection",
      id,
      meta: shop.isListed ? { products: CATALOG.map(metaOf) } : {},
      main: fill(read(`${shop.theme === "horizon" ? "horizon" : "dawn"}-collection.html`), {
        title,
        cards: cards(request),
        view: escaped(JSON.stringify({ collection: { id, handle, productsCount: CATALOG.length } })),
      }),
    });
  });

  app.get(`${prefix}/search`, (request, answer) => {
    const query = String(request.query.q ?? "");
    const main = fill(read("search.html"), { query: escaped(query), cards: cards(request) });
    send(request, answer, { title: "Search", type: "searchresults", main });
  });
  app.get(`${prefix}/cart`, (request, answer) => {
    const lines = cartOf(request, answer).map(
      ({ variant, quantity }) => `<tr class="cart-item"><td>${variant.name}</td><td>${quantity}</td></tr>`,
    );
    send(request, answer, {
      title: "Your Shopping Cart",
      type: "cart",
      main: fill(read("cart.html"), { lines: lines.join("") }),
    });
  });
  app.get([prefix, `${prefix}/pages/:handle`], (request, answer) => {
    const { handle } = request.params;
    send(request, answer, {
      title: String(handle ?? "Fennel & Oak"),
      type: handle ? "page" : "home",
      main: read("page.html"),
    });
  });
  app.get(
    "/frame",
    (_request, answer) =>
      void answer
        .type("html")
        .send(
          `<!doctype html><html lang="en"><head>${fill(read("header.html"), { locale: "en", currency: "USD", country: "US", theme: "Dawn", root: "/", st: "{}", meta: `{"page":{"pageType":"page"}}` })}${shop.tag}</head><iframe src="/products/harbor-mug"></iframe></html>`,
        ),
  );

  const cards = (request: Request): string => {
    const card = read(`${shop.theme === "horizon" ? "horizon" : "dawn"}-card.html`);
    return CATALOG.map(({ id, title, handle, variants }) =>
      fill(card, {
        title,
        handle,
        product_id: id,
        variant_id: variants[0]?.id,
        view: escaped(
          JSON.stringify({
            product: { id, title, handle, selectedVariant: null },
            context: "collection",
            selectedOptions: [],
          }),
        ),
        root: rootOf(request),
      }),
    ).join("");
  };

  interface Shown {
    title: string;
    handle?: string;
    type: string;
    id?: number | null;
    meta?: object;
    main: string;
  }

  const send = (request: Request, answer: Answer, { title, handle = "", type, id, meta = {}, main }: Shown) => {
    cartOf(request, answer);
    const root = rootOf(request);
    const words = {
      locale: root.slice(1, -1) || "en",
      currency: shop.currency,
      country: shop.currency === "JPY" ? "JP" : "US",
      root,
      title: escaped(title),
      path: request.path,
      handle,
    };
    const resource = id === undefined ? {} : { resourceType: type, resourceId: id };
    const page = {
      pageType: type,
      ...resource,
      requestId: "5d3f7c9a-1764072000",
      ...(shop.customerId && { customerId: shop.customerId }),
    };
    const st = {
      a: 68401234567,
      offset: -18000,
      reqid: "5d3f7c9a-1764072000",
      pageurl: `www.fennelandoak.example${request.path}`,
      u: "8a1b2c3d4e5f",
      p: type,
      ...(id && { rtyp: type, rid: id }),
      ...(shop.customerId && { cid: shop.customerId }),
    };
    const said = shop.hasMeta ? { ...meta, page } : {};
    const header = fill(read("header.html"), {
      ...words,
      theme: shop.theme,
      meta: JSON.stringify(said),
      st: JSON.stringify(st),
    });
    const html = fill(read("layout.html"), {
      ...words,
      og_type: type === "product" ? "product" : "website",
      header,
      head: shop.head + (shop.isAtEnd ? "" : shop.tag),
      end: shop.isAtEnd ? shop.tag : "",
      script: shop.theme === "horizon" ? "horizon" : shop.theme === "dawn" ? "dawn" : "none",
      main: fill(main, words),
    });
    const policy = shop.contentPolicy?.(NONCE);
    if (policy) answer.set("Content-Security-Policy", policy);
    answer.type("html").send(policy ? html.replaceAll("<script", `<script nonce="${NONCE}"`) : html);
  };

  const server = await new Promise<Server>((resolve) => {
    const listening = createServer(app).listen(0, "127.0.0.1", () => resolve(listening));
  });
  const shop: ShopifyShop = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    theme: "dawn",
    currency: "USD",
    tag: "",
    isAtEnd: false,
    head: "",
    isListed: true,
    hasMeta: true,
    stock: {},
    discount: 0,
    replyAfterMs: 0,
    isDown: false,
    customerId: undefined,
    contentPolicy: undefined,
    asked: [],
    refusesAttributes: undefined,
    attributes: {},
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return shop;
}

function read(name: string): string {
  return name === "none.js" ? "" : readFileSync(fixture(`shopify/${name}`), "utf8");
}

/** `{{name}}` → what it stands for; what is not known stays, for an outer fill. */
const fill = (html: string, words: Record<string, unknown>): string =>
  html.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => (name in words ? String(words[name]) : whole));

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

const rootOf = (request: Request): string => (request.params.locale ? `/${String(request.params.locale)}/` : "/");

/** As Shopify writes a product into its analytics data. */
const metaOf = ({ id, vendor, type, handle, variants }: Product) => ({
  id,
  gid: `gid://shopify/Product/${id}`,
  vendor,
  type,
  handle,
  variants: variants.map(({ id, price, name, public_title, sku }) => ({ id, price, name, public_title, sku })),
  remote: false,
});

interface Fields {
  id?: unknown;
  quantity?: unknown;
  items?: { id?: unknown; quantity?: unknown }[];
  sections?: unknown;
}

const fieldsOf = async (request: Request): Promise<Fields> => {
  const type = request.headers["content-type"] ?? "";
  const isRead = request.method === "GET";
  if (/json/.test(type)) return JSON.parse(String(request.body));
  const form = isRead
    ? new URL(request.url, "http://shop.example").searchParams
    : await new Response(request.body, {
        headers: { "Content-Type": /multipart/.test(type) ? type : "application/x-www-form-urlencoded" },
      }).formData();
  const fields: Fields = {};
  for (const [name, value] of form) {
    const [, at, key] = /^items\[(\d*)\]\[(\w+)\]$/.exec(name) ?? [];
    if (key === undefined) Object.assign(fields, { [name]: value });
    else {
      fields.items ??= [];
      const last = fields.items.length - 1;
      const index = at ? Number(at) : key in (fields.items[last] ?? { [key]: 1 }) ? last + 1 : last;
      fields.items[index] = { ...fields.items[index], [key]: value };
    }
  }
  return fields;
};
