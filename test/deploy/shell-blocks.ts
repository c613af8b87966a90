/** Commands of a document, as somebody copies them out of it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

export const documentOf = (path: string): string => readFileSync(join(ROOT, path), "utf8");

/** The fenced blocks in one language (`sh`, `caddyfile`, …; "" for those without one) below a heading, up to the next. Throws where there is no such heading. */
export function blocksOf(document: string, heading: string, language = "sh"): string[] {
  // What looks like a heading within a block is a comment.
  const outside = document.replace(/^```[\s\S]*?^```$/gm, (block) => block.replace(/^#/gm, "\\#"));
  const section = outside.split(/^#+ /m).find((part) => part.split("\n")[0] === heading);
  if (section === undefined) throw new Error(`no heading "${heading}"`);
  return [...section.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .filter(([, of]) => of === language)
    .map(([, , text = ""]) => text.replace(/^\\#/gm, "#"));
}
