import { rmSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";

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
 * Has V8 compile all functions at once, off the main thread, where it would compile each when it is first called:
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
  script("tag", "tag.js", [emptyFolder]),
  script("builds/debug", "debug.js", [packed]),
  ...["any", "shopify", "woocommerce", "every"]
    .flatMap((build) => [build, `${build}-filtered`])
    .map((build) => script(`builds/${build}`, `${build}.[hash].js`, [packed], [compiledAhead])),
  withoutStrictness(script("builds/shopify-pixel", "shopify-pixel.js", [importing])),
  module("builds/shopify-pixel-second", "shopify-pixel-second.[hash].js"),
  ...["house", "start", "tail", "charts"].map(housed),
];
