/** The tag as it is built and served: two files, the first with a shop's settings and the second's name baked in. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pixelSettings } from "#relay/tag-settings";
import { EVENTS, PINTEREST_IMAGE, type PixelSettings, type TagSettings } from "#tag/contract";

const folder = dirname(createRequire(import.meta.url).resolve("@pinrelay/tag/bundle/tag.js"));

/** The builds of the second file. */
// biome-ignore format: a table
export const BUILDS = [
  "any", "shopify", "woocommerce", "every",
  "any-filtered", "shopify-filtered", "woocommerce-filtered", "every-filtered",
] as const;
export type Build = (typeof BUILDS)[number];

export const FIRST = readFileSync(join(folder, "tag.js"), "utf8");

/** Shopify's pixel, which has but one second file. */
export const PIXEL = readFileSync(join(folder, "shopify-pixel.js"), "utf8");
/** The debug panel, which no page loads unasked. */
export const PANEL = readFileSync(join(folder, "debug.js"), "utf8");

/** Path and text of a second file. */
export const companion = (build: Build | "shopify-pixel-second"): { path: string; text: string } => {
  const name = readdirSync(folder).find((file) => file.startsWith(`${build}.`)) ?? "";
  return { path: `/${name}`, text: readFileSync(join(folder, name), "utf8") };
};

/** What a relay bakes in for a live shop. */
export const SETTINGS: TagSettings = {
  key: "k3x9q2m7",
  tagId: "2612345678901",
  core: "https://s.pinimg.com/ct/core.js",
  events: Object.fromEntries(EVENTS.flatMap(([shop, tag]) => (tag ? [[shop, tag]] : []))),
  contentId: "product",
  value: "goods",
  pageLoad: "browser",
  consent: "auto",
  globalPrivacy: "suppress",
  formIdentity: true,
  rev: "3f9a1c2e",
};

export const baked = (settings: TagSettings, build: Build = "every"): string =>
  FIRST.replace("__PINRELAY_SETTINGS__", () => JSON.stringify(settings)).replace("__PINRELAY_COMPANION__", () =>
    JSON.stringify(companion(build).path),
  );

/** The pixel as the relay of the same shop bakes it. */
export const bakedPixel = (settings: PixelSettings): string =>
  PIXEL.replace("__PINRELAY_SETTINGS__", () => JSON.stringify(settings)).replace("__PINRELAY_COMPANION__", () =>
    JSON.stringify(companion("shopify-pixel-second").path),
  );

export const PIXEL_SETTINGS = pixelSettings(SETTINGS, PINTEREST_IMAGE);
