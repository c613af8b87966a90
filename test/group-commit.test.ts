import fs, { mkdtempSync, rmSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Commit, groupCommit } from "#relay/store/group-commit";
import { nextTurn } from "#relay/store/pieces";
import { closeDatabase, type Database, openDatabase, openReading, waitFor } from "#relay/store/sqlite-database";
import { StoreUnavailable } from "#relay/store/store";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { startRelay } from "./start.ts";
import { until } from "./until.ts";

let database: Database;
let commit: Commit;
let rollbacks: number;

beforeEach(async () => {
  database = await openDatabase(":memory:");
  database.exec("create table t (x text primary key) strict");
  rollbacks = 0;
  commit = groupCommit(database, () => {
    rollbacks += 1;
  });
});
afterEach(() => closeDatabase(database));

const insert = (x: string) =>
  commit(() => {
    database.prepare("insert into t values (?)").run(x);
    return x;
  });
const rows = () =>
  database
    .prepare("select x from t order by x")
    .all()
    .map(({ x }) => x);

test("writes of one turn share a transaction, and each gets its own result", async () => {
  expect(await Promise.all(["a", "b", "c"].map(insert))).toEqual(["a", "b", "c"]);
  expect(rows()).toEqual(["a", "b", "c"]);
});

test("a write that fails does not take its neighbours down", async () => {
  await insert("b");
  const [a, b, c] = await Promise.allSettled(["a", "b", "c"].map(insert));
  expect([a?.status, b?.status, c?.status]).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(rows()).toEqual(["a", "b", "c"]);
  expect(rollbacks).toBeGreaterThan(0);
});

test("a write is answered once it is on the disk, and what comes meanwhile shares the next transaction", async () => {
  const syncs: (() => void)[] = [];
  commit = groupCommit(
    database,
    () => {},
    () => new Promise((resolve) => void syncs.push(resolve)),
  );
  const answered: string[] = [];
  const told = (x: string): Promise<void> => insert(x).then(() => void answered.push(x));
  const first = told("a");
  await until(() => rows().length === 1);
  const second = Promise.all(["b", "c"].map(told));
  await nextTurn();
  await nextTurn();
  expect([answered, rows(), syncs.length]).toEqual([[], ["a"], 1]);

  syncs[0]?.();
  await first;
  await until(() => rows().length === 3);
  expect([answered, syncs.length]).toEqual([["a"], 2]);
  syncs[1]?.();
  await second;
  expect(answered).toEqual(["a", "b", "c"]);
});

test("where nobody knows whether it is on the disk it is refused, and known to nobody before it is", async () => {
  const folder = mkdtempSync(join(tmpdir(), "pinrelay-doubt-"));
  const path = join(folder, "relay.db");
  closeDatabase(database);
  database = await openDatabase(path);
  database.exec("create table t (x text primary key) strict");
  let fails = true;
  commit = groupCommit(
    database,
    () => {},
    async () => {
      if (fails) throw new Error("EIO");
    },
  );
  // Somebody reads what was there before, so that not all of the log can come into the database's own file.
  const reader = await openReading(path);
  reader.exec("begin");
  reader.prepare("select * from t").all();
  waitFor(database, 0);
  await expect(insert("a")).rejects.toBeInstanceOf(StoreUnavailable);
  fails = false;
  await expect(insert("b")).rejects.toBeInstanceOf(StoreUnavailable);
  expect(rows()).toEqual(["a"]);

  reader.exec("rollback");
  await insert("b");
  expect(rows()).toEqual(["a", "b"]);
  closeDatabase(reader);
  rmSync(folder, { recursive: true });
});

test("a beacon is answered once the log is on the disk", async () => {
  const folder = mkdtempSync(join(tmpdir(), "pinrelay-log-"));
  const started = await startRelay({ config: { database: join(folder, "relay.db") } });
  const own = fs.fdatasync;
  const held: (() => void)[] = [];
  const hold = (file: number, done: fs.NoParamCallback): void => void held.push(() => own(file, done));
  const fail = (_file: number, done: fs.NoParamCallback): void =>
    done(Object.assign(new Error("EIO"), { code: "EIO" }));
  const syncBy = (sync: typeof hold): void => {
    fs.fdatasync = Object.assign(sync, { __promisify__: own.__promisify__ });
    syncBuiltinESMExports();
  };
  try {
    syncBy(hold);
    const events = [viewedProduct()];
    let status = 0;
    const told = collect(started, beacon(started.key, events)).then((answered) => {
      status = answered.status;
    });
    const release = (): void => {
      for (const sync of held.splice(0)) sync();
    };
    await until(async () => {
      if ((await started.relay.store.recent(1)).length > 0) return true;
      // The relay writes of its own accord too.
      release();
      return false;
    });
    // Whatever the disk is doing, the others are answered.
    expect((await fetch(`${started.url}/livez`)).status).toBe(200);
    expect(status).toBe(0);
    syncBy(own);
    release();
    await told;
    expect(status).toBe(202);

    syncBy(fail);
    const again = beacon(started.key, [viewedProduct()]);
    expect((await collect(started, again)).status).toBe(503);
    syncBy(own);
    expect((await collect(started, again)).status).toBe(202);
  } finally {
    syncBy(own);
    await started.relay.close();
    rmSync(folder, { recursive: true });
  }
});

test("a full disk refuses, keeps what was there, and is forgotten once there is room", async () => {
  const pages = Number(database.prepare("pragma page_count").get()?.page_count);
  database.exec(`pragma max_page_count = ${pages + 2}`);
  const big = (x: string) => insert(x.repeat(4_000));
  await big("a");
  await expect(
    big("b")
      .then(() => big("c"))
      .then(() => big("d")),
  ).rejects.toBeInstanceOf(StoreUnavailable);
  const kept = rows().length;
  expect(kept).toBeGreaterThan(0);
  database.exec(`pragma max_page_count = ${pages + 100}`);
  await big("z");
  expect(rows()).toHaveLength(kept + 1);
});

test("a database that another process holds is not waited for by each write in turn", async () => {
  const folder = mkdtempSync(join(tmpdir(), "pinrelay-locked-"));
  // Nothing is delivered: each look for something due would wait too.
  const times = { flushMs: 86_400_000, pollMs: 86_400_000 };
  const started = await startRelay({ times, config: { database: join(folder, "relay.db") } });
  const other = await openDatabase(join(folder, "relay.db"));
  other.exec("begin immediate");
  const tell = () => collect(started, beacon(started.key, [viewedProduct()]));
  const before = Date.now();
  const answers = await Promise.all(Array.from({ length: 8 }, tell));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
  // A quarter of a second for each turn of the loop that some came in: never five for each of them, which were forty.
  expect(Date.now() - before).toBeLessThan(20_000);
  other.exec("rollback");
  closeDatabase(other);
  expect((await tell()).status).toBe(202);
  await started.relay.close();
  rmSync(folder, { recursive: true });
});

test("a relay that cannot write says 503 and when to come again, and is not ready", async () => {
  const started = await startRelay();
  await started.relay.store.close();
  const { status, headers, answer } = await collect(started, beacon(started.key, [viewedProduct()]));
  expect(status).toBe(503);
  expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
  expect(headers.get("access-control-expose-headers")).toBe("Retry-After");
  expect(answer.error?.message).toMatch(/send them again/);
  expect((await fetch(`${started.url}/readyz`)).status).toBe(503);
  expect((await fetch(`${started.url}/livez`)).status).toBe(200);
  await started.relay.close();
});
