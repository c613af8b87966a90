/** Says at the end of `npm run test:browsers` what ran in which engine and version, and what did not and why. */
import type { Reporter, TestCase, TestModule } from "vitest/node";

declare module "vitest" {
  interface TaskMeta {
    /** Name and version of the browser, as it says them itself. */
    engine?: string;
  }
}

/** Each engine's file → how it is called where none could be started. */
const ENGINES = { "firefox.test.ts": "Firefox ESR", "webkit.test.ts": "WebKitGTK" } as const;
const WORDS = { passed: "yes", failed: "FAILED", skipped: "not run", pending: "not run" } as const;

/** What a test is about, whichever engine it runs in: its titles, without the file. */
const partOf = (test: TestCase): string => test.fullName.replaceAll(" > ", ": ");

interface Ran {
  engine: string;
  parts: ReadonlyMap<string, string>;
  /** Why nothing of it could run. */
  why?: string;
}

const ran = (module: TestModule): Ran => {
  const [, called = module.moduleId] = Object.entries(ENGINES).find(([file]) => module.moduleId.endsWith(file)) ?? [];
  const tests = [...module.children.allTests()];
  const version = tests.map((test) => test.meta().engine).find((engine) => engine !== undefined);
  const faults = [...module.children.allSuites()].flatMap((suite) => suite.errors()).concat(module.errors());
  const why = version === undefined ? faults[0]?.message : undefined;
  return {
    engine: version ? `${called} (${version})` : called,
    parts: new Map(tests.map((test) => [partOf(test), WORDS[test.result().state]])),
    ...(why === undefined ? {} : { why }),
  };
};

/** The table as text: a part a line, an engine a column. */
export const coverageTable = (engines: readonly Ran[]): string => {
  const parts = [...new Set(engines.flatMap(({ parts: of }) => [...of.keys()]))];
  const columns = engines.map(({ engine, parts: of }) => ({ engine, cells: parts.map((part) => of.get(part) ?? "–") }));
  const row = (cells: readonly string[], what: string): string =>
    [...cells.map((cell, column) => cell.padEnd(columns[column]?.engine.length ?? 0)), what].join("  ");
  const count = columns.map(({ cells }) => `${cells.filter((cell) => cell === "yes").length} of ${parts.length}`);
  return [
    "What ran in which engine; – is no part of that engine's suite",
    "",
    row(
      columns.map(({ engine }) => engine),
      "what a shopper does, or a page",
    ),
    ...parts.map((part, index) =>
      row(
        columns.map(({ cells }) => cells[index] ?? ""),
        part,
      ),
    ),
    row(count, "in all"),
    ...engines.flatMap(({ engine, why }) => (why === undefined ? [] : [`${engine} was not covered: ${why}`])),
    "",
  ].join("\n");
};

export const coverage: Reporter = {
  onTestRunEnd: (modules) => void process.stdout.write(`\n${coverageTable(modules.map(ran))}\n`),
};
