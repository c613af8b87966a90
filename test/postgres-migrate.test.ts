/** The schema: brought up once, by whoever comes first. */
import { expect, test } from "vitest";
import { postgresStore } from "#relay/store/postgres";
import { sealWith } from "#relay/store/seal";
import { administer, freshDatabase } from "./postgres.ts";

const seal = sealWith("a secret of decent length, made up for tests");
const tables = (url: string) =>
  administer(url, "select relname, relfilenode from pg_class where relnamespace = 'public'::regnamespace order by 1");

test("three relays that start at once on an empty database all find the whole schema, made once", async () => {
  const url = await freshDatabase();
  const stores = await Promise.all([1, 2, 3].map(() => postgresStore(url, seal)));
  for (const store of stores) await store.check();
  for (const store of stores) await store.close();
  const made = await tables(url);
  expect(made.map(({ relname }) => relname)).toEqual(expect.arrayContaining(["event", "delivery", "schema_version"]));

  const again = await postgresStore(url, seal);
  await again.close();
  expect(await tables(url)).toEqual(made);
});

test("a database of a newer relay is refused in words, and left as it is", async () => {
  const url = await freshDatabase();
  await (await postgresStore(url, seal)).close();
  await administer(url, "update schema_version set version = 99");
  await expect(postgresStore(url, seal)).rejects.toThrow(/newer version \(99\) than this relay knows/);
  expect(await administer(url, "select version from schema_version")).toEqual([{ version: 99 }]);
});
