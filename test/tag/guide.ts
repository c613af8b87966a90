/** What a merchant pastes: the very lines of the instructions. */
import { readFileSync } from "node:fs";

/** The first block of code below a heading of a guide in `docs`, with this relay's address in the example's place. */
export const pasted = (guide: string, heading: string, relay: string): string => {
  const text = readFileSync(new URL(`../../docs/${guide}`, import.meta.url), "utf8");
  const [, below = ""] = text.split(`# ${heading}\n`);
  const [, lines = ""] = /```\w+\n([\s\S]*?)```/.exec(below) ?? [];
  return lines.replaceAll(/https:\/\/relay\.\w+\.(com|example)/g, relay);
};

/** The lines of Shopify's custom pixel. */
export const pastedPixel = (relay: string): string => pasted("shopify.md", "The checkout: a custom pixel", relay);
