/** Starts a program of this machine, and ends it with all that it started. */
import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

export interface Program {
  /** What it has said so far. */
  said(): string;
  /** The first group of this in what it says. Fails if it ends, or says nothing like it in time. */
  says(pattern: RegExp, withinMs?: number): Promise<string>;
  end(): Promise<void>;
}

/** `name` is a command, `package` what Debian calls the package that has it. */
export function startProgram(
  name: string,
  debianPackage: string,
  args: readonly string[],
  env: Record<string, string>,
): Program {
  const path = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name));
  const found = path.find(isExecutable);
  if (!found) throw new Error(`${name} is not on this machine: apt-get install ${debianPackage}`);
  let said = "";
  let isOver = false;
  const hear = (text: Buffer) => {
    said += text;
  };
  // A group of its own: with its process ID all that it started can be ended, and nothing else.
  const child = spawn(found, args, {
    env: { ...process.env, ...env },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const over = new Promise<void>((resolve) => {
    const end = () => {
      isOver = true;
      resolve();
    };
    child.once("exit", end);
    child.once("error", end);
  });

  return {
    said: () => said,
    async says(pattern, withinMs = 30_000) {
      for (const end = Date.now() + withinMs; ; ) {
        const [, group] = pattern.exec(said) ?? [];
        if (group !== undefined) return group;
        if (isOver || Date.now() > end) throw new Error(`${name} does not say ${pattern}, but:\n${said}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async end() {
      try {
        if (child.pid) process.kill(-child.pid, "SIGKILL");
      } catch {
        // All of it has ended by itself.
      }
      await over;
    },
  };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
