/** The tests' own PostgreSQL: what others build on. */
import { expect, test } from "vitest";
import { administer, freshDatabase, startPostgres } from "./postgres.ts";

test("every database is empty and another one", async () => {
  const [one, two] = [await freshDatabase(), await freshDatabase()];
  expect(one).not.toBe(two);
  await administer(one, "create table mine (a int)");
  expect(await administer(two, "select count(*)::int as n from pg_tables where tablename = 'mine'")).toEqual([
    { n: 0 },
  ]);
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
