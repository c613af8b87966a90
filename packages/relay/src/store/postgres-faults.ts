/** What PostgreSQL's errors mean, in words of our own: theirs may repeat values, names and addresses. */
import { StoreUnavailable } from "./store.ts";

/** Why nothing was kept, as the cause of a `StoreUnavailable`. No error: what logs one would write down all that it holds. */
export interface PostgresFault {
  /** SQLSTATE, or the system's; `lost` for a connection that ended, `silent` where no answer came. */
  code: string;
  /** While the first statement was asked nothing can have been done yet. */
  during: "connecting" | "beginning" | "working";
}

// biome-ignore format: a table
const WORDS: readonly (readonly [code: RegExp, words: string])[] = [
  [/^lost$/,                      "the connection to the database was lost"],
  [/^silent$|^ETIMEDOUT$/,        "the database does not answer"],
  [/^(ECONN|EHOST|ENET|EPIPE)/,   "the database cannot be reached"],
  [/^ENOENT$/,                    "the database cannot be reached"],
  [/^(ENOTFOUND|EAI_)/,           "the database's host is not known here"],
  [/^(password)$|^28/,            "the database refuses the user or the password"],
  [/^3D000$/,                     "there is no database of that name"],
  [/^42501$/,                     "the user may not do this in the database"],
  [/^(no tls)$/,                  "the database speaks no TLS"],
  [/CERT|TLS|SSL|SIGNATURE/,      "the database's certificate is not trusted"],
  [/^25006$/,                     "the database is read-only"],
  [/^53300$/,                     "the database has no connection left"],
  [/^53100$/,                     "the disk of the database is full"],
  [/^53/,                         "the database is out of memory"],
  [/^57P/,                        "the database is shutting down or starting"],
  [/^57014$/,                     "the database took too long"],
  [/^55P03$/,                     "another transaction held too long what was asked for"],
  [/^40/,                         "another transaction came first, again and again"],
];

/** Errors of the driver that have no code. */
// biome-ignore format: a table
const SPOKEN: readonly (readonly [message: RegExp, code: string])[] = [
  [/timeout/i,                    "silent"],
  [/does not support SSL/i,       "no tls"],
  [/password|SASL|SCRAM/i,        "password"],
];

/** What the caller is told. */
export const unavailable = (error: unknown, during: PostgresFault["during"]): StoreUnavailable => {
  const code = during !== "connecting" && isGone(error) ? "lost" : (codeOf(error) ?? spoken(error));
  const words = WORDS.find(([codes]) => codes.test(code))?.[1] ?? `the database refused it (${code})`;
  return new StoreUnavailable(words, { cause: { code, during } satisfies PostgresFault });
};

/** What PostgreSQL, or the way to it, was at fault with; undefined where it was neither. */
export const faultIn = (error: unknown): Partial<PostgresFault> | undefined =>
  error instanceof StoreUnavailable && typeof error.cause === "object" && error.cause !== null
    ? error.cause
    : undefined;

/** Whether the connection is of no use any more. */
export const isLost = (error: unknown): boolean => isGone(error) || spoken(error) === "silent";

export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

/** It ended: by the server's word, by the network's, or the driver found it so. Of the server's class 08 and 57P all are fatal. */
const isGone = (error: unknown): boolean => {
  const code = codeOf(error);
  if (code === undefined) return spoken(error) === "lost";
  return /^(08|57P|25P03)/.test(code) || !/^[0-9A-Z]{5}$/.test(code) || code === "EPIPE";
};

const spoken = (error: unknown): string =>
  (codeOf(error) === undefined && error instanceof Error && SPOKEN.find(([words]) => words.test(error.message))?.[1]) ||
  "lost";
