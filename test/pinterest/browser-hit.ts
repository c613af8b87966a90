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
  const bracketed = [...parameters].flatMap(([key, value]) => {
    const field = key.startsWith(`${name}[`) && key.endsWith("]") ? key.slice(name.length + 1, -1) : "";
    return field ? [[field, value] as const] : [];
  });
  return { ...Object.fromEntries(bracketed), ...objectIn(parameters.get(name) ?? "{}") };
};

const objectIn = (json: string): object => {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
};
