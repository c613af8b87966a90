/**
 * PostgreSQL for tests. `freshDatabase()` gives an empty database on the one server of a test run, which starts when
 * the first test asks for it; `startPostgres()` gives a server of a test's own, to be stopped and started.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { freePort } from "./free-port.ts";
import { isOpen, otherUser, programs } from "./postgres-programs.ts";

export interface Postgres {
  /** Of its first database, with user and password. */
  url: string;
  freshDatabase(): Promise<string>;
  /** Ends every connection at once without a word to the client's transaction, as a crash of the server does; its data stays. */
  crash(): Promise<void>;
  /** Ends it in order; its data stays. */
  halt(): Promise<void>;
  /** Starts it anew, at the same address. */
  start(): Promise<void>;
  /** Ends it in order and starts it anew. */
  restart(): Promise<void>;
  /** Ends it, and removes its data. */
  stop(): Promise<void>;
}

/**
 * What is set otherwise than by default. A process that is killed loses nothing that it has written, only a machine that
 * loses its power does; so without fsync each test proves the same, and databases come and go many times as fast.
 * A commit is still answered only once it is written.
 */
// biome-ignore format: a table
const SETTINGS: Record<string, string> = {
  fsync:                   "off",
  full_page_writes:        "off",
  listen_addresses:        "127.0.0.1",
  unix_socket_directories: "",
  max_connections:         "200",
  shared_buffers:          "32MB",
  max_wal_size:            "256MB",
  lc_messages:             "C",
  // The driver leaves a connection open for which it lacks the password, and dropping a database waits for it.
  authentication_timeout:  "5s",
  log_timezone:            "UTC",
};

/**
 * Stands between us and the server. Told nothing more, because we ended in whatever way, it ends the server and removes
 * its folder. It answers each word once that is done.
 */
const WARDEN = `
  folder=$1; shift
  serve() { "$@" </dev/null >&2 & server=$!; }
  end() { kill "-$1" "$server" 2>/dev/null; wait "$server"; }
  serve "$@"
  while read -r word; do
    case $word in
      start) serve "$@" ;;
      halt) end INT ;;
      crash) end QUIT ;;
    esac
    echo "$word"
  done
  end QUIT
  cd /; rm -rf "$folder"
  echo gone`;

const START_MS = 60_000;

/** Starts a server of a test's own, in a folder of its own. The test stops it; should it not, it ends with the process. */
export async function startPostgres(settings: Record<string, string> = {}): Promise<Postgres> {
  const folder = mkdtempSync(join(isOpen(tmpdir()) ? tmpdir() : "/tmp", "pinrelay-postgres-"));
  const user = otherUser();
  if (user) chownSync(folder, user.uid, user.gid);
  try {
    const bin = programs(join(folder, "programs"));
    const password = randomBytes(12).toString("hex");
    const data = makeData(bin, folder, password);
    const port = await freePort(0);
    const options = Object.entries({ ...SETTINGS, port: String(port), ...settings });
    const words = options.flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const warden = startWarden(folder, [join(bin, "postgres"), "-D", data, ...words]);
    const url = `postgres://pinrelay:${password}@127.0.0.1:${port}/postgres`;
    const begin = () => warden.tell("start").then(() => isReady(url, warden.said));
    const halt = () => warden.tell("halt");
    await isReady(url, warden.said);
    return {
      url,
      freshDatabase: () => createDatabase(url),
      crash: () => warden.tell("crash"),
      halt,
      start: begin,
      restart: () => halt().then(begin),
      stop: warden.end,
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

function makeData(bin: string, folder: string, password: string): string {
  const data = join(folder, "data");
  const secret = join(folder, "password");
  writeFileSync(secret, password, { mode: 0o644 });
  const words = [
    "-D",
    data,
    "-U",
    "pinrelay",
    `--pwfile=${secret}`,
    "--auth=scram-sha-256",
    "-E",
    "UTF8",
    "--locale=C",
  ];
  const made = spawnSync(join(bin, "initdb"), [...words, "--no-sync", "--no-instructions"], {
    cwd: folder,
    ...otherUser(),
    encoding: "utf8",
  });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.error?.message ?? made.stderr}`);
  return data;
}

interface Warden {
  tell(word: string): Promise<void>;
  end(): Promise<void>;
  /** The last that the server said, and whether it is over. */
  said(): { words: string; isOver: boolean };
}

function startWarden(folder: string, command: string[]): Warden {
  // Of a session of its own: Ctrl+C is for the tests, which then end it.
  const child: ChildProcess = spawn("/bin/sh", ["-c", WARDEN, "warden", folder, ...command], {
    cwd: folder,
    ...otherUser(),
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let words = "";
  const waiting: (() => void)[] = [];
  child.stderr?.on("data", (chunk) => {
    words = `${words}${chunk}`.slice(-4_000);
  });
  child.stdout?.on("data", (chunk) => {
    for (const _ of String(chunk).match(/\n/g) ?? []) waiting.shift()?.();
  });
  child.stdin?.on("error", () => {});
  const over = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return {
    tell: (word) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        child.stdin?.write(`${word}\n`);
      }),
    end() {
      child.stdin?.end();
      return over;
    },
    said: () => ({ words, isOver: child.exitCode !== null || child.signalCode !== null }),
  };
}

async function isReady(url: string, said: Warden["said"]): Promise<void> {
  const end = Date.now() + START_MS;
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
    client.on("error", () => {});
    try {
      await client.connect();
      return await client.end();
    } catch {
      await client.end().catch(() => {});
      if (said().isOver || Date.now() > end) throw new Error(`PostgreSQL did not start: ${said().words}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Runs one statement on the server at `url`. */
export async function administer(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

async function createDatabase(url: string): Promise<string> {
  const name = `pinrelay_test_${randomBytes(8).toString("hex")}`;
  await administer(url, `create database ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return own.href;
}

/** Where the run's own server is to be asked for; set by the global setup. */
export const ASK = "PINRELAY_TEST_POSTGRES";

let shared: Promise<string> | undefined;
const made: string[] = [];

/** An empty database of its own on the run's server, dropped when the test is over; the file, where it was made for all of its tests. */
export async function freshDatabase(): Promise<string> {
  const server = process.env[ASK];
  if (!server) throw new Error("freshDatabase() is for tests that vitest runs; elsewhere use startPostgres()");
  shared ??= ask(server);
  const url = await createDatabase(await shared);
  made.push(url);
  return url;
}

const ask = async (server: string): Promise<string> => {
  const answer = await fetch(server);
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
};

/** How many databases there are; with `dropDatabases` those made since are dropped again. */
export const databases = (): number => made.length;

export async function dropDatabases(since: number): Promise<void> {
  for (const url of made.splice(since)) {
    const server = await shared;
    if (server) await administer(server, `drop database if exists ${new URL(url).pathname.slice(1)} with (force)`);
  }
}
