import { brotliCompressSync, constants } from "node:zlib";
import { describe, expect, test } from "vitest";
import { baked, COMPANION, COMPANION_NAME, FIRST, SETTINGS } from "./bundle.ts";

const brotli = (text: string): number =>
  brotliCompressSync(text, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: Buffer.byteLength(text) },
  }).length;

describe("what a page downloads, minified and in brotli", () => {
  // biome-ignore format: a table
  test.each([
    // file              text             ceiling in bytes
    ["the first file",   baked(SETTINGS), 4_096],
    ["the second file",  COMPANION,       4_850],
  ])("%s is within its ceiling", (file, text, ceiling) => {
    const bytes = brotli(text);
    console.info(`${file}: ${bytes} bytes of ${ceiling} (${Buffer.byteLength(text)} minified)`);
    expect(bytes).toBeLessThanOrEqual(ceiling);
  });
});

test("the settings have exactly one place, and the served file is one sound script", () => {
  expect(FIRST.match(/__PINRELAY\w*/g)).toEqual(["__PINRELAY_SETTINGS__"]);
  expect(COMPANION).not.toContain("__PINRELAY");
  const odd = { ...SETTINGS, key: `$& "quoted" </script> \u2028` };
  expect(() => new Function(baked(odd))).not.toThrow();
  expect(baked(odd)).toContain(JSON.stringify(odd));
});

test("the first file names the second by its content", () => {
  expect(COMPANION_NAME).toMatch(/^companion\.[\w-]{8,}\.js$/);
  expect(FIRST).toContain(`"/${COMPANION_NAME}"`);
});

test("no schema library, no maker's notes and no debugger is in them", () => {
  for (const file of [FIRST, COMPANION]) expect(file).not.toMatch(/zod|ZodError|sourceMappingURL|debugger|\/\*/i);
});
