import { readFileSync } from "node:fs";
import { EVENTS } from "@pinrelay/tag/contract";
import { expect, test } from "vitest";
import { VARIABLE_NAMES } from "#relay/config";
import { OUTCOMES } from "#relay/core/outcome";
import { DEFAULT_SETTINGS } from "#relay/core/settings";
import { FIELDS } from "#relay/pinterest/mapping";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

/** The rows of the table under a heading, cell by cell, without code marks. */
const table = (heading: string): string[][] => {
  const section = readme.split(/^#+ /m).find((part) => part.startsWith(heading)) ?? "";
  const lines = section.split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.replaceAll("`", "").trim()),
  );
};

test("the README's table of events is the contract's", () => {
  expect(table("Events")).toEqual(EVENTS.map(([shop, tag, api]) => [shop, tag ?? "–", api ?? "–"]));
});

test("the README's table of fields is the mapping's", () => {
  expect(table("Fields")).toEqual(FIELDS.map((row) => [...row]));
});

test("the README's table of outcomes is the relay's", () => {
  expect(table("Outcomes")).toEqual(Object.entries(OUTCOMES));
});

test("the README's table of variables names every one, and no other", () => {
  expect(table("Environment").map(([variable]) => variable)).toEqual(VARIABLE_NAMES);
});

test("the README's table of settings names every one with its default", () => {
  expect(table("Settings").map(([setting, standard]) => [setting, standard])).toEqual(
    Object.entries(DEFAULT_SETTINGS).map(([setting, standard]) => [setting, String(standard)]),
  );
});
