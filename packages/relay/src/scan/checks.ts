/** What a shop's pages say before anything is installed: each finding with what to do. Pure. */
import { type Finding, good, note, problem } from "../cli/finding.ts";
import type { ScannedPage } from "./fetch-pages.ts";

export const checked = (pages: readonly ScannedPage[]): Finding[] => [
  platformOf(pages),
  ...oldTags(pages),
  ...plugins(pages),
  consentOf(pages),
  ...policyOf(pages),
  ...productData(pages),
];

const has = (pages: readonly ScannedPage[], pattern: RegExp): boolean => pages.some(({ html }) => pattern.test(html));

// biome-ignore format: a table
const PLATFORMS: readonly (readonly [name: string, sign: RegExp, remedy: string])[] = [
  ["Shopify",     /cdn\.shopify\.com|Shopify\.theme/,              "Set platform to shopify; checkout needs the pixel of docs/shopify.md."],
  ["WooCommerce", /woocommerce|wp-content\/plugins\/woocommerce/,  "Set platform to woocommerce; see docs/woocommerce.md."],
  ["Magento",     /Magento_|mage\/cookies/,                        "See docs/magento.md."],
  ["BigCommerce", /cdn\d*\.bigcommerce\.com/,                      "See docs/bigcommerce.md."],
];

const platformOf = (pages: readonly ScannedPage[]): Finding => {
  const found = PLATFORMS.find(([, sign]) => has(pages, sign));
  return found
    ? note("platform", found[0], found[2])
    : note("platform", "none that is known", "Set platform to other; see docs/any-shop.md.");
};

function oldTags(pages: readonly ScannedPage[]): Finding[] {
  const ids = new Set(
    pages.flatMap(({ html }) => [
      ...[...html.matchAll(/pintrk\s*\(\s*["']load["']\s*,\s*["'](\d+)["']/g)].map(([, id]) => id ?? ""),
      ...[...html.matchAll(/ct\.pinterest\.com\/v3\/\?[^"'<>]*\btid=(\d+)/g)].map(([, id]) => id ?? ""),
    ]),
  );
  const hasCore = has(pages, /s\.pinimg\.com\/ct\/core\.js/);
  const managers = new Set(pages.flatMap(({ html }) => html.match(/\bGTM-[A-Z0-9]{4,}\b/g) ?? []));
  const tags = [...ids].join(", ");
  return [
    ids.size > 0 || hasCore
      ? problem(
          "Pinterest Tag",
          tags ? `is on the page already: ${tags}` : "its library is on the page already",
          "Run beside it in shadow; take it out before you go live, or every event counts twice.",
        )
      : good("Pinterest Tag", "none in the pages themselves"),
    ...[...managers].map((id) =>
      note("Google Tag Manager", id, "See in it whether a Pinterest tag fires; pause that before you go live."),
    ),
  ];
}

// biome-ignore format: a table
const PLUGINS: readonly (readonly [name: string, sign: RegExp, remedy: string])[] = [
  ["Shopify's Pinterest app",          /"pinterest"[^{}]{0,200}web-pixel|trekkie[^;]{0,400}Pinterest|"apiClientId":\s*"?(?:3890849|1380557)"?/i, "Switch its tracking off in Settings → Customer events, and keep its catalog sync."],
  ["Pinterest for WooCommerce",        /wp-content\/plugins\/pinterest-for-woocommerce/i,                            "Switch its tracking off under Marketing → Pinterest → Settings, and keep its catalog sync."],
];

const plugins = (pages: readonly ScannedPage[]): Finding[] =>
  PLUGINS.filter(([, sign]) => has(pages, sign)).map(([name, , remedy]) =>
    problem(name, "is installed and may track", remedy),
  );

// biome-ignore format: a table
const BANNERS: readonly (readonly [name: string, sign: RegExp])[] = [
  ["Cookiebot",        /consent\.cookiebot\.com/i],
  ["OneTrust",         /cdn\.cookielaw\.org|optanon/i],
  ["Usercentrics",     /usercentrics\.eu/i],
  ["Didomi",           /sdk\.privacy-center\.org|didomi/i],
  ["Complianz",        /complianz/i],
  ["CookieYes",        /cdn-cookieyes\.com/i],
  ["iubenda",          /cdn\.iubenda\.com/i],
  ["Axeptio",          /axept\.io/i],
  ["Shopify's banner", /shopify-privacy-banner|consent-tracking-api/i],
  ["Google Consent Mode", /gtag\s*\(\s*["']consent["']/i],
  ["IAB TCF",          /__tcfapi/i],
];

const consentOf = (pages: readonly ScannedPage[]): Finding => {
  const found = BANNERS.filter(([, sign]) => has(pages, sign)).map(([name]) => name);
  return found.length > 0
    ? good(
        "consent",
        `${found.join(", ")}: its decision is read where it speaks Shopify's, Google's or the IAB's language`,
      )
    : note(
        "consent",
        "no banner was found",
        "Where your visitors are in the EEA, the UK or Switzerland you need one: without it nothing is told there.",
      );
};

/** Hosts that the tag needs, by the directive that has to allow them. */
const NEEDED = { "script-src": "s.pinimg.com", "connect-src": "ct.pinterest.com", "img-src": "ct.pinterest.com" };

function policyOf(pages: readonly ScannedPage[]): Finding[] {
  const policies = pages.flatMap(({ headers, elements }) => [
    headers.get("content-security-policy") ?? "",
    ...elements
      .filter(({ attributes }) => attributes["http-equiv"]?.toLowerCase() === "content-security-policy")
      .map(({ attributes }) => attributes.content ?? ""),
  ]);
  const policy = policies.find(Boolean);
  if (!policy) return [good("content security policy", "none")];
  const directives = new Map(
    policy.split(";").map((part) => {
      const [name = "", ...sources] = part.trim().split(/\s+/);
      return [name.toLowerCase(), sources] as const;
    }),
  );
  const blocked = Object.entries(NEEDED).filter(([name, host]) => {
    const sources = directives.get(name) ?? directives.get("default-src");
    return sources && !sources.some((source) => lets(source, host));
  });
  return blocked.length === 0
    ? [good("content security policy", "lets the Pinterest Tag in; let the relay's own address in too")]
    : blocked.map(([name, host]) =>
        problem(
          "content security policy",
          `${name} does not let ${host} in`,
          `Add https://${host} and the relay's address to ${name}.`,
        ),
      );
}

/** Whether a source of a policy lets https://host in: https://www.w3.org/TR/CSP3/#match-url-to-source-expression. */
const lets = (source: string, host: string): boolean => {
  if (source === "*" || source.toLowerCase() === "https:") return true;
  const [named = ""] = source
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .split(/[:/]/);
  return named.startsWith("*.") ? host.endsWith(named.slice(1)) : named === host;
};

function productData(pages: readonly ScannedPage[]): Finding[] {
  const product = pages.find(({ kind }) => kind === "product");
  if (!product)
    return [note("product page", "none was found by links", "Scan one: pinrelay scan https://…/products/…")];
  const nodes = product.elements
    .filter(({ name, attributes }) => name === "script" && /ld\+json/.test(attributes.type ?? ""))
    .flatMap(({ text }) => graphOf(text));
  const found = nodes.find((node) => /Product/.test(String(Reflect.get(node, "@type"))));
  if (!found && /itemtype=["']https?:\/\/schema\.org\/Product/i.test(product.html))
    return [good("structured data", "the product is marked up as microdata")];
  if (!found)
    return [
      problem(
        "structured data",
        `no product in ${product.url}`,
        "Add a Product in JSON-LD with sku or productID, price and currency, or call the tag yourself (docs/any-shop.md).",
      ),
    ];
  const text = JSON.stringify(found);
  const lacks = [
    ...(/"(sku|productID|productGroupID|mpn|gtin\d*)":\s*"?[^",}]/.test(text) ? [] : ["an ID (sku or productID)"]),
    ...(/"(price|lowPrice)":\s*"?\d/.test(text) ? [] : ["a price"]),
    ...(/"priceCurrency":\s*"[A-Z]{3}"/.test(text) ? [] : ["a currency"]),
  ];
  return lacks.length === 0
    ? [good("structured data", "the product has ID, price and currency")]
    : [
        problem(
          "structured data",
          `the product lacks ${lacks.join(" and ")}`,
          "Add it to the theme's JSON-LD: without it views are told without it.",
        ),
      ];
}

const graphOf = (text: string): object[] => {
  try {
    const told: unknown = JSON.parse(text);
    const list = Array.isArray(told) ? told : [told];
    return list.flatMap((one: unknown) => {
      if (typeof one !== "object" || one === null) return [];
      const graph: unknown = Reflect.get(one, "@graph");
      return Array.isArray(graph) ? graph.filter((node) => typeof node === "object" && node !== null) : [one];
    });
  } catch {
    return [];
  }
};
