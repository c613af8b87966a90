import { readFileSync } from "node:fs";
import { OPERATORS } from "@pinrelay/tag/filter";
import { expect, test } from "vitest";
import { FILTER_PROPERTIES } from "#relay/core/filter";

const document = readFileSync(new URL("../docs/rules.md", import.meta.url), "utf8");

/** First cells of the table that has this head, without code marks. */
const cells = (head: string): string[] => {
  const lines = (document.split(`${head}\n`)[1] ?? "").split("\n").slice(1);
  const end = lines.findIndex((line) => !line.startsWith("|"));
  return lines.slice(0, end).map((line) => line.split("|")[1]?.replaceAll("`", "").trim() ?? "");
};

test("docs/rules.md has every property there is, with its kind and what it is", () => {
  const rows = FILTER_PROPERTIES.map(([path, kind, what]) => `| \`${path}\` | ${kind} | ${what} |`);
  expect(document).toContain(rows.join("\n"));
  expect(cells("| property | kind | what |")).toEqual(FILTER_PROPERTIES.map(([path]) => path));
});

test("docs/rules.md has every operator there is", () => {
  expect(cells("| operator | on lists |")).toEqual([...OPERATORS]);
});
