/** A clock that was set back, in SQLite: what waits does not wait for the time to come again. */
import type { Commit } from "./group-commit.ts";
import type { Database } from "./sqlite-database.ts";
import type { Store } from "./store.ts";

export function sqliteClock(database: Database, commit: Commit): Pick<Store, "seeTime"> {
  const seen = database.prepare("select seen_ms from clock");
  const see = database.prepare("insert or replace into clock values (1, ?)");
  const sooner = database.prepare("update delivery set due_ms = max(due_ms - ?, ?) where due_ms > ?");
  return {
    seeTime: (nowMs, lastMs, noticedMs) =>
      commit(() => {
        const seenMs = Number(seen.get()?.seen_ms ?? nowMs);
        see.run(nowMs);
        if (seenMs - nowMs <= noticedMs) return 0;
        const backMs = Math.max(seenMs, lastMs) - nowMs;
        sooner.run(backMs, nowMs, nowMs);
        return backMs;
      }),
  };
}
