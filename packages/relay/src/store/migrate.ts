/** Brings a SQLite database to the newest schema: numbered files, forward only, each in one transaction. */
import { readdirSync, readFileSync } from "node:fs";
import type { Database } from "./sqlite-database.ts";
import { StoreUnavailable } from "./store.ts";

const MIGRATIONS = new URL("../../migrations/sqlite/", import.meta.url);

/** Runs what has not run yet. `user_version` holds the number of the last file; a newer database than ours is refused. */
export function migrate(database: Database): void {
  const files = readdirSync(MIGRATIONS)
    .filter((file) => file.endsWith(".sql"))
    .sort();
  database.exec("begin immediate");
  try {
    const version = Number(database.prepare("pragma user_version").get()?.user_version);
    if (version > files.length)
      throw refused(
        `the database is of a newer version (${version}) than this relay knows (${files.length}). Use the newer relay.`,
      );
    for (const file of files.slice(version)) database.exec(readFileSync(new URL(file, MIGRATIONS), "utf8"));
    database.exec(`pragma user_version = ${files.length}`);
    database.exec("commit");
  } catch (error) {
    database.exec("rollback");
    throw error;
  }
}

/** What no second try mends. */
const refused = (words: string): StoreUnavailable => new StoreUnavailable(words, { cause: new RangeError(words) });
