/** What the documents say in tables is what the code goes by. */
import { readFileSync } from "node:fs";
import { EVENTS } from "@pinrelay/tag/contract";
import { describe, expect, test } from "vitest";
import { VARIABLE_NAMES } from "#relay/config";
import { OUTCOMES } from "#relay/core/outcome";
import { DEFAULT_SETTINGS } from "#relay/core/settings";
import { REPLAYED } from "#relay/dead-letters";
import { FIELDS } from "#relay/pinterest/mapping";

const page = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

/** The rows of the first table under a heading of a document, cell by cell, without code marks. */
const table = (path: string, heading: string): string[][] => {
  const section =
    page(path)
      .split(/^#+ /m)
      .find((part) => part.startsWith(heading)) ?? "";
  const lines = (/(?:^\|.*\n)+/m.exec(section)?.[0] ?? "").trim().split("\n");
  return lines.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.replaceAll("`", "").trim()),
  );
};

const SHOWN = EVENTS.map(([shop, tag, api]) => [shop, tag ?? "–", api ?? "–"]);

test("the table of events is the contract's", () => {
  expect(table("docs/what-is-sent.md", "Events")).toEqual(SHOWN);
});

test("the README shows the first events of it, and says how many more there are", () => {
  const rows = table("README.md", "What is counted once");
  expect(rows).toEqual(SHOWN.slice(0, 5));
  expect(SHOWN.length - rows.length).toBe(19);
  expect(page("README.md")).toContain("nineteen more");
});

test("the table of fields is the mapping's", () => {
  expect(table("docs/what-is-sent.md", "Fields")).toEqual(FIELDS.map((row) => [...row]));
});

describe("docs/outcomes.md", () => {
  const rows = table("docs/outcomes.md", "Outcomes");

  test("has every outcome in the relay's own words, and what to do about it", () => {
    expect(rows.map(([name, means]) => [name, means])).toEqual(Object.entries(OUTCOMES));
    for (const [name, , does = ""] of rows) expect(does.length, name).toBeGreaterThan(5);
    expect(page("README.md")).toContain(`thirteen [outcomes]`);
    expect(rows).toHaveLength(13);
  });

  test("says which of them can be replayed", () => {
    const said = table("docs/outcomes.md", "Which of them").find(([what]) => what === "can be replayed")?.[1] ?? "";
    const replayed = Object.entries(REPLAYED).flatMap(([name, is]) => (is === true ? [name] : []));
    expect(said.split(", ").sort()).toEqual(replayed.sort());
  });
});

test("the table of variables names every one, and no other", () => {
  expect(table("docs/configuration.md", "Environment").map(([variable]) => variable)).toEqual(VARIABLE_NAMES);
});

test("the table of settings names every one with its default", () => {
  expect(table("docs/configuration.md", "Settings").map(([setting, standard]) => [setting, standard])).toEqual(
    Object.entries(DEFAULT_SETTINGS).map(([setting, standard]) => [setting, String(standard)]),
  );
});
