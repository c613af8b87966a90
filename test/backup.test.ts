/** docs/backup.md, command by command: what was acknowledged before a backup is there after a restore. */
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { backup } from "#relay/cli/backup";
import { readConfig } from "#relay/config";
import { openStore } from "#relay/open-store";
import { BackupRefused, backUp } from "#relay/store/back-up";
import { leaveDatabase, openBeside } from "#relay/store/sqlite-database";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { CLI, type Ended, pinrelay, ran, type Served, served } from "./deploy/relay-process.ts";
import { blocksOf, documentOf } from "./deploy/shell-blocks.ts";
import { shoppers } from "./deploy/shoppers.ts";
import { type Pinterest, startPinterest } from "./pinterest/stand-in.ts";
import { administer, freshDatabase } from "./postgres.ts";
import { postgresBinaries } from "./postgres-binaries.ts";
import { SHOP_ORIGIN, startRelay } from "./start.ts";
import { until } from "./until.ts";

/** Of a machine that has much else to do. */
const SLOW_MS = 240_000;
const document = documentOf("docs/backup.md");
let folder: string;
let pinterest: Pinterest;
let env: Record<string, string>;
const running: Served[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "pinrelay-backup-"));
  // As `npm ci` leaves it there.
  mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
  symlinkSync(CLI, join(folder, "node_modules/.bin/pinrelay"));
  pinterest = await startPinterest();
  env = {
    ALLOWED_ORIGINS: SHOP_ORIGIN,
    PINTEREST_API_URL: pinterest.apiUrl,
    PINTEREST_AD_ACCOUNT_ID: pinterest.adAccountId,
    PINTEREST_TAG_ID: pinterest.tagId,
    PINTEREST_ACCESS_TOKEN: pinterest.token,
  };
});
afterEach(async () => {
  for (const { process } of running.splice(0)) process.kill("SIGKILL");
  await pinterest.close();
  rmSync(folder, { recursive: true });
});

const serve = async (more: Record<string, string> = {}): Promise<Served> => {
  const started = await served({ cwd: folder, env: { ...env, ...more } });
  running.push(started);
  return started;
};

/** Runs what stands below a heading in a shell, as it stands there. */
const run = async (heading: string, more: Record<string, string> = {}, number = 0): Promise<Ended> => {
  const text = blocksOf(document, heading)[number] ?? "";
  expect(text).not.toBe("");
  const ended = await ran("sh", ["-euc", text], { cwd: folder, env: { ...env, ...more } });
  expect(ended.code, ended.output).toBe(0);
  return ended;
};

test(
  "a store that is backed up while beacons come in is whole again after a restore, with tokens and what waited",
  async () => {
    // What is acknowledged waits, and so has to be in the backup to be sent.
    pinterest.fail({ kind: "503", times: 1_000 });
    const relay = await serve();
    const { acknowledged, refused, stop } = shoppers(relay);
    await until(() => acknowledged.length > 200);
    const before = [...acknowledged];
    const { output } = await run("The embedded store");
    expect(output).toMatch(
      /^pinrelay-backup\.db: \d+ events, the newest of 20\S+Z; \d+ bytes, read again and sound\.$/m,
    );
    expect(output).toContain("sealed with data/secret.key");
    // Nobody waited for it.
    const meanwhile = acknowledged.length;
    await until(() => acknowledged.length > meanwhile + 20);
    await stop();
    expect(refused).toEqual([]);
    for (const file of ["pinrelay-backup.db", "pinrelay-secret.key"])
      expect(statSync(join(folder, file)).mode & 0o077, file).toBe(0);

    // The machine is lost, but for the two files.
    relay.process.kill("SIGKILL");
    await until(() => relay.process.signalCode !== null);
    for (const file of readdirSync(join(folder, "data"))) writeFileSync(join(folder, "data", file), "nothing is left");
    pinterest.reset();
    await run("Restore it");
    const found = await run("Restore it", {}, 1);
    expect(found.output).toMatch(/\(live\): Pinterest takes events with its token/);
    expect(await idsIn(join(folder, "data/pinrelay.db"))).toEqual(expect.arrayContaining(before));

    // As the next start is: the environment names no token any more, the store does.
    const { PINTEREST_API_URL = "", ALLOWED_ORIGINS = "" } = env;
    env = { PINTEREST_API_URL, ALLOWED_ORIGINS };
    await serve();
    await until(() => {
      const sent = new Set(pinterest.server.map(({ event_id }) => event_id));
      return before.every((id) => sent.has(id));
    });
  },
  SLOW_MS,
);

const idsIn = async (database: string): Promise<string[]> => {
  const store = await openStore({ database, secretKey: "of no matter here, since nothing is unsealed" });
  try {
    return (await store.recent(100_000)).map(({ id }) => id);
  } finally {
    await store.close();
  }
};

test("what a container does to restore leaves the old store aside, with its log, and the backup in its place", async () => {
  const volume = join(folder, "volume");
  mkdirSync(volume);
  for (const file of ["pinrelay.db", "pinrelay.db-wal", "pinrelay.db-shm", "secret.key"])
    writeFileSync(join(volume, file), "old");
  for (const file of ["backup.db", "secret.key"]) writeFileSync(join(folder, file), "new", { mode: 0o644 });
  const script = blocksOf(document, "Restore it", "text").map((text) => /-ec '([^']+)'/.exec(text)?.[1])[1] ?? "";
  const { uid, gid } = userInfo();
  const own = script.replaceAll("/data", volume).replaceAll("/from", folder).replace("node:node", `${uid}:${gid}`);
  const { code, output } = await ran("sh", ["-ec", own], { cwd: folder });
  expect(code, output).toBe(0);
  const said = (file: string) => readFileSync(join(volume, file), "utf8");
  expect(readdirSync(volume).sort()).toEqual(["before", "pinrelay.db", "secret.key"]);
  expect([said("pinrelay.db"), said("secret.key"), said("before/pinrelay.db-wal")]).toEqual(["new", "new", "old"]);
  expect(statSync(join(volume, "secret.key")).mode & 0o777).toBe(0o600);
});

describe("a backup that cannot be is told, and leaves nothing behind", () => {
  let database: string;
  beforeEach(async () => {
    database = join(folder, "pinrelay.db");
    const started = await startRelay({ config: { database } });
    await collect(started, beacon(started.key, [viewedProduct()]));
    await started.relay.close();
  });
  const left = () => readdirSync(folder).sort();

  /** The command in this process, with this environment. */
  const made = async (words: string[], told: Record<string, string> = { DATABASE_URL: `file:${database}` }) => {
    let output = "";
    const ended = await backup.run({
      config: readConfig(told),
      words,
      options: { json: true },
      env: told,
      out: (text) => {
        output += text;
      },
      input: () => "",
      interrupted: () => new Promise(() => {}),
    });
    return { ended, output };
  };

  test("over a file that is there", async () => {
    const mine = join(folder, "mine");
    writeFileSync(mine, "a file of mine");
    const before = left();
    expect(await made([mine])).toEqual({
      ended: { problem: `${mine} is there already. Name a new file.` },
      output: "",
    });
    expect(left()).toEqual(before);
  });

  test("into a folder that is not there", async () => {
    const place = { cwd: folder, env: { DATABASE_URL: `file:${database}` } };
    const { code, output } = await pinrelay(["backup", "nowhere/at/all.db"], place);
    expect([code, output]).toEqual([1, expect.stringMatching(/^nowhere\/at\/all\.db cannot be made: ENOENT\.\n$/)]);
  });

  test("of a store that is not there, or is PostgreSQL, or into no file", async () => {
    const to = join(folder, "x.db");
    expect(await made([to], { DATABASE_URL: `file:${folder}/nothing.db` })).toMatchObject({
      ended: { problem: expect.stringMatching(/no database at .*nothing\.db/) },
    });
    const shared = { DATABASE_URL: "postgres://relay@db.example/pinrelay", SECRET_KEY: "k".repeat(32) };
    expect(await made([to], shared)).toMatchObject({ ended: { problem: expect.stringContaining("pg_dump") } });
    expect(await made([])).toMatchObject({ ended: { usage: "name the file to make" } });
    expect(left()).not.toContain("x.db");
  });

  test("of a store that is damaged", async () => {
    const bytes = readFileSync(database);
    bytes.fill(0xa5, 4_096 * 2, 4_096 * 6);
    writeFileSync(database, bytes);
    const { ended } = await made([join(folder, "x.db")]);
    expect(ended).toMatchObject({ problem: expect.stringContaining("damaged") });
    expect(left().filter((file) => file.startsWith("x.db"))).toEqual([]);
  });

  test("one that was cut short is not in the way of the next", async () => {
    writeFileSync(join(folder, "x.db.part"), "half a backup");
    const { ended, output } = await made([join(folder, "x.db")]);
    expect(ended).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ events: 1, newestMs: expect.any(Number), bytes: expect.any(Number) });
    expect(left()).not.toContain("x.db.part");
    await expect(backUp(database, join(folder, "x.db"))).rejects.toThrow(BackupRefused);
  });
});

test("a backup is on the schema that the store was on: a newer version's command changes neither", async () => {
  const database = join(folder, "pinrelay.db");
  await (await openStore({ database })).close();
  const version = async (path: string, set = "") => {
    const opened = await openBeside(path);
    try {
      opened.exec(set);
      return opened.prepare("pragma user_version").get()?.user_version;
    } finally {
      leaveDatabase(opened);
    }
  };
  const older = Number(await version(database)) - 1;
  await version(database, `pragma user_version = ${older}`);
  await backUp(database, join(folder, "old.db"));
  expect(await version(join(folder, "old.db"))).toBe(older);
  expect(await version(database)).toBe(older);
});

test(
  "a PostgreSQL store comes back from a dump that was taken while beacons came in",
  async () => {
    const more = { DATABASE_URL: await freshDatabase(), SECRET_KEY: "the secret of all relays, made up for tests" };
    const relay = await serve(more);
    const { acknowledged, stop } = shoppers(relay);
    await until(() => acknowledged.length > 100);
    const before = [...acknowledged];
    const copy = await freshDatabase();
    const bin = await dumpersFor(more.DATABASE_URL);
    if (bin !== undefined) {
      const PATH = `${bin}${delimiter}${process.env.PATH}`;
      await run("PostgreSQL", { ...more, PATH });
      await stop();
      await relay.stop();
      await run("PostgreSQL", { DATABASE_URL: copy, PATH }, 1);
    } else {
      // PostgreSQL's server came from the registry, which has none of its clients: the server itself copies.
      await stop();
      await relay.stop();
      const [from, to] = [more.DATABASE_URL, copy].map((url) => new URL(url).pathname.slice(1));
      await administer(at(more.DATABASE_URL), `drop database ${to}`);
      await administer(at(more.DATABASE_URL), `create database ${to} template ${from}`);
    }
    const restored = await serve({ ...more, DATABASE_URL: copy });
    const store = await openStore({ database: copy, secretKey: more.SECRET_KEY });
    expect((await store.recent(100_000)).map(({ id }) => id)).toEqual(expect.arrayContaining(before));
    expect((await store.destinations())[0]?.token).toBe(pinterest.token);
    await store.close();
    const fresh = viewedProduct();
    expect((await collect(restored, beacon(restored.key, [fresh]))).status).toBe(202);
    await until(() => pinterest.server.some(({ event_id }) => event_id === fresh.id));
  },
  SLOW_MS,
);

/** The server's own database, to which nobody of ours is connected. */
const at = (url: string): string => Object.assign(new URL(url), { pathname: "/postgres" }).href;

/** Folder of a pg_dump that is no older than the server: an older one refuses it. */
async function dumpersFor(url: string): Promise<string | undefined> {
  const [row] = await administer(url, "select current_setting('server_version_num')::integer / 10000 as major");
  const folders = [postgresBinaries().bin, ...(process.env.PATH ?? "").split(delimiter)];
  return folders.find((bin) => {
    const program = join(bin, "pg_dump");
    if (!existsSync(program) || !existsSync(join(bin, "pg_restore"))) return false;
    const told = execFileSync(program, ["--version"], { encoding: "utf8" });
    return Number(/(\d+)/.exec(told)?.[1]) >= Number(row?.major);
  });
}
