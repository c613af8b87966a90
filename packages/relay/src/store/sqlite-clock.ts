/** A clock that was set back, in SQLite: what waits does not wait for the time to come again. */
import type { Commit } from "./group-commit.ts";
import type { Database } from "./sqlite-database.ts";
import type { Store } from "./store.ts";

export function sqliteClock(database: Database, commit: Commit): Pick<Store, "setClockBack"> {
  const sooner = database.prepare("update delivery set due_ms = max(due_ms - ?, ?) where due_ms > ?");
  return { setClockBack: (byMs, nowMs) => commit(() => void sooner.run(byMs, nowMs, nowMs)) };
}
