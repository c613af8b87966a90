/** Starts a relay in a process of its own, and asks it things. It runs what is built: `npm run build` first. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { RelayOptions } from "#relay/relay";
import type { Route } from "./routes.ts";

export interface OwnRelay {
  url: string;
  /** Public key of its shop. */
  key: string;
  process: ChildProcess;
  pid: number;
  /** What it has logged so far, a line each; the last ten thousand. */
  log: readonly string[];
  /** Bytes of JavaScript's heap that are in use after a collection. */
  heap(): Promise<number>;
  routes(): Promise<Route[]>;
  /** Deliveries that are not settled. */
  waiting(): Promise<number>;
  /** Events that were purged so far. */
  purged(): Promise<number>;
  /** Whether it runs still. */
  isAlive(): boolean;
  close(): Promise<void>;
}

export interface OwnOptions {
  options: Omit<RelayOptions, "log" | "now" | "chance">;
  /** The shell that starts it first does this: a limit is set so. */
  before?: string;
  /** Events are purged so many ms after they were received. */
  keepMs?: number;
}

const LOG_LINES = 10_000;
const greeting = z.object({ url: z.string(), key: z.string() });
const reply = z.object({ id: z.number(), answer: z.unknown().optional() });

/** From the sources the compiled process is in `dist`, from what is compiled it is next door. */
const beside = (): string => {
  const compiled = fileURLToPath(new URL("./relay.js", import.meta.url));
  return existsSync(compiled) ? compiled : fileURLToPath(new URL("../dist/own-process/relay.js", import.meta.url));
};

export async function startOwnRelay({ options, before, keepMs }: OwnOptions): Promise<OwnRelay> {
  const words = [process.execPath, "--expose-gc", beside()];
  const [command = "", ...args] = before ? ["/bin/sh", "-c", `${before}; exec "$@"`, "sh", ...words] : words;
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, RELAY_OPTIONS: JSON.stringify({ options, keepMs }) },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const log: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream ?? process.stdin }).on("line", (line) => {
      if (log.push(line) > LOG_LINES) log.shift();
    });
  const open = new Map<number, (answer: unknown) => void>();
  let asked = 0;

  const started = await new Promise<z.output<typeof greeting>>((resolve, reject) => {
    child.once("exit", (code, signal) => reject(new Error(`the relay ended: ${code ?? signal}\n${log.join("\n")}`)));
    child.once("message", (message) => resolve(greeting.parse(message)));
  });
  child.on("message", (message) => {
    const { id, answer } = reply.parse(message);
    open.get(id)?.(answer);
    open.delete(id);
  });
  const ask = (question: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const ended = () => reject(new Error(`the relay ended:\n${log.slice(-20).join("\n")}`));
      if (child.exitCode !== null || child.signalCode !== null) return ended();
      child.once("exit", ended);
      asked += 1;
      open.set(asked, (answer) => {
        child.off("exit", ended);
        resolve(answer);
      });
      child.send({ id: asked, question });
    });

  return {
    ...started,
    process: child,
    pid: child.pid ?? 0,
    log,
    heap: async () => z.number().parse(await ask("heap")),
    routes: async () => z.array(z.object({ method: z.string(), path: z.string() })).parse(await ask("routes")),
    waiting: async () => z.number().parse(await ask("waiting")),
    purged: async () => z.number().parse(await ask("purged")),
    isAlive: () => child.exitCode === null && child.signalCode === null,
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.send({ id: 0, question: "close" });
      await ended;
    },
  };
}
