/** Opens SQLite: Node's own where it has one, the same API from a package on Node 20. Nothing else knows which. */
import type { Row } from "./rows.ts";

type Value = string | number | bigint | null | Uint8Array;

/** What we use of the one API that both SQLite modules have. */
export interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

export interface Statement {
  run(...values: Value[]): { changes: number | bigint; lastInsertRowid: number | bigint };
  get(...values: Value[]): Row | undefined;
  all(...values: Value[]): Row[];
}

/**
 * Keeps every open database reachable. The package's statements do not keep theirs alive, and a collected database
 * under a live statement is a crash (measured with 1.2.1 under load).
 */
const open = new Set<Database>();

/**
 * Opens (and creates) the database at `path`, durable on commit: WAL with a full fsync.
 * Waits up to five seconds for another process to finish its own write, unless told otherwise by `waitFor`.
 */
export async function openDatabase(path: string): Promise<Database> {
  const Sqlite = await sqlite();
  const database = new Sqlite(path);
  open.add(database);
  database.exec(`
    pragma busy_timeout = 5000;
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma cache_size = -16384;
    pragma wal_autocheckpoint = 4000;
  `);
  return database;
}

/** Leaves it to whoever commits to have what is committed reach the disk: see `logSync`. */
export const syncElsewhere = (database: Database): void => database.exec("pragma synchronous = normal");

/** Has all that is committed reach the disk by way of the database's own file; throws where it does not. */
export function toDisk(database: Database): void {
  const told = database.prepare("pragma wal_checkpoint(full)").get();
  if (told?.busy !== 0) throw new Error("nobody knows whether what was written is on the disk");
}

/** Opens the one that is at `path` as it is: whatever else has it open, and whichever schema it is on. */
export async function openBeside(path: string): Promise<Database> {
  const Sqlite = await sqlite();
  const database = new Sqlite(path);
  open.add(database);
  database.exec("pragma busy_timeout = 5000");
  return database;
}

/** Opens the one that is at `path` to be read beside its writer. */
export async function openReading(path: string): Promise<Database> {
  const Sqlite = await sqlite();
  const database = new Sqlite(path);
  open.add(database);
  database.exec("pragma query_only = on; pragma busy_timeout = 5000; pragma cache_size = -8192");
  return database;
}

/** Opens the one that is at `path` for nobody else: throws where another process has it open, and keeps others out until it is closed. */
export async function openAlone(path: string): Promise<Database> {
  const Sqlite = await sqlite();
  const database = new Sqlite(path);
  open.add(database);
  try {
    // Said before anything is read: in WAL mode it is too late afterwards.
    database.exec("pragma busy_timeout = 0; pragma locking_mode = exclusive; begin exclusive; commit");
    return database;
  } catch (error) {
    open.delete(database);
    database.close();
    throw error;
  }
}

/** How long a write waits for another process. A server's requests all wait with it, and who is refused comes again. */
export const waitFor = (database: Database, ms: number): void => database.exec(`pragma busy_timeout = ${ms}`);

/** Closes it, with everything in its one file: the package's statements hold a database open that has been closed. */
export function closeDatabase(database: Database): void {
  if (!open.delete(database)) return;
  try {
    database.exec("pragma wal_checkpoint(truncate)");
  } finally {
    database.close();
  }
}

/** Closes one that others work on: what they have in the log stays there, and nobody waits. */
export function leaveDatabase(database: Database): void {
  if (open.delete(database)) database.close();
}

type DatabaseClass = new (path: string) => Database;

async function sqlite(): Promise<DatabaseClass> {
  return withoutExperimentalWarning(builtin)?.DatabaseSync ?? (await import("@photostructure/sqlite")).DatabaseSync;
}

/** Node's module has no types in the oldest Node we support; the store suite holds both modules to one behaviour. */
const builtin = (): { DatabaseSync: DatabaseClass } | undefined =>
  process.getBuiltinModule("node:sqlite") as { DatabaseSync: DatabaseClass } | undefined;

/** Node announces on every start that its SQLite is experimental: nothing the person reading our log can act on. */
function withoutExperimentalWarning<T>(load: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return load();
  } finally {
    process.emitWarning = emitWarning;
  }
}
