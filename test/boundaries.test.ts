import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const packages = fileURLToPath(new URL("../packages/", import.meta.url));
const CONTRACT = /^@pinrelay\/tag\/(contract|filter|money|content-id|page-address)$/;

/** Who may import what: by folder, the files of ours (from `packages/`) and the packages that its files may name. */
// biome-ignore format: a table
const RULES: readonly (readonly [folder: string, ours: RegExp, others: RegExp])[] = [
  ["tag/src",             /^tag\/src\/[^/]+$|^tag\/src\/(shops|pixel|builds|debug)\//,                /^$/],
  // It watches from outside: of the tag it takes rules and types, nothing that does something.
  ["tag/src/debug",       /^tag\/src\/(debug\/|(content-id|contract|guard|kept|money|page-address|pintrk-on-page|retry|thing)\.ts$)/, /^$/],
  ["relay/src/core",      /^relay\/src\/core\//,                                                      CONTRACT],
  ["relay/src/pinterest", /^relay\/src\/(core|pinterest)\//,                                          new RegExp(`${CONTRACT.source}|^(zod|node:crypto|libphonenumber-js/min)$`)],
  ["relay/src/sources",   /^relay\/src\/(core|sources)\/|^relay\/src\/pinterest\/match-keys\.ts$/,    new RegExp(`${CONTRACT.source}|^(zod|node:(buffer|crypto))$`)],
  ["relay/src/store",     /^relay\/src\/(core|store)\//,                                              new RegExp(`${CONTRACT.source}|^(@photostructure/sqlite|pg)$|^node:(crypto|fs|path|timers/promises|worker_threads)$`)],
  // It looks at the line from beside it: nothing on the line knows of it.
  ["relay/src/metrics",   /^relay\/src\/(core|metrics)\/|^relay\/src\/(metrics|store\/store|pinterest\/client)\.ts$/,   /^(prom-client|node:(fs|http|perf_hooks))$/],
  // Beside the line too: it reads what the line keeps, and changes what the line goes by. Nothing knows of it but the wiring.
  ["relay/src/admin",     /^relay\/src\/(admin|core)\/|^relay\/src\/store\/(store|reads|house-store)\.ts$|^relay\/src\/http\/limit\.ts$|^relay\/src\/(dead-letters|directory|forget|log-query|origins|presets|preview|quality|rules-schema|setting-words|settings|settings-file|snippet)\.ts$|^relay\/src\/sources\/person\.ts$|^relay\/src\/pinterest\/(try-access|quality-score)\.ts$/, new RegExp(`${CONTRACT.source}|^(express|preact|preact-render-to-string|zod)$|^node:(crypto|fs|timers/promises)$`)],
  ["relay/src/http",      /^relay\/src\/(core|http|sources)\/|^relay\/src\/store\/store\.ts$|^relay\/src\/(directory|forget|ingest|public-address|tag-files)\.ts$/, new RegExp(`${CONTRACT.source}|^(express|isbot|tldts|pino)$|^node:(crypto|fs|http|module|net|path|zlib)$`)],
];

const sources = (folder: string): string[] =>
  readdirSync(join(packages, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => join(folder, file).split(sep).join("/"));

const imports = (file: string): string[] =>
  [...readFileSync(join(packages, file), "utf8").matchAll(/(?<!")\b(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(
    ([, name = ""]) =>
      name.startsWith(".")
        ? normalize(join(dirname(file), name))
            .split(sep)
            .join("/")
        : name,
  );

describe("imports go one way", () => {
  test.each(RULES)("%s", (folder, ours, others) => {
    const files = sources(folder);
    expect(files.length).toBeGreaterThan(0);
    const strays = files.flatMap((file) =>
      imports(file)
        .filter((name) => !(/^(tag|relay)\//.test(name) ? ours : others).test(name))
        .map((name) => `${file} imports ${name}`),
    );
    expect(strays).toEqual([]);
  });
});

test("the tag knows the debug panel's types, and none of its code", () => {
  const strays = sources("tag/src")
    .filter((file) => !/^tag\/src\/debug\/|^tag\/src\/builds\/debug\.ts$/.test(file))
    .filter((file) => /^import (?!type )[^;]*"\.{1,2}\/debug\//m.test(read(file)));
  expect(strays).toEqual([]);
});

test("the environment is read by the command line alone", () => {
  const readers = sources("relay/src").filter((file) => /process\.env|\benv\b.*from "node:process"/.test(read(file)));
  expect(readers).toEqual(["relay/src/cli.ts"]);
});

/** Packages that a file cannot start without: what is imported while it runs is not among them. */
const needed = (file: string, seen = new Set<string>()): string[] => {
  if (seen.has(file)) return [];
  seen.add(file);
  return [...read(file).matchAll(/^(?:import(?! type)|export)\b[^;]*?"([^"]+)";/gm)].flatMap(([, name = ""]) =>
    name.startsWith(".") ? needed(normalize(join(dirname(file), name)), seen) : name,
  );
};

test("a command loads neither server nor driver before it needs them: a health check runs twice a minute", () => {
  expect(needed("relay/src/cli.ts")).toContain("zod");
  expect(needed("relay/src/relay.ts")).toContain("express");
  const heavy = needed("relay/src/cli.ts").filter((name) => /^(express|pg|preact|libphonenumber-js)/.test(name));
  expect(heavy).toEqual([]);
});

test("nothing needs what lies outside the project", () => {
  const strays = [...sources("tag/src"), ...sources("relay/src")].filter((file) =>
    /\.\.\/shared|\/work\//.test(read(file)),
  );
  expect(strays).toEqual([]);
});

const read = (file: string): string => readFileSync(join(packages, file), "utf8");
