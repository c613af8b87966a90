import { brotliCompressSync, constants } from "node:zlib";
import { describe, expect, test } from "vitest";
import { BUILDS, baked, companion, FIRST, SETTINGS } from "./bundle.ts";

const brotli = (text: string): number =>
  brotliCompressSync(text, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: Buffer.byteLength(text) },
  }).length;

describe("what a page downloads, minified and in brotli", () => {
  // biome-ignore format: a table
  test.each([
    // file                              text                           ceiling in bytes
    ["the first file",                   baked(SETTINGS),               4_096],
    ["the second file of any shop",      companion("any").text,         5_120],
    ["the second file of Shopify",       companion("shopify").text,     5_120],
    ["the second file of WooCommerce",   companion("woocommerce").text, 8_448],
    ["the second file of every platform", companion("every").text,      8_448],
  ])("%s is within its ceiling", (file, text, ceiling) => {
    const bytes = brotli(text);
    console.info(`${file}: ${bytes} bytes of ${ceiling} (${Buffer.byteLength(text)} minified)`);
    expect(bytes).toBeLessThanOrEqual(ceiling);
  });
});

const COMPANIONS = BUILDS.map(companion);

test("settings and name have exactly one place each, and the served file is one sound script", () => {
  expect(FIRST.match(/__PINRELAY\w*/g)?.sort()).toEqual(["__PINRELAY_COMPANION__", "__PINRELAY_SETTINGS__"]);
  for (const { text } of COMPANIONS) expect(text).not.toContain("__PINRELAY");
  const odd = { ...SETTINGS, key: `$& "quoted" </script> \u2028` };
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
  for (const file of [FIRST, ...COMPANIONS.map(({ text }) => text)])
    expect(file).not.toMatch(/zod|ZodError|sourceMappingURL|debugger|\/\*/i);
});
