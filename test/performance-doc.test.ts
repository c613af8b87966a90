import { readdirSync, readFileSync } from "node:fs";
import { JSDOM } from "jsdom";
import { describe, expect, test } from "vitest";
import { BARS, type BarId } from "./bench/bars.ts";
import { barChart } from "./bench/chart.ts";
import { performanceDocument } from "./bench/document.ts";
import { PART_NAMES, type Result, resultSchema } from "./bench/result.ts";
import type { Row } from "./bench/row.ts";
import { cellOf, numberOf } from "./bench/words.ts";

const docs = new URL("../docs/", import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, docs), "utf8");
const result = resultSchema.parse(JSON.parse(read("performance.json")));
const made = performanceDocument(result);

describe("docs/performance.md", () => {
  test.each(Object.keys(made))("%s is what performance.json says; `npm run bench -- --write` makes both", (file) => {
    expect(read(file)).toBe(made[file]);
  });

  test("no plot is left of a run that was", () => {
    const plots = readdirSync(new URL("images/", docs)).filter((file) => file.startsWith("performance-"));
    expect(plots.map((file) => `images/${file}`).sort()).toEqual(
      Object.keys(made)
        .filter((file) => file.endsWith(".svg"))
        .sort(),
    );
  });

  test("every part and every bar has been measured, or says why not", () => {
    expect(result.parts.map(({ part }) => part)).toEqual([...PART_NAMES]);
    expect(result.parts.filter(({ fault }) => fault)).toEqual([]);
    const rows = result.parts.flatMap((part) => part.rows);
    expect(new Set(rows.flatMap(({ bar }) => bar ?? []))).toEqual(new Set(Object.keys(BARS)));
    for (const row of rows) if (row.value === null) expect(row.note).toMatch(/\w/);
  });

  test("each figure has the command beside it that measures it", () => {
    const bars = linesOf(read("performance.md"), "## The bars");
    expect(bars).toHaveLength(result.parts.flatMap(({ rows }) => rows.filter(({ bar }) => bar)).length);
    for (const line of bars) expect(line).toMatch(/\| `npm run bench -- --only [a-z]+( --quick)?` \|$/);
    for (const { part } of result.parts)
      expect(read("performance.md")).toMatch(new RegExp(`^npm run bench -- --only ${part}( --quick)?$`, "m"));
  });

  test("every plot is shown in it, and is sound SVG for light and dark, with an axis", () => {
    for (const [file, text] of Object.entries(made)) {
      if (!file.endsWith(".svg")) continue;
      expect(read("performance.md")).toContain(`](${file})`);
      const { document } = new JSDOM(text, { contentType: "image/svg+xml" }).window;
      expect(document.documentElement.localName).toBe("svg");
      expect(document.querySelector("title")?.textContent).toMatch(/\w/);
      expect(document.querySelectorAll("line.grid").length).toBeGreaterThan(2);
      expect(text).toContain("prefers-color-scheme:dark");
    }
  });
});

const row = (bar: BarId, value: number | null, more: Partial<Row> = {}): Row => ({
  table: "A table",
  what: "a thing",
  unit: "ms",
  value,
  bar,
  ...more,
});
const resultOf = (...rows: Row[]): Result => ({
  machine: { processor: "P | Q", cores: 2, memoryGiB: 8, kernel: "linux 6", node: "v20.20.2", disk: "unknown" },
  parts: [
    {
      part: "latency",
      form: "long",
      at: "2026-11-26T18:00:00.000Z",
      seconds: 12.3,
      before: { fsyncMs: { p50: 1.234, p90: 2 }, loadAverage: 0.5 },
      rows,
    },
  ],
});
const pageOf = (...rows: Row[]): string => performanceDocument(resultOf(...rows))["performance.md"] ?? "";
/** The rows of the table under a heading. */
const linesOf = (page: string, heading: string): string[] =>
  (page.split(heading)[1]?.split("\n## ")[0] ?? "")
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2);

describe("a result becomes a document", () => {
  test.each<[string, Row, RegExp]>([
    ["met", row("accept p99", 9.87), /\| ≤ 15 ms \| 9\.87 ms \| met \| A table: a thing \|/],
    ["missed", row("accept p99", 15.1), /\| 15\.1 ms \| \*\*missed\*\* \|/],
    ["not measured", row("accept p99", null, { note: "no disk" }), /\| – \| not measured: no disk \|/],
  ])("a bar that is %s says so", (_, one, line) => {
    expect(linesOf(pageOf(one), "## The bars")).toEqual([expect.stringMatching(line)]);
  });

  test("why a bar is missed is told where it is, and only there", () => {
    expect(pageOf(row("accept p99", 99))).toContain("Missed, accept p99");
    expect(pageOf(row("accept p99", 9))).not.toContain("Missed,");
  });

  test("rows of one table stand in it, by their columns, with notes below", () => {
    const cell = { table: "T", what: "w", unit: "ms", value: 1 };
    const ratio = { ...cell, unit: "×", ratioTo: "other", value: 0.5, range: [0.4, 0.6] as const };
    const page = pageOf(cell, ratio, { ...cell, what: "v", value: null, note: "it is away" });
    expect(page).toContain(
      "**T**\n\n|  | ms | ÷ other |\n| --- | --- | --- |\n| w | 1 | 0.50 (0.40–0.60) |\n| v | – |  |",
    );
    expect(page).toContain("v: it is away.");
    expect(page).toContain("an fsync of 4 KiB took 1.23 ms (p90 2.00), and the load average of the machine was 0.50");
  });

  test("a word with a bar in it does not break a table", () => {
    expect(pageOf()).toContain("2 × P \\| Q |");
  });

  // biome-ignore format: a table
  test.each([
    [12_345.6, "12,346"], [100.4, "100"], [12.34, "12.3"], [1.234, "1.23"], [0.5, "0.50"], [0.01234, "0.0123"], [0, "0"], [3, "3"],
  ])("%d is written %s", (value, words) => {
    expect(numberOf(value)).toBe(words);
  });

  test("a range that is none is not written", () => {
    expect(cellOf(row("poison", 21, { range: [21, 21] }))).toBe("21");
  });

  test("a bar chart's axis begins at nothing and ends at a round number beyond all that it shows", () => {
    const bar = { label: "a < b & c", value: 4_321, text: "4,321", tone: "ours" } as const;
    const { document } = new JSDOM(barChart({ title: "t", unit: "u", groups: [{ label: "", bars: [bar] }] }), {
      contentType: "image/svg+xml",
    }).window;
    const words = [...document.querySelectorAll("text")].map((text) => text.textContent);
    expect(words).toEqual(expect.arrayContaining(["a < b & c", "4,321", "0", "1,000", "5,000", "u"]));
    expect(words).not.toContain("6,000");
  });
});
