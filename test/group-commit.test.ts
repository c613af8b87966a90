import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Commit, groupCommit } from "#relay/store/group-commit";
import { closeDatabase, type Database, openDatabase } from "#relay/store/sqlite-database";
import { StoreUnavailable } from "#relay/store/store";
import { beacon, collect, viewedProduct } from "./beacons.ts";
import { startRelay } from "./start.ts";

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
  const started = await startRelay({ config: { database: join(folder, "relay.db") } });
  const other = await openDatabase(join(folder, "relay.db"));
  other.exec("begin immediate");
  const tell = () => collect(started, beacon(started.key, [viewedProduct()]));
  const before = Date.now();
  const answers = await Promise.all(Array.from({ length: 8 }, tell));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
  // A quarter of a second for each turn of the loop that some came in: never five for each of them.
  expect(Date.now() - before).toBeLessThan(5_000);
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
