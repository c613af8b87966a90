/** The command line as somebody runs it, from any folder and as any user: what is built, in processes of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export const CLI = fileURLToPath(new URL("../../packages/relay/bin/pinrelay.js", import.meta.url));

export interface Place {
  cwd: string;
  /** Beside PATH. */
  env?: Record<string, string>;
  /** Of another copy of Pinrelay, run by another Node. */
  cli?: string;
  node?: string;
  /** Only root can be somebody else. */
  user?: { uid: number; gid: number };
  /** What it reads from standard input. */
  input?: string;
}

export interface Ended {
  code: number | null;
  output: string;
}

/** Runs a program to its end. */
export async function ran(program: string, words: string[], { cwd, env, user, input }: Place): Promise<Ended> {
  const child = spawn(program, words, { cwd, env: { PATH: process.env.PATH, ...env }, ...user, stdio: "pipe" });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      output += String(chunk);
    });
  // It may have ended without reading it.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const [code] = await once(child, "close");
  return { code, output };
}

export const pinrelay = (words: string[], place: Place): Promise<Ended> =>
  ran(place.node ?? process.execPath, [place.cli ?? CLI, ...words], place);

export interface Served {
  url: string;
  /** Public key of its shop. */
  key: string;
  process: ChildProcess;
  /** Tells it to stop, and waits: exit code, signal. */
  stop(): Promise<[number | null, NodeJS.Signals | null]>;
}

/** Starts `pinrelay serve`, and waits until it listens. */
export async function served({ cwd, env, cli = CLI, node = process.execPath, user }: Place): Promise<Served> {
  const child = spawn(node, [cli, "serve"], {
    cwd,
    env: { PATH: process.env.PATH, PORT: "0", LOG_LEVEL: "silent", ...env },
    ...user,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "exit");
  let output = "";
  const url = await new Promise<string>((resolve, reject) => {
    const hear = (chunk: unknown) => {
      output += String(chunk);
      const found = /listens on (\S+)\n/.exec(output)?.[1];
      if (found) resolve(found.replace("//0.0.0.0", "//127.0.0.1"));
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    void ended.then(() => reject(new Error(`the relay ended: ${output}`)));
  });
  const key = /"key":"(\w+)"/.exec(await (await fetch(`${url}/tag.js`)).text())?.[1] ?? "";
  return {
    url,
    key,
    process: child,
    async stop() {
      child.kill("SIGTERM");
      const [code, signal] = await ended;
      return [code, signal];
    },
  };
}
