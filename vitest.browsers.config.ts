import { defineConfig } from "vitest/config";
import ours from "./vitest.config.ts";

// `npm run test:browsers`: what a machine has only if someone has installed it, so no part of `npm test`.
export default defineConfig({
  ...ours,
  test: {
    ...ours.test,
    include: ["test/other-browsers/*.test.ts"],
    exclude: ["**/node_modules/**"],
    // One browser at a time: several start slowly on a small machine.
    maxWorkers: 1,
  },
});
