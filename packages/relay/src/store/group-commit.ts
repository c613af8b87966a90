/** Group commit: writes that arrive together share one transaction, and so one fsync. */

import { type Database, toDisk } from "./sqlite-database.ts";
import { StoreUnavailable } from "./store.ts";

interface Waiting {
  commit(): void;
  resolve(): void;
  reject(error: unknown): void;
}

/** Runs `write` inside the next shared transaction and resolves with what it returned once that is durable. */
export type Commit = <T>(write: () => T) => Promise<T>;

/**
 * `onRollback` is called when a transaction was undone, for whoever remembers what was written in it. `sync` resolves once
 * what was committed is on the disk; while one is under way what comes in gathers for the next transaction.
 * A write that fails does not take its neighbours down: after a rollback each runs again in a transaction of its own.
 */
export function groupCommit(database: Database, onRollback: () => void, sync = async (): Promise<void> => {}): Commit {
  let waiting: Waiting[] = [];
  /** One transaction at a time is to come, or on its way to the disk. */
  let isUnderWay = false;
  /** A sync failed: what was committed before may be lost with the machine, and is read meanwhile. */
  let isInDoubt = false;

  const transact = (writes: readonly Waiting[], begun: () => void): void => {
    // Whoever tells it again is told that it is known; so it has to be on the disk before anything else is.
    if (isInDoubt) toDisk(database);
    isInDoubt = false;
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

  /** Answers those that are committed; the others know why they are not. */
  const committed = (writes: readonly Waiting[]): Waiting[] => {
    let isBegun = false;
    try {
      transact(writes, () => {
        isBegun = true;
      });
      return [...writes];
    } catch (error) {
      // Where it could not even begin, another process holds the database: each alone would wait as long again.
      if (isBegun && writes.length > 1) return writes.flatMap((write) => committed([write]));
      for (const write of writes) write.reject(unavailable(error));
      return [];
    }
  };

  const flush = async (): Promise<void> => {
    const writes = waiting;
    waiting = [];
    const done = committed(writes);
    try {
      if (done.length > 0) await sync();
      for (const write of done) write.resolve();
    } catch (error) {
      isInDoubt = true;
      for (const write of done) write.reject(unavailable(error));
    }
    isUnderWay = false;
    if (waiting.length > 0) schedule();
  };

  const schedule = (): void => {
    if (isUnderWay) return;
    isUnderWay = true;
    // setImmediate, not a timer: it runs once all requests of this turn are in, and waits for nothing else.
    setImmediate(flush);
  };

  return <T>(write: () => T) =>
    new Promise<T>((resolve, reject) => {
      let result: T;
      schedule();
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
