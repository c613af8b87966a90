/**
 * What an error shows of itself: its kind, its code and where it came about. Never its message: JSON.parse quotes what it
 * read, PostgreSQL repeats the values of a row, a driver its connection string.
 */

import { discreet } from "./core/discreet.ts";
import { StoreUnavailable } from "./store/store.ts";

export interface ShownError {
  type: string;
  /** Words that a library has for the code, always the same; or a store of ours. */
  words?: string;
  code?: string;
  syscall?: string;
  table?: string;
  column?: string;
  constraint?: string;
  /** Files and lines, the innermost first. */
  at?: string[];
  cause?: ShownError;
}

/** Fields of libraries that hold a name out of a program or a schema, and how one looks. */
const NAME = /^[a-z_]\w{0,62}$/i;
// biome-ignore format: a table
const NAMED = [
  // Or an SQLSTATE.
  ["code",       /^([A-Z][A-Z0-9_]{1,40}|[0-9A-Z]{5})$/],
  ["syscall",    NAME],
  ["table",      NAME],
  ["column",     NAME],
  ["constraint", NAME],
] as const;
/** What SQLite says of a result code. */
const ERRSTR = /^[a-z ,'()-]{1,80}$/i;
/**
 * What our stores say: words of our own and SQLite's, and the path of a file. Where it names a value there is a colon or a
 * quote before it, and then it is not shown.
 */
const OWN = /^[a-z0-9 ,.;/_()-]{1,200}$/i;
const FRAMES = 6;
const CAUSES = 4;

export function shownError(error: unknown, causes = CAUSES): ShownError {
  if (!(error instanceof Error)) return { type: error === null ? "null" : typeof error };
  const fields: Readonly<Record<string, unknown>> = { ...error };
  const shown: ShownError = { type: /^[A-Za-z]{1,40}$/.test(error.name) ? error.name : "Error" };
  for (const [name, form] of NAMED) {
    const value = fields[name];
    if (typeof value === "string" && form.test(value)) shown[name] = value;
  }
  if (typeof fields.errstr === "string" && ERRSTR.test(fields.errstr)) shown.words = fields.errstr;
  if (error instanceof StoreUnavailable && OWN.test(error.message)) shown.words = discreet(error.message);
  const at = framesOf(error);
  if (at.length > 0) shown.at = at;
  if (error.cause !== undefined && causes > 0) shown.cause = shownError(error.cause, causes - 1);
  return shown;
}

/** Of the stack only what lies behind the message: that one may look like a stack itself. */
const framesOf = ({ message, stack = "" }: Error): string[] => {
  const after = message === "" ? 0 : stack.indexOf(message);
  if (after < 0) return [];
  const frames = stack.slice(after + message.length).matchAll(FRAME);
  return [...frames].slice(0, FRAMES).flatMap(([, place]) => place ?? []);
};

const FRAME = /^ {4}at (?:.*[(/ ])?((?:node:[\w/]+|[\w.-]+\.[cm]?[jt]s):\d+:\d+)\)?$/gm;
