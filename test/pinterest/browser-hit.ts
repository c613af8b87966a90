import type { BrowserHit } from "./records.ts";

/**
 * Reads a hit from its parameters, in either form: `ed={"value":24}` as the Tag's library writes it, or `ed[value]=24`
 * as an image's address has it. Undefined where it names no tag or no event.
 */
export function readHit(
  parameters: URLSearchParams,
  method: BrowserHit["method"],
  atMs: number,
): BrowserHit | undefined {
  const tagId = parameters.get("tid");
  const event = parameters.get("event")?.trim().toLowerCase();
  if (!tagId || !event) return undefined;
  const ed = group(parameters, "ed");
  const eventId = ID_NAMES.map((name) => ed[name]).find((id) => typeof id === "string" && id !== "");
  return {
    atMs,
    tagId,
    event,
    ...(typeof eventId === "string" ? { eventId } : {}),
    ed,
    pd: group(parameters, "pd"),
    ad: group(parameters, "ad"),
    method,
  };
}

/** Names that the Tag takes for an event ID; their case counts. */
const ID_NAMES = ["event_id", "eventID", "eid"] as const;

const group = (parameters: URLSearchParams, name: string): Record<string, unknown> => {
  const bracketed: Branch = {};
  for (const [key, value] of parameters) {
    const [first, ...path] = key.startsWith(`${name}[`)
      ? [...key.matchAll(/\[([^[\]]+)\]/g)].map(([, part]) => part)
      : [];
    if (first !== undefined) grow(bracketed, first, path, value);
  }
  return {
    ...Object.fromEntries(Object.entries(bracketed).map(([key, value]) => [key, listed(value)])),
    ...objectIn(parameters.get(name) ?? "{}"),
  };
};

interface Branch {
  [key: string]: string | Branch;
}

const grow = (branch: Branch, key: string, [next, ...path]: (string | undefined)[], value: string): void => {
  if (next === undefined) {
    branch[key] = value;
    return;
  }
  const known = branch[key];
  const inner = typeof known === "object" ? known : {};
  branch[key] = inner;
  grow(inner, next, path, value);
};

/** `line_items[0][product_id]` is a list of things. */
const listed = (value: string | Branch | undefined): unknown => {
  if (typeof value !== "object") return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, listed(inner)] as const);
  return entries.every(([key]) => /^\d+$/.test(key)) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
};

const objectIn = (json: string): object => {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
};
