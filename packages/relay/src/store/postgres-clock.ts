/** The time in PostgreSQL, and a clock there that was set back: what waits does not wait for the time to come again. */
import type { PostgresDatabase } from "./postgres-database.ts";
import type { Store } from "./store.ts";

const SOONER = "update delivery set due_ms = greatest(due_ms - $1::bigint, $2::bigint) where due_ms > $2::bigint";

export const postgresClock = (database: PostgresDatabase): Pick<Store, "seeTime" | "timeMs"> => ({
  timeMs: () =>
    database.read(async (sql) => {
      const [row] = await sql("select extract(epoch from clock_timestamp())::float8 * 1000 as ms");
      return Number(row?.ms);
    }),
  seeTime: (nowMs, lastMs, noticedMs) =>
    database.write(async (sql) => {
      await sql("insert into clock values (1, $1) on conflict do nothing", [nowMs]);
      // Locked: of several relays that have noticed it the first one moves what waits.
      const [row] = await sql("select seen_ms from clock for update");
      const seenMs = Number(row?.seen_ms);
      await sql("update clock set seen_ms = $1", [nowMs]);
      if (seenMs - nowMs <= noticedMs) return 0;
      const backMs = Math.max(seenMs, lastMs) - nowMs;
      await sql(SOONER, [backMs, nowMs]);
      return backMs;
    }),
});
