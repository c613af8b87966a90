/** What an event that was sent again says otherwise than before. Pure. */
import type { ServerEvent } from "./records.ts";

/** Longer values end in "…", so that one field does not fill the page. */
const MOST_SIGNS = 80;

/**
 * One text per field: "custom_data.value: 101.00, then 99.00". Who the visitor is shows as the field's name alone:
 * "user_data.em: not the same".
 */
export function changes(events: readonly ServerEvent[]): string[] {
  const told = events.map((event) => Object.fromEntries(fieldsOf(event)));
  const names = [...new Set(told.flatMap(Object.keys))];
  const found = names.flatMap((name) => {
    const values = [...new Set(told.map((fields) => fields[name] ?? "none"))];
    if (values.length < 2) return [];
    return `${name}: ${name.startsWith("user_data.") ? "not the same" : values.map(short).join(", then ")}`;
  });
  return found.length > 0 ? found : ["the same fields in another order"];
}

/** The event as it was sent, without what we noted beside it. */
export const bytesOf = (event: ServerEvent): string => JSON.stringify(sent(event));

const sent = ({ call: _call, atMs: _atMs, test: _test, warning: _warning, ...event }: ServerEvent): object => event;

/** Every field with its path; what lies deeper is one text. */
const fieldsOf = (event: ServerEvent): [path: string, text: string][] =>
  Object.entries(sent(event)).flatMap(([name, value]) =>
    typeof value === "object" && value !== null
      ? Object.entries(value).map(([inner, each]): [string, string] => [`${name}.${inner}`, textOf(each)])
      : [[name, textOf(value)]],
  );

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const short = (text: string): string => (text.length > MOST_SIGNS ? `${text.slice(0, MOST_SIGNS)}…` : text);
