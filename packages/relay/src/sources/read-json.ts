/** Bytes to JSON, at the edge: what is not UTF-8, not JSON, or holds keys that poison prototypes goes no further. */
import { isUtf8 } from "node:buffer";
import type { EdgeFault } from "./fault.ts";

export type Read = { value: unknown } | { fault: EdgeFault };

export function readJson(bytes: Uint8Array): Read {
  if (!isUtf8(bytes)) return { fault: { field: "body", message: "is not valid UTF-8" } };
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  try {
    return { value: UNKEPT.test(text) ? JSON.parse(text, whole) : JSON.parse(text) };
  } catch {
    return { fault: { field: "body", message: "is not JSON" } };
  }
}

/**
 * JSON can escape half of a character, which no database keeps. An ID with one in it would not be known again, so it is
 * replaced as UTF-8 replaces what it cannot say.
 */
const UNKEPT = /\\u[dD][89a-fA-F]/;
const kept = (text: string): string => text.toWellFormed();
const whole = (_key: string, value: unknown): unknown => {
  if (typeof value === "string") return kept(value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [kept(key), inner]));
};

const POISON = new Set(["__proto__", "constructor", "prototype"]);
const DEEPEST = 20;

/**
 * The path of the first key that no honest event has, or of what lies too deep; undefined where all is well.
 * Nulls are taken out on the way, and empty texts inside of an event: shops write them for what they do not know. Of the
 * `unread` keys only the names are looked at.
 */
export function poisonIn(value: unknown, path: string, unread: readonly string[] = NONE): EdgeFault | undefined {
  const found = search(value, unread, 0);
  return found && { field: `${path}${found.field}`.replace(/^\./, ""), message: found.message };
}

const NONE: readonly string[] = [];

/** `field` is told from here on: paths are put together on the way back, since nearly always there is none. */
function search(value: unknown, unread: readonly string[], depth: number): EdgeFault | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (depth > DEEPEST) return { field: "", message: "is nested too deeply" };
  if (Array.isArray(value)) return searchList(value, depth);
  for (const key of Object.keys(value)) {
    if (POISON.has(key)) return { field: `.${key}`, message: "is not an allowed key" };
    const inner: unknown = Reflect.get(value, key);
    const fault = unread.includes(key) ? undefined : search(inner, NONE, depth + 1);
    if (fault) return { ...fault, field: `.${key}${fault.field}` };
    if (inner === null || (inner === "" && depth > 0)) Reflect.deleteProperty(value, key);
  }
  return undefined;
}

function searchList(list: unknown[], depth: number): EdgeFault | undefined {
  for (const [index, inner] of list.entries()) {
    const fault = search(inner, NONE, depth + 1);
    if (fault) return { ...fault, field: `[${index}]${fault.field}` };
  }
  if (list.includes(null)) list.splice(0, list.length, ...list.filter((one) => one !== null));
  return undefined;
}
