/** The embedded store: one process, one SQLite file. One statement a promise; every write goes through the group commit. */
import { closeSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { eventNames } from "./event-names.ts";
import { makeFolder } from "./folder.ts";
import { groupCommit } from "./group-commit.ts";
import { ledgerReads } from "./ledger-reads.ts";
import { logSync } from "./log-sync.ts";
import { migrate } from "./migrate.ts";
import { sameFiles } from "./same-files.ts";
import type { Seal } from "./seal.ts";
import { sqliteClock } from "./sqlite-clock.ts";
import { closeDatabase, openDatabase, syncElsewhere, waitFor } from "./sqlite-database.ts";
import { sqliteDeadLetters } from "./sqlite-dead-letters.ts";
import { sqliteDirectory } from "./sqlite-directory.ts";
import { sqliteForget } from "./sqlite-forget.ts";
import { sqliteHouse } from "./sqlite-house.ts";
import { sqliteLedger } from "./sqlite-ledger.ts";
import { sqliteOrderFindings } from "./sqlite-orders.ts";
import { otherTags } from "./sqlite-other-tags.ts";
import { sqliteQueue } from "./sqlite-queue.ts";
import { sqliteRead } from "./sqlite-read.ts";
import { sqliteRetention } from "./sqlite-retention.ts";
import { sqliteVisitors } from "./sqlite-visitors.ts";
import type { Store } from "./store.ts";

/** Opens the store at `path` (a file, made with its folder where missing; or ":memory:"), on the newest schema. A write waits `waitMs` for other processes. */
export async function sqliteStore(path: string, seal: Seal, waitMs = 5_000): Promise<Store> {
  if (path !== ":memory:") {
    makeFolder(dirname(path));
    // SQLite would let everybody on the machine read it; what lies beside it, such as its log, has its mode.
    closeSync(openSync(path, "a", 0o600));
  }
  const database = await openDatabase(path);
  migrate(database);
  waitFor(database, waitMs);
  const checkFiles = sameFiles(path);
  const names = eventNames(database);
  const visitors = sqliteVisitors(database);
  const log = logSync(path);
  if (log) syncElsewhere(database);
  const forget = (): void => {
    names.forget();
    visitors.reset();
  };
  const commit = groupCommit(database, forget, log?.sync);
  const others = otherTags(database);
  const orders = sqliteOrderFindings(database);
  const beat = database.prepare("insert or replace into heartbeat values (1, ?)");
  const ledger = sqliteLedger(database, commit, names.code, orders, visitors, others.note);
  const read = sqliteRead(path, database);
  return {
    ...ledger,
    reads: ledgerReads(read),
    // What waits in a file that was deleted is still sent while the process lives; more of it is not taken.
    async keep(telling) {
      const kept = await ledger.keep(telling);
      checkFiles();
      return kept;
    },
    ...sqliteQueue(database, commit, orders, visitors),
    ...sqliteClock(database, commit),
    ...sqliteDeadLetters(database, commit),
    ...sqliteRetention(database, commit),
    ...sqliteForget(database, commit, visitors),
    ...sqliteDirectory(database, commit, seal),
    ...sqliteHouse(database, commit),
    otherTags: async (shop) => others.of(shop),
    forgetOtherTags: (beforeMs) => commit(() => others.forget(beforeMs)),
    async check() {
      await commit(() => void beat.run(Date.now()));
      checkFiles();
    },
    async close() {
      // What still waits is written first; where it cannot be, whoever waits for it is told.
      await commit(() => {}).catch(() => {});
      await read.close();
      closeDatabase(database);
      log?.close();
    },
  };
}
