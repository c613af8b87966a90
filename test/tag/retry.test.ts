import { expect, test } from "vitest";
import { retryMs } from "#tag/retry";

// biome-ignore format: a table
test.each([
  // tries, chance, Retry-After in s, ms
  [0,   0,  0,    500],
  [0,   1,  0,    1_000],
  [3,   1,  0,    8_000],
  [40,  1,  0,    256_000],
  [0,   0,  30,   30_500],
])("after %d tries, by chance %d, asked for %d s: %d ms", (tries, chance, retryAfter, ms) => {
  expect(retryMs(tries, chance, retryAfter)).toBe(ms);
});
