/** All that `npm run bench` measures. */
import { accept } from "./accept.ts";
import { drain } from "./drain.ts";
import { flatness } from "./flatness.ts";
import { latency } from "./latency.ts";
import { mapping } from "./mapping.ts";
import { memory } from "./memory.ts";
import { onPostgres } from "./on-postgres.ts";
import type { PartName } from "./result.ts";
import type { Part } from "./row.ts";
import { suite } from "./suite.ts";
import { tag } from "./tag.ts";

export const PARTS: Record<PartName, Part> = {
  tag,
  accept,
  latency,
  flatness,
  mapping,
  drain,
  postgres: onPostgres,
  memory,
  suite,
};
