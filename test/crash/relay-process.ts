/** Starts the relay of `relay.ts` as a process, and tells how it fares. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SHOP_ORIGIN } from "../start.ts";

/** What both doors that are no beacon's ask for. */
export const API_KEY = "5b1e0c7d94a24f6e8d3b7a10c2f9e465";
export const SHOPIFY_SECRET = "8c1f0e5b7a2d4936b0c8e1f5a7d2b394";

/** Where a relay listens, and the public key of its shop. */
export interface Address {
  url: string;
  key: string;
}

export interface RelayProcess {
  /** Its code is loaded; or it has ended. */
  standsBy: Promise<void>;
  /** Has it open its store and listen. */
  go(): void;
  /** Where it listens; undefined where it ended before it did. */
  listens: Promise<Address | undefined>;
  /** By which signal it ended; null where it ended by itself. */
  ended: Promise<NodeJS.Signals | null>;
  signal(signal: NodeJS.Signals): void;
  /** What it wrote, the last of it. */
  output(): string;
}

interface Setting {
  databaseUrl: string;
  leaseMs: number;
  pinterest: { apiUrl: string; adAccountId: string; tagId: string; token: string };
}

/** Compiled by `npm run build`, which every test run begins with. */
const SCRIPT = ["../dist/crash/relay.js", "relay.js"]
  .map((file) => fileURLToPath(new URL(file, import.meta.url)))
  .find(existsSync);

const OUTPUT_CHARACTERS = 4_000;

export function startRelayProcess({ databaseUrl, leaseMs, pinterest }: Setting): RelayProcess {
  if (!SCRIPT) throw new Error("the relay to be killed is not built: npm run build");
  const child: ChildProcess = spawn(process.execPath, [SCRIPT], {
    env: {
      PATH: process.env.PATH,
      PORT: "0",
      LOG_LEVEL: "error",
      LEASE_MS: String(leaseMs),
      DATABASE_URL: databaseUrl,
      // Beside a file the relay keeps a key of its own, which a kill may meet too.
      ...(databaseUrl.startsWith("file:") ? {} : { SECRET_KEY: "a key that only the tests of crashes know" }),
      ALLOWED_ORIGINS: SHOP_ORIGIN,
      API_KEY,
      SHOPIFY_WEBHOOK_SECRET: SHOPIFY_SECRET,
      PINTEREST_API_URL: pinterest.apiUrl,
      PINTEREST_AD_ACCOUNT_ID: pinterest.adAccountId,
      PINTEREST_TAG_ID: pinterest.tagId,
      PINTEREST_ACCESS_TOKEN: pinterest.token,
    },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let output = "";
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once("exit", (_code, signal) => resolve(signal)));
  const told = <T>(pattern: RegExp, read: (match: RegExpExecArray) => T): Promise<T | undefined> =>
    new Promise((resolve) => {
      const look = (): void => {
        const match = pattern.exec(output);
        if (match) resolve(read(match));
      };
      child.stdout?.on("data", look);
      void ended.then(() => resolve(undefined));
    });
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk) => {
      output = (output + String(chunk)).slice(-OUTPUT_CHARACTERS);
    });
  // What has ended reads no more.
  child.stdin?.on("error", () => {});
  return {
    standsBy: told(/^stands by$/m, () => {}),
    go: () => void child.stdin?.write("go\n"),
    listens: told(/^listens (\S+) (\S+)$/m, ([, url = "", key = ""]) => ({ url, key })),
    ended,
    signal: (signal) => void child.kill(signal),
    output: () => output,
  };
}
