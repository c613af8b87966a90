import { defineConfig } from "vitest/config";

// "source" lets tests run the TypeScript of both packages; exactly these two,
// since adding "import" makes Express's router resolve to a file it does not ship.
const conditions = ["source", "default"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["**/node_modules/**", "test/dist/**", "test/other-browsers/**"],
    // Most of the time a test waits for a browser; so four at once even where there are but two cores.
    maxWorkers: 4,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
