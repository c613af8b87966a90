/** All that `npm run bench` measures. What a part needs is loaded with it: a browser, a database, nothing. */
import type { PartName } from "./result.ts";
import type { Part } from "./row.ts";

// biome-ignore format: a table
export const PARTS: Record<PartName, () => Promise<Part>> = {
  tag:      async () => (await import("./tag.ts")).tag,
  accept:   async () => (await import("./accept.ts")).accept,
  latency:  async () => (await import("./latency.ts")).latency,
  flatness: async () => (await import("./flatness.ts")).flatness,
  mapping:  async () => (await import("./mapping.ts")).mapping,
  drain:    async () => (await import("./drain.ts")).drain,
  postgres: async () => (await import("./on-postgres.ts")).onPostgres,
  memory:   async () => (await import("./memory.ts")).memory,
  suite:    async () => (await import("./suite.ts")).suite,
};
