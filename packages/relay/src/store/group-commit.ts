/** Group commit: writes that arrive together share one transaction, and so one fsync. */

import type { Database } from "./sqlite-database.ts";
import { StoreUnavailable } from "./store.ts";

interface Waiting {
  commit(): void;
  resolve(): void;
  reject(error: unknown): void;
}

/** Runs `write` inside the next shared transaction and resolves with what it returned once that is durable. */
export type Commit = <T>(write: () => T) => Promise<T>;

/**
 * `onRollback` is called when a transaction was undone, for whoever remembers what was written in it.
 * A write that fails does not take its neighbours down: after a rollback each runs again in a transaction of its own.
 */
export function groupCommit(database: Database, onRollback: () => void): Commit {
  let waiting: Waiting[] = [];

  const transact = (writes: readonly Waiting[], begun = (): void => {}): void => {
    database.exec("begin immediate");
    begun();
    try {
      for (const write of writes) write.commit();
      database.exec("commit");
    } catch (error) {
      rollback(database);
      onRollback();
      throw error;
    }
  };

  const flush = (): void => {
    const writes = waiting;
    waiting = [];
    let isBegun = false;
    try {
      transact(writes, () => {
        isBegun = true;
      });
      for (const write of writes) write.resolve();
    } catch (error) {
      // Where it could not even begin, another process holds the database: each alone would wait as long again.
      if (isBegun && writes.length > 1) writes.forEach(alone);
      else for (const write of writes) write.reject(unavailable(error));
    }
  };

  const alone = (write: Waiting): void => {
    try {
      transact([write]);
      write.resolve();
    } catch (error) {
      write.reject(unavailable(error));
    }
  };

  return <T>(write: () => T) =>
    new Promise<T>((resolve, reject) => {
      let result: T;
      // setImmediate, not a timer: it runs once all requests of this turn are in, and waits for nothing else.
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({
        commit: () => {
          result = write();
        },
        resolve: () => resolve(result),
        reject,
      });
    });
}

function rollback(database: Database): void {
  try {
    database.exec("rollback");
  } catch {
    // On a full disk SQLite has rolled back by itself, and says that there is nothing left to roll back.
  }
}

const unavailable = (cause: unknown): StoreUnavailable =>
  new StoreUnavailable(cause instanceof Error ? cause.message : "the write failed", { cause });
