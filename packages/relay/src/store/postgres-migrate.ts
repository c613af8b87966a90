/** Brings a PostgreSQL database to the newest schema: numbered files, forward only, each in one transaction. */
import { readdirSync, readFileSync } from "node:fs";
import { PATIENT, type PostgresDatabase } from "./postgres-database.ts";

const MIGRATIONS = new URL("../../migrations/postgres/", import.meta.url);

/** Whoever holds it migrates; the other relays wait. Any number that nobody else takes in this database. */
const LOCK = 7_466_735;

/** As `server_version_num` has it. Older ones are mended by nobody, and nothing is tried with them. */
const OLDEST = 140_000;

/** What the database is, where it cannot be used: no fault of the relay's, and nothing that trying again mends. */
export class UnusableDatabase extends Error {
  override name = "UnusableDatabase";
}

/** Runs what has not run yet, by whichever relay comes first. A newer database than ours is refused, and so is one that is too old. */
export async function migratePostgres(database: PostgresDatabase): Promise<void> {
  const files = readdirSync(MIGRATIONS)
    .filter((file) => file.endsWith(".sql"))
    .sort();
  // One file a transaction; between two of them another relay may go on.
  while ((await step(database, files)) < files.length);
}

/** Runs the next file; resolves with the version that the database has then. */
const step = (database: PostgresDatabase, files: readonly string[]): Promise<number> =>
  database.write(async (sql) => {
    const [server] = await sql("select current_setting('server_version_num')::int as version");
    if (Number(server?.version) < OLDEST)
      throw new UnusableDatabase("the server is older than PostgreSQL 14. Use a newer one.");
    // Held until the transaction is over.
    await sql("select pg_advisory_xact_lock($1)", [LOCK]);
    // Who only runs relays on a schema that others made need not be allowed to make tables.
    const [found] = await sql("select to_regclass('schema_version') is not null as there");
    if (!found?.there)
      await sql("create table schema_version (one int primary key check (one = 1), version int not null)");
    const [row] = await sql("select version from schema_version");
    const version = Number(row?.version ?? 0);
    if (version > files.length)
      throw new UnusableDatabase(
        `the database is of a newer version (${version}) than this relay knows (${files.length}). Use the newer relay.`,
      );
    const file = files[version];
    if (file === undefined) return version;
    await sql(readFileSync(new URL(file, MIGRATIONS), "utf8"));
    await sql("insert into schema_version values (1, $1) on conflict (one) do update set version = excluded.version", [
      version + 1,
    ]);
    return version + 1;
  }, PATIENT);
