/** Why a relay cannot start on this machine, and what to do about it. */
import { faultOf } from "./store/postgres-faults.ts";
import { UnusableDatabase } from "./store/postgres-migrate.ts";
import { StoreUnavailable } from "./store/store.ts";

/** What a machine can lack for the relay to start, by the code of the error, and what to do. */
// biome-ignore format: a table
const LACKS: readonly (readonly [RegExp, string])[] = [
  [/EADDRINUSE/,                     "another program listens there already. Set PORT to a free port."],
  [/EADDRNOTAVAIL|ENOTFOUND|EAI_/,   "this machine has no such address. Set HOST to 127.0.0.1 or 0.0.0.0."],
  [/EACCES|EPERM|EROFS/,             "this is not permitted here. Set DATABASE_URL to a folder that the relay may write to, or PORT to one above 1023."],
  [/EEXIST|ENOTDIR|EISDIR|ENOENT/,   "the folder of the database cannot be made or opened. Set DATABASE_URL to another place."],
  [/ENOSPC|ERR_SQLITE|SQLITE_/,      "the database cannot be opened: no database of the relay's, locked, damaged, or the disk is full. Set DATABASE_URL to another place, or make room."],
];

/** The same for a PostgreSQL, by its SQLSTATE or the line's code. */
// biome-ignore format: a table
const SHARED: readonly (readonly [RegExp, string])[] = [
  [/^28|^password$/,                 "Set DATABASE_URL to postgres://user:password@host/database."],
  [/^3D000$/,                        "Create it, or name another one in DATABASE_URL."],
  [/^42501$/,                        "Let the user make tables: grant create on schema public."],
  [/^53300$/,                        "Raise max_connections, or run fewer relays."],
  [/^25006$/,                        "Name the primary in DATABASE_URL, not a standby."],
  [/^57P/,                           "Try again in a moment."],
];
const UNREACHABLE = "See whether it runs, and whether DATABASE_URL names its host and port.";

/** A failed start in words that help; undefined for a fault of the relay's own. */
export const unusable = (error: unknown): string | undefined => {
  if (error instanceof StoreUnavailable) return ofStore(error);
  if (error instanceof UnusableDatabase) return error.message;
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error ? String(error.code) : "";
  const lack = LACKS.find(([codes]) => codes.test(code) || (code === "" && error.name === "SqliteError"));
  return lack && `${error.message}: ${lack[1]}`;
};

const ofStore = (error: StoreUnavailable): string => {
  const fault = faultOf(error);
  if (!fault) return "the database is busy with another process; try again";
  return `${error.message}. ${SHARED.find(([codes]) => codes.test(fault.code))?.[1] ?? UNREACHABLE}`;
};
