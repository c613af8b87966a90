/** Bytes to JSON, at the edge: what is not UTF-8, not JSON, or holds keys that poison prototypes goes no further. */
import type { EdgeFault } from "./fault.ts";

export type Read = { value: unknown } | { fault: EdgeFault };

const utf8 = new TextDecoder("utf-8", { fatal: true });

export function readJson(bytes: Uint8Array): Read {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return { fault: { field: "body", message: "is not valid UTF-8" } };
  }
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
const kept = (text: string): string => Buffer.from(text).toString();
const whole = (_key: string, value: unknown): unknown => {
  if (typeof value === "string") return kept(value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [kept(key), inner]));
};

const POISON = new Set(["__proto__", "constructor", "prototype"]);
const DEEPEST = 20;

/**
 * The path of the first key that no honest event has, or of what lies too deep; undefined where all is well.
 * Nulls are taken out on the way, and empty texts inside of an event: shops write them for what they do not know. Of the `unread` keys only the names are
 * looked at.
 */
export function poisonIn(
  value: unknown,
  path: string,
  unread: readonly string[] = [],
  depth = 0,
): EdgeFault | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (depth > DEEPEST) return { field: path, message: "is nested too deeply" };
  for (const [key, inner] of Object.entries(value)) {
    const field = Array.isArray(value) ? `${path}[${key}]` : path ? `${path}.${key}` : key;
    if (POISON.has(key)) return { field, message: "is not an allowed key" };
    const fault = unread.includes(key) ? undefined : poisonIn(inner, field, [], depth + 1);
    if (fault) return fault;
    if ((inner === null || (inner === "" && depth > 0)) && !Array.isArray(value)) Reflect.deleteProperty(value, key);
  }
  if (Array.isArray(value) && value.includes(null))
    value.splice(0, value.length, ...value.filter((one) => one !== null));
  return undefined;
}
