/** The embedded store: one process, one SQLite file. One statement a promise; every write goes through the group commit. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { eventNames } from "./event-names.ts";
import { groupCommit } from "./group-commit.ts";
import { migrate } from "./migrate.ts";
import type { Seal } from "./seal.ts";
import { closeDatabase, openDatabase } from "./sqlite-database.ts";
import { sqliteDirectory } from "./sqlite-directory.ts";
import { sqliteLedger } from "./sqlite-ledger.ts";
import { sqliteQueue } from "./sqlite-queue.ts";
import type { Store } from "./store.ts";

/** Opens the store at `path` (a file, made with its folder where missing; or ":memory:"), on the newest schema. */
export async function sqliteStore(path: string, seal: Seal): Promise<Store> {
  if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true });
  const database = await openDatabase(path);
  migrate(database);
  const names = eventNames(database);
  const commit = groupCommit(database, names.forget);
  return {
    ...sqliteLedger(database, commit, names.code),
    ...sqliteQueue(database, commit),
    ...sqliteDirectory(database, commit, seal),
    check: () => commit(() => database.exec("update event_name set name = name where code = 0")),
    async close() {
      // What still waits is written first; where it cannot be, whoever waits for it is told.
      await commit(() => {}).catch(() => {});
      closeDatabase(database);
    },
  };
}
