/** The tag as it is built and served: two files, the first with a shop's settings baked in. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { EVENTS, type TagSettings } from "#tag/contract";

const folder = dirname(createRequire(import.meta.url).resolve("@pinrelay/tag/bundle/tag.js"));

export const FIRST = readFileSync(join(folder, "tag.js"), "utf8");
const companions = readdirSync(folder).filter((name) => name.startsWith("companion."));
export const COMPANION_NAME = companions[0] ?? "";
export const COMPANION = readFileSync(join(folder, COMPANION_NAME), "utf8");

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
  rev: "3f9a1c2e",
};

export const baked = (settings: TagSettings): string =>
  FIRST.replace("__PINRELAY_SETTINGS__", () => JSON.stringify(settings));
