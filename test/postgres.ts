/**
 * A real PostgreSQL for tests. `freshDatabase()` gives an empty database on the one server of a run, which starts when the
 * first test asks for it; `startPostgres()` a server of a test's own, to be stopped and started.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import pg from "pg";
import { freePort } from "./free-port.ts";
import { postgresBinaries } from "./postgres-binaries.ts";

export interface Postgres {
  /** Of the server's own database, from which fresh ones are made; with user and password. */
  url: string;
  /** URL of an empty database. */
  freshDatabase(): Promise<string>;
  /** `immediate` is what a crash is: no checkpoint, connections just end. Its data stays. */
  stop(how?: "fast" | "immediate"): Promise<void>;
  /** Starts it anew, at the same address. */
  start(): Promise<void>;
  /** Stops it and removes its files. */
  close(): Promise<void>;
}

/**
 * What is set otherwise than by default. A process that is killed loses nothing that it has written, only a machine that
 * loses its power does; so without fsync each test shows the same, and databases come and go many times as fast. A commit
 * is still answered only once it is written.
 */
// biome-ignore format: a table
const SETTINGS: Record<string, string> = {
  fsync:                   "off",
  full_page_writes:        "off",
  listen_addresses:        "127.0.0.1",
  unix_socket_directories: "",
  max_connections:         "200",
  shared_buffers:          "64MB",
  log_min_messages:        "fatal",
  // The driver leaves a connection open for which it lacks the password, and dropping a database waits for it.
  authentication_timeout:  "5s",
};

/**
 * A shell stands between us and the server. Once nobody tells it anything any more, since we ended in whatever way, it
 * ends the server and removes its folder. It repeats each word when that is done.
 */
const WARDEN = `
  home=$1; shift
  serve() { "$@" </dev/null >&2 & server=$!; }
  end() { kill -s "$1" "$server" 2>/dev/null; wait "$server"; }
  serve "$@"
  while read -r word; do
    case $word in
      start) serve "$@" ;;
      fast) end INT ;;
      immediate) end QUIT ;;
    esac
    echo "$word"
  done
  end QUIT
  cd /; rm -rf "$home"`;

const START_MS = 60_000;

/** Starts a server in a folder of its own; it ends with this process, however that ends. */
export async function startPostgres(settings: Record<string, string> = {}): Promise<Postgres> {
  const { bin, env } = postgresBinaries();
  const user = asUser();
  const home = mkdtempSync(join(isOpen(tmpdir()) ? tmpdir() : "/tmp", "pinrelay-pg-"));
  if (user) chownSync(home, user.uid, user.gid);
  const options = { ...user, env: { ...process.env, ...env, LC_ALL: "C" }, cwd: home };
  try {
    const data = join(home, "data");
    const password = randomBytes(12).toString("hex");
    writeFileSync(join(home, "password"), password);
    const words = ["-D", data, "-U", "pinrelay", "--pwfile=password", "-A", "scram-sha-256", "-E", "UTF8"];
    execFileSync(join(bin, "initdb"), [...words, "--locale=C", "--no-sync"], { ...options, stdio: "pipe" });
    const port = await freePort(0);
    const url = `postgres://pinrelay:${password}@127.0.0.1:${port}/postgres`;
    const set = Object.entries({ ...SETTINGS, port: String(port), ...settings });
    const server = [join(bin, "postgres"), "-D", data, ...set.flatMap(([name, value]) => ["-c", `${name}=${value}`])];
    // Of a session of its own: Ctrl+C is for the tests, which then end it.
    const shell = spawn("sh", ["-c", WARDEN, "warden", home, ...server], { ...options, detached: true });
    const { tell, end, said } = warden(shell);
    await isReady(url, said);
    return {
      url,
      freshDatabase: () => createDatabase(url),
      stop: (how = "fast") => tell(how),
      async start() {
        await tell("start");
        await isReady(url, said);
      },
      close: end,
    };
  } catch (error) {
    rmSync(home, { recursive: true, force: true });
    throw error;
  }
}

/** PostgreSQL refuses to run as root. */
const asUser = (): { uid: number; gid: number } | undefined =>
  userInfo().uid === 0 ? { uid: 65_534, gid: 65_534 } : undefined;

/** Whether that user can get there too. */
const isOpen = (path: string): boolean =>
  !asUser() || path === dirname(path) || ((statSync(path).mode & 0o001) !== 0 && isOpen(dirname(path)));

interface Said {
  words: string;
  isOver: boolean;
}

function warden(shell: ChildProcess): { tell(word: string): Promise<void>; end(): Promise<void>; said(): Said } {
  let words = "";
  const waiting: (() => void)[] = [];
  shell.stderr?.on("data", (chunk) => {
    words = `${words}${chunk}`.slice(-4_000);
  });
  shell.stdout?.on("data", (chunk) => {
    for (const _ of String(chunk).match(/\n/g) ?? []) waiting.shift()?.();
  });
  shell.stdin?.on("error", () => {});
  const over = new Promise<void>((resolve) => shell.once("exit", () => resolve()));
  // Who forgets to close it ends all the same, and it with them.
  shell.unref();
  for (const stream of [shell.stdin, shell.stdout, shell.stderr])
    if (stream && "unref" in stream && typeof stream.unref === "function") stream.unref();
  return {
    tell: (word) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        shell.stdin?.write(`${word}\n`);
      }),
    async end() {
      shell.ref();
      shell.stdin?.end();
      await over;
    },
    said: () => ({ words, isOver: shell.exitCode !== null || shell.signalCode !== null }),
  };
}

async function isReady(url: string, said: () => Said): Promise<void> {
  const end = Date.now() + START_MS;
  for (;;) {
    try {
      await administer(url, "select 1");
      return;
    } catch (error) {
      if (said().isOver || Date.now() > end) throw new Error(`PostgreSQL did not start: ${error} ${said().words}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Runs one statement in the database at `url`. */
export async function administer(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    return (await client.query(statement)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

async function createDatabase(server: string): Promise<string> {
  const name = `pinrelay_${randomBytes(8).toString("hex")}`;
  await administer(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** Where a run's server is to be asked for; set by its global setup. */
export const ASK = "PINRELAY_TEST_POSTGRES";

let server: Promise<string> | undefined;
const made: string[] = [];
/** Empty again, for the next tests of the file: to make one takes four times as long as to empty one. */
const emptied: string[] = [];

/** URL of an empty database on the run's server. It is gone when the test is over; after the file where none was running. */
export async function freshDatabase(): Promise<string> {
  server ??= ask();
  const url = emptied.pop() ?? (await createDatabase(await server));
  made.push(url);
  return url;
}

const ask = async (): Promise<string> => {
  const where = process.env[ASK];
  if (!where) throw new Error("freshDatabase() is for tests that vitest runs; elsewhere use startPostgres()");
  const answer = await fetch(where);
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
};

/** How many databases of this worker tests have. */
export const databases = (): number => made.length;

/** Takes back all that were asked for after so many. */
export async function takeBackDatabases(after: number): Promise<void> {
  for (const url of made.splice(after))
    if (await isEmptied(url)) emptied.push(url);
    else await drop(url);
}

/** Drops all that there are. */
export async function dropDatabases(): Promise<void> {
  for (const url of [...made.splice(0), ...emptied.splice(0)]) await drop(url);
}

const drop = async (url: string): Promise<void> => {
  await administer((await server) ?? url, `drop database if exists ${nameOf(url)} with (force)`);
};

/** Where somebody is connected still, or something lies outside of the schema, only a database that is new is empty. */
const isEmptied = (url: string): Promise<boolean> =>
  administer(
    url,
    `do $$ begin
      if exists (select from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend')
      or exists (select from pg_namespace where nspname !~ '^(pg_|information_schema$|public$)')
      then raise 'not as it was made';
      end if;
      drop schema public cascade;
      create schema public authorization pg_database_owner;
      grant usage on schema public to public;
      alter database ${nameOf(url)} reset all;
    end $$`,
  ).then(
    () => true,
    () => false,
  );

const nameOf = (url: string): string => new URL(url).pathname.slice(1);
