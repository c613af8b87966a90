/** Why a relay cannot start on this machine, and what to do about it. */
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

/** The same for a PostgreSQL that other machines share, by its SQLSTATE or the line's code. */
// biome-ignore format: a table
const SHARED: readonly (readonly [RegExp, string])[] = [
  [/^28P01|^28000|^password$/,                    "PostgreSQL refuses the user or the password. Set DATABASE_URL to postgres://user:password@host/database."],
  [/3D000/,                          "PostgreSQL has no such database. Create it, or name another one in DATABASE_URL."],
  [/42501/,                          "PostgreSQL does not permit this user to make tables. Grant it: grant create on schema public to the user."],
  [/53300/,                          "PostgreSQL takes no more connections. Raise max_connections, or run fewer relays."],
  [/57P03|57P01/,                    "PostgreSQL is starting or stopping; try again."],
  [/53100/,                          "the disk of PostgreSQL is full. Make room."],
  [/^no tls$/,                       "PostgreSQL speaks no TLS there. Take sslmode out of DATABASE_URL, or set TLS up on the server."],
  [/CERT|TLS|SSL|SIGNATURE/,         "PostgreSQL's certificate is not trusted. Name its authority in DATABASE_URL: sslrootcert=FILE."],
  [/25006/,                          "this PostgreSQL is read only, perhaps a standby. Name the primary in DATABASE_URL."],
];
const UNREACHABLE =
  "PostgreSQL cannot be reached. See whether it runs, and whether DATABASE_URL names its host and port.";

/** A failed start in words that help; undefined for a fault of the relay's own. */
export const unusable = (error: unknown): string | undefined => {
  if (error instanceof StoreUnavailable) return ofStore(error.cause);
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error ? String(error.code) : "";
  const lack = LACKS.find(([codes]) => codes.test(code) || (code === "" && error.name === "SqliteError"));
  return lack && `${error.message}: ${lack[1]}`;
};

const ofStore = (cause: unknown): string => {
  const code = typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "";
  const known = SHARED.find(([codes]) => codes.test(code))?.[1];
  if (known) return known;
  if (cause instanceof RangeError) return cause.message;
  const isLine = /^(lost|silent|E[A-Z]{2,}|08...|57...|58...)$/.test(code);
  return isLine ? UNREACHABLE : "the database is busy with another process; try again";
};
