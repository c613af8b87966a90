import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { HALVES, PINTEREST, RELAY } from "#tag/debug/words";

const page = readFileSync(new URL("../docs/debug-panel.md", import.meta.url), "utf8");

/** The rows of the table under a heading, cell by cell. */
const table = (heading: string): string[][] => {
  const section = page.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
  const lines = section.split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
};

test.each([
  ["Relay", RELAY],
  ["Pinterest Tag", PINTEREST],
  ["Both halves", HALVES],
])("the page on the debug panel explains each word of %s as the panel does", (heading, words) => {
  expect(table(heading)).toEqual(Object.entries(words).map(([word, [, means, remedy]]) => [word, means, remedy]));
});
