import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import { rollup } from "rollup";

// tsc compiles, rollup bundles what tsc wrote, terser minifies. The relay writes a shop's settings and the name of
// its second file over the placeholders when it serves the first one, so one build serves every shop.
const BUNDLE = "packages/tag/dist/bundle";

const minify = terser({
  ecma: 2020,
  // Less inlining repeats itself more, and brotli takes repeats for next to nothing.
  compress: { passes: 3, pure_getters: true, unsafe: true, unsafe_arrows: true, inline: 1 },
  mangle: { toplevel: true },
  format: { comments: false },
});

/** A stray package import in the tag would otherwise only warn, and ship a broken script. */
const warningsAreErrors = (warning) => {
  throw new Error(`rollup: ${warning.code}: ${warning.message}`);
};

const emptyFolder = { name: "empty folder", buildStart: () => rmSync(BUNDLE, { recursive: true, force: true }) };

/** TypeScript dresses up an `import()` of an address that it cannot know: those sources have this name for it. */
const importing = {
  name: "import() of what the relay names",
  renderChunk: (code) => code.replace("__PINRELAY_IMPORT__", "import"),
};

/**
 * Has V8 compile all functions at once, off the main thread, where it would compile each when it is first called. Each of
 * the two files calls most of its own while the page loads:
 * https://v8.dev/blog/explicit-compile-hints
 */
const compiledAhead = { name: "compiled ahead", renderChunk: (code) => `//# allFunctionsCalledOnLoad\n${code}` };

/** What is the same for all shops, as it is served: to compress it is half a second of a relay's start. */
const packed = {
  name: "packed",
  generateBundle(_, bundle) {
    for (const { fileName, code } of Object.values(bundle)) {
      const params = { [constants.BROTLI_PARAM_SIZE_HINT]: Buffer.byteLength(code) };
      this.emitFile({ type: "asset", fileName: `${fileName}.br`, source: brotliCompressSync(code, { params }) });
      this.emitFile({ type: "asset", fileName: `${fileName}.gz`, source: gzipSync(code, { level: 9 }) });
    }
  },
};

/** One script a page loads. `name` of the file: with a mark of its content, where browsers may keep it for good. */
const script = (input, name, plugins = [], finish = []) => ({
  input: `packages/tag/dist/${input}.js`,
  output: { dir: BUNDLE, entryFileNames: name, format: "iife", plugins: [minify, ...finish] },
  plugins,
  onwarn: warningsAreErrors,
});

/** What a pinned tag may load, by the path that the tag asks for: `{"/shopify":["/shopify.Cjlz1x93.js","sha384-…"]}`. */
const pinnedFiles = () =>
  readdirSync(BUNDLE).flatMap((name) => {
    const [, plain] = /^([\w-]+)\.[\w-]{8,}\.js$/.exec(name) ?? [];
    if (!plain) return [];
    const path = plain === "debug" ? "/debug.js" : `/${plain}`;
    const integrity = `sha384-${createHash("sha384")
      .update(readFileSync(`${BUNDLE}/${name}`))
      .digest("base64")}`;
    return [[path, [`/${name}`, integrity]]];
  });

/** Writes the tag into the script that asks for its settings; it loads by integrity, which pages that pin want of all code. */
const pinning = {
  name: "a tag of a fixed release",
  async renderChunk(code) {
    const bundle = await rollup({
      input: "packages/tag/dist/tag.js",
      plugins: [
        {
          name: "by integrity",
          resolveId: (source, importer) =>
            source === "./fetch-script.js" && !importer?.endsWith("fetch-pinned.js")
              ? this.resolve("./fetch-pinned.js", importer)
              : null,
        },
      ],
      onwarn: warningsAreErrors,
    });
    const { output } = await bundle.generate({ format: "iife", plugins: [minify] });
    const written = {
      __PINRELAY_SETTINGS__: "$served.settings",
      __PINRELAY_COMPANION__: "$served.companion",
      "document.currentScript": "$script",
      __PINRELAY_FILES__: JSON.stringify(Object.fromEntries(pinnedFiles())),
    };
    const tag = Object.entries(written).reduce((text, [name, own]) => text.replaceAll(name, () => own), output[0].code);
    return code.replace("__PINRELAY_TAG__", () => `(($served,$script)=>{${tag}})`);
  },
};

/** Saves bytes where they are dearest. The compiler has found all that the strict mode would. */
const withoutStrictness = ({ output, ...rest }) => ({ ...rest, output: { ...output, strict: false } });

/** One that a script imports. */
const module = (input, name) => {
  const { output, ...rest } = script(input, name, [packed]);
  return { ...rest, output: { ...output, format: "es" } };
};

/** A script of the dashboard's pages. */
const housed = (name) => ({
  input: `packages/relay/dist/browser/${name}.js`,
  output: { dir: "packages/relay/dist/assets", entryFileNames: `${name}.js`, format: "iife", plugins: [minify] },
  plugins: [nodeResolve()],
  onwarn: warningsAreErrors,
});

export default [
  script("tag", "tag.js", [emptyFolder], [compiledAhead]),
  script("builds/debug", "debug.js", [packed]),
  ...["any", "shopify", "woocommerce", "every"]
    .flatMap((build) => [build, `${build}-filtered`])
    .map((build) => script(`builds/${build}`, `${build}.[hash].js`, [packed], [compiledAhead])),
  withoutStrictness(script("builds/shopify-pixel", "shopify-pixel.js", [importing])),
  module("builds/shopify-pixel-second", "shopify-pixel-second.[hash].js"),
  // Last: it names the others.
  script("builds/debug", "debug.[hash].js", [packed]),
  script("builds/pinned", "tag.[hash].js", [packed], [pinning, compiledAhead]),
  ...["house", "start", "tail", "charts"].map(housed),
];
