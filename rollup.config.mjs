import terser from "@rollup/plugin-terser";

// tsc compiles, rollup bundles what tsc wrote, terser minifies. The relay writes a shop's settings
// over the placeholder when it serves the file, so one build serves every shop.
const minify = terser({
  ecma: 2020,
  compress: { passes: 3, pure_getters: true, unsafe_arrows: true },
  mangle: { toplevel: true },
  format: { comments: false },
});

/** A stray package import in the tag would otherwise only warn, and ship a broken script. */
const warningsAreErrors = (warning) => {
  throw new Error(`rollup: ${warning.code}: ${warning.message}`);
};

export default [
  {
    input: "packages/tag/dist/tag.js",
    output: { file: "packages/tag/dist/bundle/tag.js", format: "iife", plugins: [minify] },
    onwarn: warningsAreErrors,
  },
];
