import { createServer, type Server } from "node:http";
import { afterEach, expect, test } from "vitest";
import { checked } from "#relay/scan/checks";
import { fetchPages, type ScannedPage } from "#relay/scan/fetch-pages";
import { startShop } from "./shop/shop.ts";

let server: Server | undefined;
afterEach(async () => {
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

/** A shop of these pages, by their path. */
async function shopOf(pages: Record<string, string>, headers: Record<string, string> = {}): Promise<string> {
  server = createServer((request, response) => {
    const page = pages[request.url ?? ""];
    response.writeHead(page === undefined ? 404 : 200, { "Content-Type": "text/html", ...headers }).end(page);
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
}
const scanned = async (address: string) => checked(await fetchPages(address));
/** A first page under this policy. */
const pageWith = (policy: string): ScannedPage => ({
  url: "https://www.example.com/",
  kind: "home",
  html: "",
  headers: new Headers({ "Content-Security-Policy": policy }),
  elements: [],
});
const home = '<a href="/collections/mugs">Mugs</a><a href="/products/sage-mug">Sage mug</a>';
const product = (json: string) => `<script type="application/ld+json">${json}</script>`;

test("the demo shop has no old tag, and products with ID, price and currency", async () => {
  const shop = await startShop({ snippet: "" });
  const findings = await scanned(shop.url);
  expect(findings).toContainEqual(expect.objectContaining({ check: "Pinterest Tag", status: "good" }));
  expect(findings).toContainEqual(expect.objectContaining({ check: "structured data", status: "good" }));
  await shop.close();
});

test("an old tag, Shopify, its app, a banner and Google Tag Manager are found, each with what to do", async () => {
  const findings = await scanned(
    await shopOf({
      "/": `${home}<script src="https://cdn.shopify.com/x.js"></script><script src="https://consent.cookiebot.com/uc.js"></script>
        <script>pintrk('load', '2612345678901')</script><script src="https://www.googletagmanager.com/gtm.js?id=GTM-ABC123"></script>`,
      "/products/sage-mug": product('{"@type":"Product","name":"Sage mug"}'),
    }),
  );
  const of = (check: string) => findings.find((finding) => finding.check === check);
  expect(of("Pinterest Tag")).toMatchObject({ status: "problem", words: expect.stringContaining("2612345678901") });
  expect(of("platform")?.words).toBe("Shopify");
  expect(of("consent")?.words).toContain("Cookiebot");
  expect(of("Google Tag Manager")?.words).toBe("GTM-ABC123");
  expect(of("structured data")?.words).toBe("the product lacks an ID (sku or productID) and a price and a currency");
  for (const { status, remedy } of findings) if (status !== "good") expect(remedy?.length).toBeGreaterThan(10);
});

test("what stands in a comment is not on the page", async () => {
  const findings = await scanned(await shopOf({ "/": `<!-- ${home} -->no links` }));
  expect(findings).toContainEqual(expect.objectContaining({ check: "product page", status: "note" }));
});

test("a policy that keeps the Pinterest Tag out is told by its directive", async () => {
  const policy = "default-src 'self'; script-src 'self' https://s.pinimg.com; img-src *";
  const findings = await scanned(await shopOf({ "/": home }, { "Content-Security-Policy": policy }));
  const words = findings.filter(({ check }) => check === "content security policy").map((finding) => finding.words);
  expect(words).toEqual(["connect-src does not let ct.pinterest.com in"]);
});

test("a policy that names whole domains, or all of https, lets the Pinterest Tag in", () => {
  for (const policy of [
    "script-src 'self' https://*.pinimg.com; connect-src *.pinterest.com; img-src https:",
    "default-src 'self'; script-src s.pinimg.com/ct/; connect-src https://ct.pinterest.com:443; img-src *",
  ]) {
    const findings = checked([pageWith(policy)]);
    expect(findings).toContainEqual(expect.objectContaining({ check: "content security policy", status: "good" }));
  }
});

test("a policy that names a host with Pinterest's in it does not let Pinterest in", () => {
  const policy = "script-src https://s.pinimg.com.example; connect-src *; img-src *";
  const words = checked([pageWith(policy)]).map((finding) => finding.words);
  expect(words).toContain("script-src does not let s.pinimg.com in");
});

test("a shop that answers nothing, or leads elsewhere, is told as such", async () => {
  await expect(fetchPages(await shopOf({}))).rejects.toThrow("it answers 404");
});

test("structured data that is broken is none", async () => {
  const findings = await scanned(await shopOf({ "/": home, "/products/sage-mug": product("{broken") }));
  expect(findings).toContainEqual(expect.objectContaining({ check: "structured data", status: "problem" }));
});
