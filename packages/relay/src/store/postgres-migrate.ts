/** Brings a PostgreSQL database to the newest schema: numbered files, forward only, run by whichever relay comes first. */
import { readdirSync, readFileSync } from "node:fs";
import type { PostgresDatabase } from "./postgres-database.ts";

const MIGRATIONS = new URL("../../migrations/postgres/", import.meta.url);
/** Of our advisory lock; any number that is ours. */
const LOCK = 7_410;

/** Runs what has not run yet, all of it or nothing; a database of a newer relay is refused. */
export async function migratePostgres(database: PostgresDatabase): Promise<void> {
  const files = readdirSync(MIGRATIONS)
    .filter((file) => file.endsWith(".sql"))
    .sort();
  await database.write(async (sql) => {
    await sql("select pg_advisory_xact_lock($1)", [LOCK]);
    await sql(
      "create table if not exists schema_version (one integer primary key check (one = 1), version integer not null)",
    );
    const [row] = await sql("select version from schema_version");
    const version = Number(row?.version ?? 0);
    if (version > files.length)
      throw new RangeError(`the database is of a newer version (${version}) than this relay knows`);
    for (const file of files.slice(version)) await sql(readFileSync(new URL(file, MIGRATIONS), "utf8"));
    await sql(
      `insert into schema_version values (1, $1) on conflict (one) do update set version = excluded.version
       where schema_version.version <> excluded.version`,
      [files.length],
    );
  });
}
