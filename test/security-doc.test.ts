/** The threat model in docs/security.md names a test for each threat, and every one of them is there and is run. */
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const doc = read("docs/security.md");
const section = (heading: string): string => (doc.split(`\n## ${heading}\n`)[1] ?? "").split("\n## ")[0] ?? "";

interface Threat {
  threat: string;
  against: string;
  tests: (readonly [file: string, title: string])[];
}

/** Rows of the table; those in bold are headings. */
const THREATS: readonly Threat[] = section("Threats")
  .split("\n")
  .filter((line) => /^\| [^-*]/.test(line) && !line.startsWith("| threat |"))
  .map((line) => {
    const [threat = "", against = "", shown = ""] = line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
    const tests = [...shown.matchAll(/`(test\/[^`]+)`((?:,? “[^”]+”)+)/g)].flatMap(([, file = "", titles = ""]) =>
      [...titles.matchAll(/“([^”]+)”/g)].map(([, title = ""]) => [file, title] as const),
    );
    return { threat, against, tests };
  });

test("each threat says what stands against it, and names a test", () => {
  expect(THREATS.length).toBeGreaterThan(35);
  expect(THREATS.filter(({ threat, against, tests }) => !threat || !against || tests.length === 0)).toEqual([]);
  expect(new Set(THREATS.map(({ threat }) => threat)).size).toBe(THREATS.length);
});

/** A test or a group of them, by its title: plain, or of a table. */
const hasTest = (text: string, title: string): boolean =>
  ['"', "`", "'"].some((quote) => text.includes(`${quote}${title}${quote}`)) &&
  !new RegExp(`\\b(skip|todo|fails)\\([\`"']${escaped(title)}`).test(text);
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

test.each(THREATS.flatMap(({ threat, tests }) => tests.map(([file, title]) => [file, title, threat] as const)))(
  "%s has: %s",
  (file, title) => {
    expect(existsSync(new URL(`../${file}`, import.meta.url)), file).toBe(true);
    expect(hasTest(read(file), title)).toBe(true);
  },
);

test("nothing in the third column is lost to a slip of the pen", () => {
  const named = THREATS.reduce((sum, { tests }) => sum + tests.length, 0);
  expect(named).toBe([...section("Threats").matchAll(/“[^”]+”/g)].length);
  expect(section("Threats")).not.toMatch(/TODO|not yet/i);
});

test("links of SECURITY.md and docs/security.md lead to files that are there, and to headings in them", () => {
  const headingsOf = (path: string): string[] =>
    [...read(path).matchAll(/^#+ (.+)$/gm)].map(([, words = ""]) =>
      words
        .toLowerCase()
        .replace(/[^\p{L}\d -]/gu, "")
        .replaceAll(" ", "-"),
    );
  for (const [from, folder] of [
    ["SECURITY.md", ""],
    ["docs/security.md", "docs/"],
    ["docs/dependencies.md", "docs/"],
  ] as const)
    for (const [, target = ""] of read(from).matchAll(/\]\(([^)]+)\)/g)) {
      const [file = "", heading] = target.split("#");
      const path = file.startsWith("../") ? file.slice(3) : file === "" ? from : `${folder}${file}`;
      expect(existsSync(new URL(`../${path}`, import.meta.url)), `${from}: ${target}`).toBe(true);
      if (heading) expect(headingsOf(path), `${from}: ${target}`).toContain(heading);
    }
});
