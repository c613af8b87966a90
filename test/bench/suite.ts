/** How long `npm ci && npm test` takes in a fresh clone of what is committed, with browser and PostgreSQL. */
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Options, Row } from "./row.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const MOST_MS = 1_500_000;

const CELL = { table: "A fresh clone", what: "npm ci && npm test", unit: "s", bar: "suite" } as const;

export async function suite({ quick }: Options): Promise<Row[]> {
  if (quick) return [{ ...CELL, value: null, note: "the short form leaves it out" }];
  const folder = mkdtempSync(join(tmpdir(), "pinrelay-suite-"));
  // Under root the database's user passes through, on its way to its programs.
  chmodSync(folder, 0o711);
  const clone = join(folder, "pinrelay");
  try {
    if (!(await ran("git", ["clone", "--quiet", ROOT, clone], folder)))
      return [{ ...CELL, value: null, note: "there is no git repository to clone" }];
    const steps: Row[] = [];
    const before = performance.now();
    for (const words of [["ci"], ["test"]]) {
      const since = performance.now();
      const what = `npm ${words.join(" ")}`;
      if (!(await ran("npm", words, clone))) return [...steps, { ...CELL, value: null, note: `${what} failed` }];
      steps.push({ table: CELL.table, what, unit: CELL.unit, value: (performance.now() - since) / 1_000 });
    }
    return [...steps, { ...CELL, value: (performance.now() - before) / 1_000 }];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As who has just cloned it: nothing of the npm that runs this, but where packages come from. */
const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_/i.test(name) || /^npm_config_(registry|userconfig)$/i.test(name),
    ),
  );

/** Whether it ended well. What it says is for nobody; what is left of it when its time is over is ended with it. */
const ran = (command: string, words: string[], cwd: string): Promise<boolean> =>
  new Promise((resolve) => {
    const child = spawn(command, words, { cwd, env: environment(), stdio: "ignore", detached: true });
    const end = (): void => {
      try {
        if (child.pid) process.kill(-child.pid, "SIGKILL");
      } catch {
        // All of it has ended.
      }
    };
    const timer = setTimeout(end, MOST_MS);
    const done = (isGood: boolean): void => {
      clearTimeout(timer);
      process.off("exit", end);
      resolve(isGood);
    };
    process.once("exit", end);
    child.once("error", () => done(false));
    child.once("exit", (code) => done(code === 0));
  });
