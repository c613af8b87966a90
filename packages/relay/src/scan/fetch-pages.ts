/** Fetches a few pages of a shop, within bounds: its first, a collection, a product. */
import { type Element, elementsOf } from "./markup.ts";

export interface ScannedPage {
  url: string;
  kind: "home" | "collection" | "product";
  html: string;
  headers: Headers;
  elements: Element[];
}

const PAGE_MS = 10_000;
const PAGE_BYTES = 2 * 1024 * 1024;
const REDIRECTS = 3;

/** What addresses of products and collections look like, on the platforms and on most others. */
const PRODUCT = /\/(products?|item|p|dp)\/[^/?#]+/i;
const COLLECTION = /\/(collections?|product-category|category|categories|shop|c)\/[^/?#]+/i;

/** The pages that can be had; the first page's fault is thrown. */
export async function fetchPages(address: string): Promise<ScannedPage[]> {
  const home = await fetchPage(address, "home");
  const pages = [home];
  const collection = linkIn(home, COLLECTION);
  if (collection) await add(pages, collection, "collection");
  const product = pages.map((page) => linkIn(page, PRODUCT)).find(Boolean);
  if (product) await add(pages, product, "product");
  return pages;
}

const add = async (pages: ScannedPage[], url: string, kind: ScannedPage["kind"]): Promise<void> => {
  const page = await fetchPage(url, kind).catch(() => undefined);
  if (page) pages.push(page);
};

const linkIn = ({ url, elements }: ScannedPage, like: RegExp): string | undefined => {
  const own = new URL(url);
  return elements
    .filter(({ name, attributes }) => name === "a" && attributes.href)
    .flatMap(({ attributes }) =>
      URL.canParse(attributes.href ?? "", url) ? [new URL(attributes.href ?? "", url)] : [],
    )
    .find(({ origin, pathname }) => origin === own.origin && like.test(pathname))?.href;
};

async function fetchPage(address: string, kind: ScannedPage["kind"]): Promise<ScannedPage> {
  const signal = AbortSignal.timeout(PAGE_MS);
  const first = new URL(address);
  for (let url = first, n = 0; ; n += 1) {
    const response = await fetch(url, {
      redirect: "manual",
      signal,
      headers: { "User-Agent": "Mozilla/5.0 (compatible; Pinrelay scan)", Accept: "text/html" },
    });
    const to = response.headers.get("location");
    if (response.status >= 300 && response.status < 400 && to && n < REDIRECTS) {
      await response.body?.cancel();
      const next = new URL(to, url);
      if (!isSameSite(next, first)) throw new Error(`it leads to another site, ${next.host}`);
      url = next;
      continue;
    }
    if (!response.ok) throw new Error(`it answers ${response.status}`);
    const html = await textOf(response);
    return { url: url.href, kind, html, headers: response.headers, elements: elementsOf(html) };
  }
}

/** With or without www, and from http to https; at the port that was named, or at the usual ones. */
const isSameSite = (a: URL, b: URL): boolean =>
  bare(a.hostname) === bare(b.hostname) && /^https?:$/.test(a.protocol) && (a.port === "" || a.port === b.port);

const bare = (host: string): string => host.replace(/^www\./, "");

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > PAGE_BYTES) break;
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}
