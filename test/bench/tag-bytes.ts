/** How many bytes a page downloads, minified and in brotli 11. */
import { brotliCompressSync, constants } from "node:zlib";
import { type Build, baked, bakedPixel, companion, PANEL, PIXEL_SETTINGS, SETTINGS } from "../tag/bundle.ts";
import type { BarId } from "./bars.ts";
import type { Row } from "./row.ts";

const brotli = (text: string): number =>
  brotliCompressSync(text, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: Buffer.byteLength(text) },
  }).length;

// biome-ignore format: a table
const SECOND_FILES = [
  ["of any shop",               "any",         "tag any"],
  ["of Shopify",                "shopify",     "tag one"],
  ["of WooCommerce",            "woocommerce", "tag one"],
  ["of every platform",         "every",       "tag every"],
] as const satisfies readonly (readonly [string, Build, BarId])[];

export function tagBytes(): Row[] {
  const table = "Bytes, minified and in brotli 11";
  const cell = (what: string, text: string): Row[] => [
    { table, what, unit: "minified", value: Buffer.byteLength(text) },
    { table, what, unit: "brotli 11", value: brotli(text) },
  ];
  const first = brotli(baked(SETTINGS));
  const second = SECOND_FILES.flatMap(([whose, build, bar]): Row[] => {
    const { text } = companion(build);
    const both = first + brotli(text);
    const what = `the second file ${whose}`;
    return [...cell(what, text), { table, what, unit: "with the first file", value: both, bar }];
  });
  return [
    ...cell("the first file, with a shop's settings", baked(SETTINGS)).map((row) =>
      row.unit === "brotli 11" ? { ...row, bar: "tag first" as const } : row,
    ),
    ...second,
    ...cell("Shopify's pixel", bakedPixel(PIXEL_SETTINGS)),
    ...cell("its second file", companion("shopify-pixel-second").text),
    ...cell("the debug panel, only when asked for", PANEL),
  ];
}
