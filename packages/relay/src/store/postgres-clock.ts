/** A clock that was set back, in PostgreSQL: what waits does not wait for the time to come again. */
import type { PostgresDatabase } from "./postgres-database.ts";
import type { Store } from "./store.ts";

export const postgresClock = (database: PostgresDatabase): Pick<Store, "setClockBack"> => ({
  setClockBack: (byMs, nowMs) =>
    database.write(async (sql) => {
      const sooner = "update delivery set due_ms = greatest(due_ms - $1::bigint, $2::bigint) where due_ms > $2::bigint";
      await sql(sooner, [byMs, nowMs]);
    }),
});
