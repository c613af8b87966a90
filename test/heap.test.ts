/** What a small machine would see if the relay's memory were V8's to decide. It runs what is built: `npm run build` first. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const FULL_HEAP = fileURLToPath(new URL("dist/own-process/full-heap.js", import.meta.url));

/** To how many times what lives in it V8 lets the heap grow before it collects it again. */
const grows = (...words: string[]): number => {
  const traced = ["--expose-gc", "--trace-gc-verbose", FULL_HEAP, ...words];
  const said = execFileSync(process.execPath, traced, { encoding: "utf8" });
  const [, old, limit] =
    [...said.matchAll(/\[HeapController\] Limit: old size: (\d+) KB, new limit: (\d+) KB/g)].at(-1) ?? [];
  return Number(limit) / Number(old);
};

test("a heap that is kept small is collected before it has grown to several times what lives in it", () => {
  expect(grows()).toBeGreaterThan(4);
  expect(grows("small")).toBeLessThan(2.5);
});
