/** One event as Pinterest wants it: the mapping table, walked. */
import type { Facts } from "./facts.ts";
import { dress, FIELDS } from "./mapping.ts";

/**
 * The JSON text of one event for `data[]`, or undefined where it lacks what Pinterest needs to match it to anybody:
 * an email, a mobile advertising ID, or both IP address and user agent (its schema's `user_data.anyOf`).
 */
export function payloadOf(facts: Facts): string | undefined {
  if (!(facts.em || facts.hashed_maids || (facts.ip && facts.userAgent))) return undefined;
  const payload: Record<string, unknown> = {};
  for (const [theirs, ours, dressed] of FIELDS) {
    const value = dress(dressed, facts, ours);
    if (value === undefined || value === "") continue;
    const [group, key] = theirs.split(".");
    if (group === undefined) continue;
    if (key === undefined) payload[group] = value;
    else nested(payload, group)[key] = value;
  }
  return JSON.stringify(payload);
}

const nested = (payload: Record<string, unknown>, group: string): Record<string, unknown> => {
  const found = payload[group];
  if (isRecord(found)) return found;
  const made: Record<string, unknown> = {};
  payload[group] = made;
  return made;
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
