/** The store for many relays: one PostgreSQL. What arrives together shares a transaction, as it does in SQLite. */

import { ledgerReads } from "./ledger-reads.ts";
import { postgresClock } from "./postgres-clock.ts";
import { openPostgres } from "./postgres-database.ts";
import { postgresDeadLetters } from "./postgres-dead-letters.ts";
import { postgresDirectory } from "./postgres-directory.ts";
import { postgresForget } from "./postgres-forget.ts";
import { postgresHouse } from "./postgres-house.ts";
import { postgresLedger } from "./postgres-ledger.ts";
import { migratePostgres } from "./postgres-migrate.ts";
import { eventCodes } from "./postgres-names.ts";
import { noteOtherTags, postgresOtherTags } from "./postgres-other-tags.ts";
import { postgresQueue } from "./postgres-queue.ts";
import { postgresRead } from "./postgres-read.ts";
import { postgresRetention } from "./postgres-retention.ts";
import type { Seal } from "./seal.ts";
import type { Store } from "./store.ts";

/** Opens the store at `url` (postgres://…), on the newest schema. Any number of relays may have it open. */
export async function postgresStore(url: string, seal: Seal): Promise<Store> {
  const database = openPostgres(url);
  try {
    await migratePostgres(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  const beat = "insert into heartbeat values (1, $1) on conflict (one) do update set at_ms = excluded.at_ms";
  return {
    ...postgresLedger(database, eventCodes(database), noteOtherTags),
    ...postgresQueue(database),
    ...postgresClock(database),
    ...postgresDeadLetters(database),
    ...postgresRetention(database),
    ...postgresForget(database),
    ...postgresDirectory(database, seal),
    ...postgresHouse(database),
    ...postgresOtherTags(database),
    reads: ledgerReads(postgresRead(database)),
    check: () => database.write(async (sql) => void (await sql(beat, [Date.now()]))),
    close: database.close,
  };
}
