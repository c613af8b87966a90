import { rmSync } from "node:fs";
import terser from "@rollup/plugin-terser";

// tsc compiles, rollup bundles what tsc wrote, terser minifies. The relay writes a shop's settings
// over the placeholder when it serves the first file, so one build serves every shop.
const BUNDLE = "packages/tag/dist/bundle";
const COMPANION = "__PINRELAY_COMPANION__";

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

/** Where the relay serves the second file: named after its content, so that browsers may keep it for good. */
let companionPath = "";

const emptyFolder = { name: "empty folder", buildStart: () => rmSync(BUNDLE, { recursive: true, force: true }) };

const rememberName = {
  name: "remember name",
  generateBundle: (_options, files) => {
    companionPath = `/${Object.keys(files)[0]}`;
  },
};

const writeName = {
  name: "write name",
  renderChunk: (code) => ({ code: code.replaceAll(COMPANION, () => JSON.stringify(companionPath)), map: null }),
};

// In this order: the first file holds the second's name.
export default [
  {
    input: "packages/tag/dist/companion.js",
    output: { dir: BUNDLE, entryFileNames: "companion.[hash].js", format: "iife", plugins: [minify, rememberName] },
    plugins: [emptyFolder],
    onwarn: warningsAreErrors,
  },
  {
    input: "packages/tag/dist/tag.js",
    output: { file: `${BUNDLE}/tag.js`, format: "iife", plugins: [writeName, minify] },
    onwarn: warningsAreErrors,
  },
];
