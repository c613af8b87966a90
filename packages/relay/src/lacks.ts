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

/** A failed start in words that help; undefined for a fault of the relay's own. */
export const unusable = (error: unknown): string | undefined => {
  if (error instanceof StoreUnavailable) return "the database is busy with another process; try again";
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error ? String(error.code) : "";
  const lack = LACKS.find(([codes]) => codes.test(code) || (code === "" && error.name === "SqliteError"));
  return lack && `${error.message}: ${lack[1]}`;
};
