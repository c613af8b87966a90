/**
 * Has what SQLite has committed reach the disk, in a thread of Node's: an fsync takes as long as the disk does, and what
 * comes in meanwhile is read on.
 */
import { close, existsSync, fdatasync, openSync } from "node:fs";

export interface LogSync {
  /** Resolves once all that stands in the log by now is on the disk; rejects where nobody knows. */
  sync(): Promise<void>;
  close(): void;
}

/**
 * Of the database at `path`, which is open. Undefined where it has no log: in memory, or on a file system that cannot have
 * one; there SQLite syncs by itself. The log is the one file that SQLite holds no lock on: closing any other would take its
 * locks away. It stays the same file for as long as the database is open.
 */
export function logSync(path: string): LogSync | undefined {
  const log = `${path}-wal`;
  if (!existsSync(log)) return undefined;
  const file = openSync(log, "r+");
  return {
    sync: () =>
      new Promise((resolve, reject) => {
        fdatasync(file, (error) => (error ? reject(error) : resolve()));
      }),
    close: () => close(file),
  };
}
