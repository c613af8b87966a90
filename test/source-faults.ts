/** What TypeScript's own parser says of pieces of source, without asking what they mean. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Source {
  language: "js" | "jsx" | "ts" | "tsx";
  code: string;
}

const TSC = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));
// biome-ignore format: a command line
const OPTIONS = ["--noEmit", "--noCheck", "--allowJs", "--jsx", "preserve", "--target", "esnext", "--module", "esnext", "--moduleDetection", "force", "--noResolve", "--types", "", "--ignoreConfig", "--pretty", "false"];

/** Faults of each, in their order; all in one process, since its start takes longest. */
export function faultsOfSources(sources: readonly Source[]): string[][] {
  const folder = mkdtempSync(join(tmpdir(), "pinrelay-sources-"));
  try {
    const files = sources.map(({ language, code }, index) => {
      const file = join(folder, `source-${index}-.${language}`);
      writeFileSync(file, code);
      return file;
    });
    const { stdout, stderr } = spawnSync(process.execPath, [TSC, ...OPTIONS, ...files], {
      cwd: folder,
      encoding: "utf8",
    });
    const lines = `${stdout}${stderr}`.split("\n").filter((line) => line.trim() !== "");
    const isOf = (line: string, index: number) => line.includes(`source-${index}-.`);
    const strays = lines.filter((line) => !/source-\d+-\./.test(line) && !line.startsWith(" "));
    if (strays.length > 0) throw new Error(strays.join("\n"));
    return sources.map((_, index) => lines.filter((line) => isOf(line, index)).map((line) => line.replace(/^\S+/, "")));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
