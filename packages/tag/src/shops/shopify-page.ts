/**
 * What a Shopify page says it shows, in our words: first what Shopify itself writes into every page for its analytics
 * (undocumented, but the same for years), then the theme's JSON, and the payload of its standard storefront events.
 */
import { attempt } from "../guard.ts";
import { isThing, type Thing, things } from "../thing.ts";

declare global {
  interface Window {
    ShopifyAnalytics?: unknown;
    meta?: unknown;
    __st?: unknown;
  }
}

/** What lies at a path inside of what a page says. */
export const at = (said: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((one, key) => (isThing(one) ? one[key] : undefined), said);

const meta = (...path: string[]): unknown => at(window.ShopifyAnalytics, "meta", ...path) ?? at(window.meta, ...path);

/** Where the shop's addresses begin, in the language shown. */
export const root = (): unknown => at(window.Shopify, "routes", "root") ?? "/";

export const isShopify = (): boolean => Boolean(window.Shopify ?? window.ShopifyAnalytics ?? at(window.meta, "page"));

// `__st` is what Shopify's own statistics go by.
const pageType = (): unknown => meta("page", "pageType") ?? at(window.__st, "p");
const resourceId = (): unknown => meta("page", "resourceId") ?? at(window.__st, "rid");
export const customerId = (): unknown => meta("page", "customerId") ?? at(window.__st, "cid");

/** Digits of an id, also where it is a global one. */
export const digits = (id: unknown): string => /\d+$/.exec(String(id))?.[0] ?? "";

/** The product of a product's page, as the variant of it that is selected now. */
export const shownProduct = (): Thing | undefined => {
  if (!isPage("product")) return undefined;
  const id = digits(resourceId());
  const [product = { id }] = things(meta("product") ?? inTheme("variants").find((one) => digits(one.id) === id));
  const variants = things(product.variants);
  const variant = selected(variants) ?? selected(inTheme("public_title")) ?? variants[0];
  const more = { url: location.origin + location.pathname, image_url: content("og:image") };
  return variant ? { ...itemOf(variant, product), ...more } : viewed(viewPayload());
};

/** A product as a standard storefront event tells its view. */
export const viewed = (view: unknown): Thing | undefined => {
  const [product] = things(at(view, "product"));
  const [variant = {}] = things(product?.selectedVariant);
  // biome-ignore format: a table
  return product && {
    product_id:    digits(product.id),
    variant_id:    digits(variant.id),
    name:          product.title,
    variant_name:  variant.title === "Default Title" ? "" : variant.title,
    price:         at(variant, "price", "amount"),
    currency:      at(variant, "price", "currencyCode"),
  };
};

/** Whether Shopify's own data speaks of this product too, and knows more of it. */
export const isKnown = (product: unknown): boolean => digits(at(product, "id")) === digits(meta("product", "id"));

/** The collection of a collection's page; else what a theme has `told` of one. */
export const shownCollection = (told?: unknown): Thing | undefined => {
  const name = content("og:title") ?? document.title;
  const handle = at(told, "handle") ?? location.pathname.split("/").pop();
  if (!isPage("collection")) return isThing(told) ? { id: digits(told.id) || handle, name } : undefined;
  const published = things(meta("products"));
  const products = published[0] ? published : inTheme("variants");
  const items = products.map((product) => itemOf(things(product.variants)[0] ?? {}, product));
  return { id: resourceId() ?? handle, name, items: items[0] ? items : cards() };
};

/** What is searched for on a page of results; undefined where it only goes on from one page of them to the next. */
export const searched = (): string | undefined => {
  const query = queryOf(location.href);
  return query === attempt(() => queryOf(document.referrer)) ? undefined : query;
};

/** What the page knows of a variant; at least its id. */
export const variantInPage = (id: string): Thing => {
  const products = things([meta("product"), meta("products")].flat());
  const product = products.find(({ variants }) => named(id, things(variants)));
  return itemOf(named(id, things(product?.variants)) ?? { id }, product);
};

/** Takes the variant that the theme says was chosen, if it is one of the shown product. */
export const choose = (product: unknown, variant: unknown): void => {
  if (isKnown(product)) chosen = digits(at(variant, "id"));
};

/** A variant in Shopify's words, or a line of a cart, which has the same but for a few. */
// biome-ignore format: a table
export const itemOf = (variant: Thing, product: Thing = {}): Thing => ({
  product_id:    variant.product_id ?? product.id,
  variant_id:    variant.variant_id ?? variant.id,
  sku:           variant.sku,
  name:          variant.product_title ?? product.title ?? productName(variant),
  variant_name:  variant.variant_title ?? variant.public_title,
  // Hundredths in every currency, yen too: https://shopify.dev/docs/api/liquid/objects/product#product-price
  price:         Number.parseFloat(String(variant.final_price ?? variant.price)) / 100,
  // The one that the shopper sees.
  currency:      at(window.Shopify, "currency", "active") ?? meta("currency"),
  vendor:        variant.vendor ?? product.vendor,
  category:      variant.product_type ?? product.type,
  url:           variant.url && attempt(() => new URL(String(variant.url), location.href).href),
  image_url:     variant.image,
});

/** A variant's name is the product's and its own. */
const productName = ({ name = "", public_title }: Thing): string => {
  const end = ` - ${public_title}`;
  const whole = String(name);
  return whole.endsWith(end) ? whole.slice(0, -end.length) : whole;
};

const variantInAddress = (): unknown => new URLSearchParams(location.search).get("variant");
const landed = { path: location.pathname, variant: variantInAddress() };
let chosen: string | undefined;

/** Whether this is such a page still: a shop that changes pages by itself leaves Shopify's data behind as it was. */
const isPage = (type: string): boolean => pageType() === type && location.pathname === landed.path;

const named = (id: unknown, variants: readonly Thing[]): Thing | undefined =>
  variants.find((one) => id && digits(one.id) === id);

/**
 * Themes follow the shopper's choice in the address, in the product's form, or in both; an address that is still as it
 * was may be out of date.
 */
const selected = (variants: readonly Thing[]): Thing | undefined => {
  const address = variantInAddress();
  const forms = [...document.querySelectorAll<HTMLFormElement>("form[action*='/cart/add']")];
  const inForms = forms.map(({ elements }) => at(elements.namedItem("id"), "value"));
  return [chosen, address !== landed.variant && address, ...inForms, address]
    .map((id) => named(id, variants))
    .find(Boolean);
};

/** Things with this key in the theme's JSON, wherever they are: `{{ product | json }}` and its like. */
const inTheme = (key: "variants" | "public_title"): Thing[] => {
  const found: Thing[] = [];
  for (const { textContent: text } of document.querySelectorAll("script[type='application/json']"))
    if (text?.includes(`"${key}":`))
      attempt(() =>
        JSON.parse(text, (_, said) => {
          if (isThing(said) && key in said) found.push(said);
          return said;
        }),
      );
  return found;
};

/** Products as themes show them in a list. */
const cards = (): Thing[] => {
  const found = [
    ...document.querySelectorAll<HTMLElement>("main :is([data-product-id],[name=product-id],a[id*=CardLink-])"),
  ];
  const items = found.map((card) => {
    const product_id = digits(card.dataset.productId ?? at(card, "value") ?? card.id);
    const link = card.closest("li,product-card")?.querySelector("a[href*='/products/']");
    return [product_id, { product_id, name: link?.textContent?.trim() }] as const;
  });
  return [...new Map(items).values()];
};

const queryOf = (address: string): string | undefined => {
  const { pathname, searchParams } = new URL(address);
  return /\/search$/.test(pathname) ? searchParams.get("q")?.trim() : undefined;
};

const content = (property: string): string | undefined =>
  document.querySelector<HTMLMetaElement>(`meta[property='${property}']`)?.content;

/** What a theme has its custom element dispatch (`standard_event_data`), most often before anybody listens. */
const viewPayload = (): unknown =>
  attempt(() => {
    const element = document.querySelector(`[view-event-payload*='"context":"page"']`);
    return JSON.parse(element?.getAttribute("view-event-payload") ?? "");
  });
