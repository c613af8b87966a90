/** A real PostgreSQL for tests: one server for a run, a fresh database for whoever asks; or a server of a test's own. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { chmodSync, chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { freePort } from "./free-port.ts";
import { postgresBinaries } from "./postgres-binaries.ts";
import { until } from "./until.ts";

export interface Postgres {
  /** Of the server's own database, from which fresh ones are made. */
  url: string;
  /** URL of an empty database. */
  freshDatabase(): Promise<string>;
  /** `immediate` is what a power cut is: no checkpoint, connections just end. */
  stop(how?: "fast" | "immediate"): Promise<void>;
  start(): Promise<void>;
  /** Stops it and removes its files. */
  close(): Promise<void>;
}

/** Where the run's server is: set by its global setup, or by whoever has a server already. */
export const SERVER = "TEST_DATABASE_URL";

/** URL of an empty database on the run's server. */
export const freshDatabase = (): Promise<string> => createDatabase(process.env[SERVER] ?? noServer());

const noServer = (): never => {
  throw new Error(`no PostgreSQL is running for this test: ${SERVER} is not set`);
};

/** PostgreSQL refuses to run as root. */
const asUser = (): { uid?: number; gid?: number } => (userInfo().uid === 0 ? { uid: 65534, gid: 65534 } : {});

/** Starts a server in a folder of its own; it ends with this process, however that ends. */
export async function startPostgres(): Promise<Postgres> {
  const { bin, env } = postgresBinaries();
  const home = mkdtempSync(join(tmpdir(), "pinrelay-pg-"));
  chmodSync(home, 0o755);
  const user = asUser();
  if (user.uid !== undefined && user.gid !== undefined) chownSync(home, user.uid, user.gid);
  const data = join(home, "data");
  const options = { ...user, env: { ...process.env, ...env, LC_ALL: "C" }, cwd: home };
  const flags = ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
  execFileSync(join(bin, "initdb"), flags, { ...options, stdio: "ignore" });

  const port = await freePort(0);
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  let shell: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const server = [join(bin, "postgres"), "-D", data, "-p", String(port), "-k", home];
    const settings = [
      "listen_addresses=127.0.0.1",
      "max_connections=200",
      "shared_buffers=64MB",
      "log_min_messages=fatal",
    ];
    const words = [...server, ...settings.flatMap((setting) => ["-c", setting])].map((word) => `'${word}'`).join(" ");
    // The shell reads what nobody writes: when this process is gone, that ends, and the server with it.
    const script = `${words} & read how; kill -s "\${how:-INT}" $!; wait $!`;
    shell = spawn("sh", ["-c", script], { ...options, stdio: ["pipe", "ignore", "ignore"] });
    shell.unref();
    await until(() => accepts(url));
  };
  const stop = async (how: "fast" | "immediate" = "fast"): Promise<void> => {
    if (!shell || shell.exitCode !== null) return;
    const gone = once(shell, "exit");
    shell.stdin?.end(how === "fast" ? "INT\n" : "QUIT\n");
    await gone;
    shell = undefined;
  };
  await start();
  return {
    url,
    freshDatabase: () => createDatabase(url),
    start,
    stop,
    async close() {
      await stop("immediate");
      rmSync(home, { recursive: true, force: true });
    },
  };
}

const accepts = async (url: string): Promise<boolean> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
};

async function createDatabase(server: string): Promise<string> {
  const name = `pinrelay_${randomUUID().replaceAll("-", "")}`;
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}
