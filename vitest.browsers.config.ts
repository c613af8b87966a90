import { defineConfig } from "vitest/config";
import { coverage } from "./test/other-browsers/coverage.ts";
import ours from "./vitest.config.ts";

// `npm run test:browsers`: what a machine has only if someone has installed it, so no part of `npm test`.
const { projects: _, ...test } = ours.test ?? {};

export default defineConfig({
  ...ours,
  // One browser at a time: several start slowly on a small machine.
  test: { ...test, include: ["test/other-browsers/*.test.ts"], maxWorkers: 1, reporters: ["default", coverage] },
});
