/** The store that several relays share: one PostgreSQL database. */
import { openPostgres, type PostgresDatabase } from "./postgres-database.ts";
import { postgresDirectory } from "./postgres-directory.ts";
import { migratePostgres } from "./postgres-migrate.ts";
import { postgresOtherTags } from "./postgres-other-tags.ts";
import type { Seal } from "./seal.ts";
import type { DirectoryStore, Store } from "./store.ts";

/** What is there of the store so far. */
export type PostgresStore = DirectoryStore & Pick<Store, "otherTags" | "forgetOtherTags" | "check" | "close">;

/** Opens the store at `url`, on the newest schema. Throws `StoreUnavailable` where it cannot be reached. */
export async function postgresStore(url: string, seal: Seal): Promise<PostgresStore> {
  const database = openPostgres(url);
  try {
    await migratePostgres(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return {
    ...postgresDirectory(database, seal),
    ...postgresOtherTags(database),
    check: () => beat(database),
    close: database.close,
  };
}

/** Shows that a write would succeed. */
const beat = ({ write }: PostgresDatabase): Promise<void> =>
  write(async (sql) => {
    await sql("insert into heartbeat values (1, $1) on conflict (one) do update set at_ms = excluded.at_ms", [
      Date.now(),
    ]);
  });
