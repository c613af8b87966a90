/** Servers to be measured, in processes of their own, each of which ends with this one, however that ends. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { ServerKind } from "./server.ts";

export interface Served {
  url: string;
  /** Public key of a relay's shop. */
  key: string;
  pid: number;
  /** Seconds of processor time that it has taken so far, all its threads together; undefined where there is no /proc. */
  processorSeconds(): number | undefined;
  close(): Promise<void>;
}

const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

const greeting = z.object({ url: z.string(), key: z.string() });
const START_MS = 60_000;
const END_MS = 5_000;

/** BENCH_PROFILE: a folder in which each server leaves a profile of its processor time, for `profile.js`. */
const profiling = (): string[] => {
  const folder = process.env.BENCH_PROFILE;
  return folder ? ["--cpu-prof", `--cpu-prof-dir=${folder}`] : [];
};

interface ServeOptions {
  /** Of a relay: a path, or postgres://… */
  database?: string;
  /** Of a relay that delivers: where Pinterest's API is. */
  apiUrl?: string;
  /** The executable of which Node. */
  node?: string;
}

const compiled = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Starts `server.ts` as one kind of server. */
export const serve = (kind: ServerKind, { database = ":memory:", apiUrl = "", node }: ServeOptions = {}) =>
  startProcess(compiled("server.js"), [kind, database, apiUrl], node);

/** Starts what acts as Pinterest and answers each call after so many ms. */
export const answeringAfter = (ms: number): Promise<Served> => startProcess(compiled("answering-after.js"), [`${ms}`]);

/** Starts a compiled file that says by a message where it listens. */
async function startProcess(file: string, words: string[], node = process.execPath): Promise<Served> {
  // It ends when its channel to us does; and what it says on a screen is not for a table of figures.
  const child = spawn(node, [...profiling(), file, ...words], {
    env: { PATH: process.env.PATH },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  running.add(child);
  let said = "";
  child.stderr?.on("data", (chunk) => {
    said = `${said}${chunk}`.slice(-2_000);
  });
  const ended = new Promise<void>((resolve) =>
    child.once("exit", () => {
      running.delete(child);
      resolve();
    }),
  );
  const stop = async (): Promise<void> => {
    // It ends then, and writes its profile where it has one.
    if (child.connected) child.disconnect();
    const late = setTimeout(() => child.kill("SIGKILL"), END_MS);
    await ended;
    clearTimeout(late);
  };
  const started = new Promise<z.output<typeof greeting>>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) =>
      reject(new Error(`a server to be measured ended: ${code ?? signal}\n${said}`)),
    );
    child.once("message", (message) => resolve(greeting.parse(message)));
    setTimeout(() => reject(new Error("a server to be measured did not start")), START_MS).unref();
  });
  try {
    const pid = child.pid ?? 0;
    return { ...(await started), pid, processorSeconds: () => processorSeconds(pid), close: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Linux counts in hundredths of a second. */
const TICKS = 100;

/** User and system time of /proc/PID/stat, fields 14 and 15; a name in brackets before them may hold anything. */
const processorSeconds = (pid: number): number | undefined => {
  if (process.platform !== "linux") return undefined;
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
};
