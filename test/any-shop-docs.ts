/** The docs of shops made by hand, and what can be taken out of them. */
import { readFileSync } from "node:fs";

export const DOCS = readFileSync(`${import.meta.dirname}/../docs/any-shop.md`, "utf8");

/** The rows of every table, cell by cell, without code marks. */
export const tables = (text: string): string[][][] =>
  [...text.matchAll(/(?:^\|.*\n)+/gm)].map(([table]) =>
    table
      .trim()
      .split("\n")
      .slice(2)
      .map((line) =>
        line
          .split("|")
          .slice(1, -1)
          .map((cell) => cell.replaceAll("`", "").trim()),
      ),
  );

/** The examples in a language. */
export const examples = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "gm"))].map(([, code = ""]) => code);
