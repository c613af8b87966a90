/** Copies an SQLite store while relays work on it: one consistent moment of it, whole and checked, in one file. */
import { closeSync, existsSync, fsyncSync, linkSync, openSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { leaveDatabase, openBeside } from "./sqlite-database.ts";

/** Why there is no backup, and what to do about it. */
export class BackupRefused extends Error {
  override name = "BackupRefused";
}

export const DAMAGED = "The store is damaged, and a copy of it would be too.";

export interface BackedUp {
  events: number;
  /** When the newest event in it was received, ms since 1970. */
  newestMs?: number;
  bytes: number;
}

/**
 * Writes what is committed in the store at `path` to the new file `to`. What is acknowledged before it begins is in it; what
 * comes meanwhile waits for nothing. `to` comes into being last, so a file of that name is always a whole backup. Throws
 * `BackupRefused`, or the file system's own errors.
 */
export async function backUp(path: string, to: string): Promise<BackedUp> {
  if (existsSync(to)) throw new BackupRefused(`${to} is there already. Name a new file.`);
  const draft = `${to}.part`;
  // One that was cut short is worth nothing.
  rmSync(draft, { force: true });
  // SQLite takes an empty file, and leaves it as closed to others as it is.
  closeSync(openSync(draft, "wx", 0o600));
  try {
    await copy(path, draft);
    const told = await checked(draft);
    flush(draft);
    linkSync(draft, to);
    return told;
  } finally {
    rmSync(draft, { force: true });
    flush(dirname(to));
  }
}

async function copy(path: string, draft: string): Promise<void> {
  const source = await openBeside(path);
  try {
    // In a read transaction of its own: writers go on, and it sees nothing of what they do.
    source.prepare("vacuum into ?").run(draft);
  } finally {
    leaveDatabase(source);
  }
}

/** Reads all of it once: a backup that cannot be read is found now, and not when it is needed. */
async function checked(draft: string): Promise<BackedUp> {
  const database = await openBeside(draft);
  try {
    const found = database.prepare("pragma quick_check(1)").get();
    if (found?.quick_check !== "ok") throw new BackupRefused(DAMAGED);
    const row = database.prepare("select count(*) as events, max(received_ms) as newest from event").get();
    const newest = row?.newest;
    return {
      events: Number(row?.events),
      ...(typeof newest === "number" ? { newestMs: newest } : {}),
      bytes: statSync(draft).size,
    };
  } finally {
    leaveDatabase(database);
  }
}

/** So that a loss of power does not leave a name without its content. */
function flush(path: string): void {
  const handle = openSync(path, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
