/** One event as Pinterest wants it: the mapping table, walked. */
import { dressed, type Field, written } from "./dress.ts";
import type { Facts } from "./facts.ts";
import { FIELDS } from "./mapping.ts";

/**
 * The JSON text of one event for `data[]`, or undefined where it lacks what Pinterest needs to match it to anybody:
 * an email, a mobile advertising ID, or both IP address and user agent (its schema's `user_data.anyOf`).
 */
export function payloadOf(facts: Facts): string | undefined {
  if (!(facts.em || facts.hashed_maids || (facts.ip && facts.userAgent))) return undefined;
  let payload = "";
  for (const { name, fields } of PARTS) {
    const members = written(fields, facts);
    if (members === "") continue;
    if (payload) payload += ",";
    payload += name ? `${name}{${members}}` : members;
  }
  return `{${payload}}`;
}

/** The rows of the table by the object that they stand in; the first part is the event's own. */
const PARTS: readonly { name: string; fields: readonly Field<Facts>[] }[] = ["", "user_data", "custom_data"].map(
  (part) => ({
    name: part && `"${part}":`,
    fields: FIELDS.flatMap(([theirs, ours, how]) => {
      const [key = "", group = ""] = theirs.split(".").reverse();
      return group === part ? [{ key: `"${key}":`, value: dressed(how, ours) }] : [];
    }),
  }),
);
