/** Other lines of Node to measure on: told by BENCH_NODES, else the package that holds one, in a folder for this run. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export const NODE_LINES = ["20", "22", "24"] as const;

export interface FoundNode {
  /** "22". */
  line: string;
  /** "v22.21.1". */
  version: string;
  path: string;
}

export interface MissingNode {
  line: string;
  why: string;
}

const INSTALL_MS = 180_000;
let folder: string | undefined;
process.once("exit", () => folder && rmSync(folder, { recursive: true, force: true }));

/** One for each of the lines: the one that runs this, else the others in this order. Never throws. */
export const nodesOf = async (lines: readonly string[]): Promise<(FoundNode | MissingNode)[]> => {
  const told = (process.env.BENCH_NODES ?? "").split(",").filter(Boolean);
  const own = await Promise.all([process.execPath, ...told].map(versioned));
  const found: (FoundNode | MissingNode)[] = [];
  for (const line of lines)
    found.push(own.find((one) => one?.line === line) ?? (await fetched(line)) ?? { line, why: "it could not be had" });
  return found;
};

const versioned = async (path: string): Promise<FoundNode | undefined> => {
  try {
    const { stdout } = await run(path, ["--version"]);
    const version = stdout.trim();
    return { line: /^v(\d+)/.exec(version)?.[1] ?? "", version, path };
  } catch {
    return undefined;
  }
};

/** What npm says when it fails may hold the registry's address, which is nobody else's business. */
const fetched = async (line: string): Promise<FoundNode | undefined> => {
  folder ??= mkdtempSync(join(tmpdir(), "pinrelay-nodes-"));
  const home = join(folder, line);
  const name = `node-${process.platform}-${process.arch}`;
  try {
    const words = ["install", "--prefix", home, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"];
    await run("npm", [...words, `${name}@${line}`], { timeout: INSTALL_MS });
    const one = await versioned(join(home, "node_modules", name, "bin", "node"));
    return one?.line === line ? one : undefined;
  } catch {
    return undefined;
  }
};
