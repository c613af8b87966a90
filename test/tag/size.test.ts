import { brotliCompressSync, constants } from "node:zlib";
import { describe, expect, test } from "vitest";

import { BUILDS, baked, bakedPixel, companion, FIRST, PANEL, PIXEL, PIXEL_SETTINGS, SETTINGS } from "./bundle.ts";

/** With all that can be baked in. */
const PUBLIC_PIXEL = { ...PIXEL_SETTINGS, relay: "https://relay.yourshop.com" };

const brotli = (text: string): number =>
  brotliCompressSync(text, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: Buffer.byteLength(text) },
  }).length;

describe("what a page downloads, minified and in brotli", () => {
  // biome-ignore format: a table
  test.each([
    // file                              text                           ceiling in bytes
    ["the first file",                   baked(SETTINGS),               4_096],
    ["the second file of any shop",      companion("any").text,         9_550],
    ["the second file of Shopify",       companion("shopify").text,     13_300],
    ["the second file of WooCommerce",   companion("woocommerce").text, 12_960],
    ["the second file of every platform", companion("every").text,      15_720],
    // In their place where the destination filters events.
    ["with filters, of any shop",        companion("any-filtered").text,         10_450],
    ["with filters, of every platform",  companion("every-filtered").text,       16_610],
    // On every page of the shop; its second file only where the pixel has something to tell Pinterest.
    ["Shopify's pixel",                  bakedPixel(PUBLIC_PIXEL),      2_704],
    ["the second file of Shopify's pixel", companion("shopify-pixel-second").text, 2_048],
    ["the debug panel, only when asked for", PANEL,                     12_288],
  ])("%s is within its ceiling", (file, text, ceiling) => {
    const bytes = brotli(text);
    console.info(`${file}: ${bytes} bytes of ${ceiling} (${Buffer.byteLength(text)} minified)`);
    expect(bytes).toBeLessThanOrEqual(ceiling);
  });
});

const COMPANIONS = [...BUILDS, "shopify-pixel-second" as const].map(companion);

test("settings and name have exactly one place each, and the served file is one sound script", () => {
  expect(FIRST.match(/__PINRELAY\w*/g)?.sort()).toEqual(["__PINRELAY_COMPANION__", "__PINRELAY_SETTINGS__"]);
  for (const text of [PANEL, ...COMPANIONS.map(({ text }) => text)]) expect(text).not.toContain("__PINRELAY");
  const odd = { ...SETTINGS, key: `$& "quoted" </script> \u2028` };
  expect(PIXEL.match(/__PINRELAY\w*/g)?.sort()).toEqual(["__PINRELAY_COMPANION__", "__PINRELAY_SETTINGS__"]);
  const oddPixel = { ...PIXEL_SETTINGS, key: odd.key };
  expect(() => new Function(bakedPixel(oddPixel))).not.toThrow();
  expect(bakedPixel(oddPixel)).toContain(JSON.stringify(oddPixel));
  expect(() => new Function(baked(odd))).not.toThrow();
  expect(baked(odd)).toContain(JSON.stringify(odd));
});

test("the first file names the second by its platform and content", () => {
  for (const build of BUILDS) {
    expect(companion(build).path).toMatch(new RegExp(`^/${build}\\.[\\w-]{8,}\\.js$`));
    expect(baked(SETTINGS, build)).toContain(`"${companion(build).path}"`);
  }
});

test("no schema library, no maker's notes and no debugger is in them", () => {
  for (const file of [FIRST, PIXEL, PANEL, ...COMPANIONS.map(({ text }) => text)])
    expect(file).not.toMatch(/zod|ZodError|sourceMappingURL|debugger|\/\*/i);
});

test("of the debug panel a page that does not ask for it downloads nothing", () => {
  expect(PANEL).toContain("adoptedStyleSheets");
  for (const file of [FIRST, ...COMPANIONS.map(({ text }) => text)])
    expect(file).not.toMatch(/adoptedStyleSheets|Pinterest Tag (told|fired)|pinrelay-debug"\)\.attach/);
});
