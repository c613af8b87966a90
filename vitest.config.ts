import { readdirSync, readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

// "source" lets tests run the TypeScript of both packages; exactly these two,
// since adding "import" makes Express's router resolve to a file it does not ship.
const conditions = ["source", "default"];

/** What the tag's modules remember of a page, a file that acts the page itself must not find from another. */
const actsPage = (file: string): boolean => readFileSync(file, "utf8").includes("// @vitest-environment jsdom");
const all = readdirSync("test", { recursive: true, encoding: "utf8" })
  .filter((file) => /\.test\.ts$/.test(file) && !/^(dist|other-browsers)\b/.test(file))
  .map((file) => `test/${file}`);

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    // A test computes a third of its time, and waits the rest: for a page to settle, a process to start, a rest to be over.
    // So six at once keep two cores busy.
    maxWorkers: 6,
    testTimeout: 90_000,
    hookTimeout: 60_000,
    // A second, which is what it is otherwise, a browser's page may need to come.
    expect: { poll: { timeout: 25_000 } },
    projects: [
      // Each in a context of its own, but in one process: loading jsdom anew for each file takes longer than the tests.
      { extends: true, test: { name: "page", include: all.filter(actsPage), pool: "vmForks" } },
      // Loading Express and Playwright anew for each file would take about a fifth of the time.
      {
        extends: true,
        test: {
          name: "line",
          globalSetup: "test/postgres-setup.ts",
          setupFiles: "test/postgres-drop.ts",
          include: all.filter((file) => !actsPage(file)),
          isolate: false,
        },
      },
    ],
  },
});
