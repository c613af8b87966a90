/** docs/dependencies.md names every package that is depended on, as it is installed, and says why. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const named = z.record(z.string(), z.string()).default({});
const manifest = z.object({ dependencies: named, devDependencies: named, optionalDependencies: named });
const lock = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      license: z.string().optional(),
      hasInstallScript: z.boolean().optional(),
      dependencies: named,
      optionalDependencies: named,
    }),
  ),
});

const { packages } = lock.parse(JSON.parse(read("package-lock.json")));
const namesIn = (path: string, ...kinds: (keyof z.output<typeof manifest>)[]): string[] => {
  const file = manifest.parse(JSON.parse(read(path)));
  return kinds.flatMap((kind) => Object.keys(file[kind])).sort();
};

/** Rows under a heading, cell by cell. */
const rows = (heading: string): string[][] =>
  (read("docs/dependencies.md").split(`## ${heading}`)[1] ?? "")
    .split("\n## ")[0]
    ?.split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll("`", "")),
    ) ?? [];

const RUN = rows("What a relay runs");
const BUILD = rows("What builds and tests it");

test("what a relay runs is what both packages depend on, and no more than a dozen beside types", () => {
  const all = namesIn("packages/relay/package.json", "dependencies", "optionalDependencies");
  expect(RUN.map(([name]) => name)).toEqual(all.filter((name) => name !== "@pinrelay/tag"));
  expect(namesIn("packages/tag/package.json", "dependencies", "optionalDependencies")).toEqual([]);
  // Types are text for a compiler.
  expect(RUN.filter(([name = ""]) => !name.startsWith("@types/")).length).toBeLessThanOrEqual(12);
});

test("what builds and tests it is what the workspace depends on", () => {
  const all = namesIn("package.json", "dependencies", "devDependencies", "optionalDependencies");
  expect(BUILD.map(([name]) => name)).toEqual(all);
  for (const path of ["packages/relay/package.json", "packages/tag/package.json"])
    expect(namesIn(path, "devDependencies")).toEqual([]);
});

test("each row says what for and why, and its version, licence and install script are those that are installed", () => {
  for (const [name = "", what = "", why = "", version = "", licence, size, script] of [...RUN, ...BUILD]) {
    const own = packages[`node_modules/${name}`];
    expect([what.length > 3, why.length > 3], name).toEqual([true, true]);
    expect(version, name).toMatch(/^[\w.-]+, 20\d\d-\d\d-\d\d$/);
    expect(version.split(",")[0], name).toBe(own?.version);
    expect(licence, name).toBe(own?.license);
    expect(size, name).toMatch(/^\d+\.\d+$/);
    expect(script, name).toBe(own?.hasInstallScript ? "has one, needs none" : "none");
  }
});

test("nothing that a relay runs, however deep, has an install script but SQLite for Node 20", () => {
  const met = new Set<string>();
  /** As Node finds it: beside who asks, else further out. */
  const place = (from: string, name: string): string | undefined => {
    for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/")))) {
      const path = at === "" ? `node_modules/${name}` : `${at}/node_modules/${name}`;
      if (packages[path]) return path;
      if (at === "") return undefined;
    }
  };
  const walk = (path: string): void => {
    if (met.has(path)) return;
    met.add(path);
    const { dependencies = {}, optionalDependencies = {} } = packages[path] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const next = place(path.startsWith("packages/") ? "" : path, name);
      if (next) walk(next);
    }
  };
  walk("packages/relay");
  expect(met.size).toBeGreaterThan(50);
  const scripted = [...met].filter((path) => packages[path]?.hasInstallScript);
  expect(scripted).toEqual(["node_modules/@photostructure/sqlite"]);
  // 115 packages of others, the tag, and the relay itself.
  expect(read("docs/dependencies.md")).toContain(`there are ${met.size - 2} packages`);
});
