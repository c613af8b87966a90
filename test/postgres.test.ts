/** The tests' own PostgreSQL: what others build on. */
import { spawn } from "node:child_process";
import pg from "pg";
import { expect, test } from "vitest";
import { administer, databases, freshDatabase, startPostgres, takeBackDatabases } from "./postgres.ts";
import { until } from "./until.ts";

test("every database is empty and another one", async () => {
  const [one, two] = [await freshDatabase(), await freshDatabase()];
  expect(one).not.toBe(two);
  await administer(one, "create table mine (a int)");
  expect(await administer(two, "select count(*)::int as n from pg_tables where tablename = 'mine'")).toEqual([
    { n: 0 },
  ]);
});

test("a database is handed on only empty, as it was made, and with nobody connected to it", async () => {
  const next = async (): Promise<string> => {
    await takeBackDatabases(databases() - 1);
    return freshDatabase();
  };
  const settings = "select setting from pg_settings where name = 'synchronous_commit'";
  const first = await freshDatabase();
  const asMade = await administer(first, "select nspname, nspowner, nspacl from pg_namespace order by nspname");
  await administer(first, "create table mine (a int)");
  await administer(first, "create function mine() returns int language sql as 'select 7'");
  await administer(first, `alter database ${new URL(first).pathname.slice(1)} set synchronous_commit = off`);
  expect(await administer(first, settings)).toEqual([{ setting: "off" }]);

  expect(await next()).toBe(first);
  for (const [of, name] of [
    ["pg_class", "relname"],
    ["pg_proc", "proname"],
  ])
    expect(await administer(first, `select from ${of} where ${name} = 'mine'`), of).toEqual([]);
  expect(await administer(first, settings)).toEqual([{ setting: "on" }]);
  expect(await administer(first, "select nspname, nspowner, nspacl from pg_namespace order by nspname")).toEqual(
    asMade,
  );

  await administer(first, "create schema elsewhere");
  const second = await next();
  expect(second).not.toBe(first);
  const client = new pg.Client({ connectionString: second });
  client.on("error", () => {});
  await client.connect();
  expect(await next()).not.toBe(second);
});

test("a server of a test's own keeps what was committed over a crash, and goes with all its data", async () => {
  const server = await startPostgres();
  try {
    await administer(server.url, "create table kept (a int)");
    await administer(server.url, "insert into kept values (7)");
    for (const how of ["immediate", "fast"] as const) {
      await server.stop(how);
      await expect(administer(server.url, "select 1")).rejects.toThrow(/ECONNREFUSED/);
      await server.start();
      expect(await administer(server.url, "select a from kept")).toEqual([{ a: 7 }]);
    }
  } finally {
    await server.close();
  }
  await expect(administer(server.url, "select 1")).rejects.toThrow(/ECONNREFUSED/);
});

test("a server goes with the process that started it, when that is killed", async () => {
  const compiled = new URL("dist/postgres.js", import.meta.url).href;
  const script = `const { startPostgres } = await import("${compiled}"); console.log((await startPostgres()).url); setInterval(() => {}, 1e6)`;
  const owner = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise<string>((resolve) =>
    owner.stdout.once("data", (chunk) => resolve(String(chunk).trim())),
  );
  expect(await administer(url, "select 1 as one")).toEqual([{ one: 1 }]);
  owner.kill("SIGKILL");
  await until(() =>
    administer(url, "select 1").then(
      () => false,
      (error: unknown) => /ECONNREFUSED/.test(String(error)),
    ),
  );
});
