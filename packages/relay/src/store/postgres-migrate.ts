/** Brings a PostgreSQL database to the newest schema: numbered files, forward only, run by whichever relay comes first. */
import { readdirSync, readFileSync } from "node:fs";
import { PATIENT, type PostgresDatabase } from "./postgres-database.ts";
import { StoreUnavailable } from "./store.ts";

const MIGRATIONS = new URL("../../migrations/postgres/", import.meta.url);
/** Of our advisory lock; any number that is ours. */
const LOCK = 7_410;

/** As `server_version_num` has it. Older ones are mended by nobody, and nothing is tried with them. */
const OLDEST = 140_000;

/** Runs what has not run yet, all of it or nothing; a database of a newer relay is refused. */
export async function migratePostgres(database: PostgresDatabase): Promise<void> {
  const files = readdirSync(MIGRATIONS)
    .filter((file) => file.endsWith(".sql"))
    .sort();
  // What changes a large table takes its time, and the other relays wait for it.
  await database.write(async (sql) => {
    const [server] = await sql("select current_setting('server_version_num')::integer as version");
    if (Number(server?.version) < OLDEST) throw refused("PostgreSQL is older than version 14. Use a newer one.");
    await sql("select pg_advisory_xact_lock($1)", [LOCK]);
    // Where others make the tables, relays need not be allowed to.
    const [found] = await sql("select to_regclass('schema_version') is not null as is_there");
    if (!found?.is_there)
      await sql("create table schema_version (one integer primary key check (one = 1), version integer not null)");
    const [row] = await sql("select version from schema_version");
    const version = Number(row?.version ?? 0);
    if (version > files.length)
      throw refused(
        `the database is of a newer version (${version}) than this relay knows (${files.length}). Use the newer relay.`,
      );
    for (const file of files.slice(version)) await sql(readFileSync(new URL(file, MIGRATIONS), "utf8"));
    await sql(
      `insert into schema_version values (1, $1) on conflict (one) do update set version = excluded.version
       where schema_version.version <> excluded.version`,
      [files.length],
    );
  }, PATIENT);
}

/** What no second try mends. */
const refused = (words: string): StoreUnavailable => new StoreUnavailable(words, { cause: new RangeError(words) });
