/** One event as Pinterest wants it: the mapping table, walked. */
import type { Facts } from "./facts.ts";
import { type Dress, dress, FIELDS } from "./mapping.ts";

/**
 * The JSON text of one event for `data[]`, or undefined where it lacks what Pinterest needs to match it to anybody:
 * an email, a mobile advertising ID, or both IP address and user agent (its schema's `user_data.anyOf`).
 */
export function payloadOf(facts: Facts): string | undefined {
  if (!(facts.em || facts.hashed_maids || (facts.ip && facts.userAgent))) return undefined;
  let payload = "";
  for (const { name, fields } of PARTS) {
    const part = partOf(fields, facts);
    if (part === "") continue;
    if (payload) payload += ",";
    payload += name ? `${name}{${part}}` : part;
  }
  return `{${payload}}`;
}

/** As text at once, without an object in between. */
const partOf = (fields: readonly Field[], facts: Facts): string => {
  let part = "";
  for (const { key, ours, dressed } of fields) {
    const value = dressed === "as it is" ? facts[ours] : dress(dressed, facts, ours);
    if (value === undefined || value === "") continue;
    if (part) part += ",";
    part += key + JSON.stringify(value);
  }
  return part;
};

interface Field {
  /** As it is written in JSON: `"event_id":` */
  key: string;
  ours: keyof Facts;
  dressed: Dress;
}

/** The rows of the table by the object that they stand in; the first part is the event's own. */
const PARTS: readonly { name: string; fields: readonly Field[] }[] = ["", "user_data", "custom_data"].map((part) => ({
  name: part && `"${part}":`,
  fields: FIELDS.flatMap(([theirs, ours, dressed]) => {
    const [key = "", group = ""] = theirs.split(".").reverse();
    return group === part ? [{ key: `"${key}":`, ours, dressed }] : [];
  }),
}));
