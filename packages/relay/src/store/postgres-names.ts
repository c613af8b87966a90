/** Event names as small codes, in PostgreSQL. */
import { type PostgresDatabase, storable } from "./postgres-database.ts";

/** Remembered names; anyone can make names up on a public door, so the memory has an end. */
const REMEMBERED = 1_000;

/** The codes of these names, made where they have none: before the write that needs them, and durable by then. */
export type EventCodes = (names: readonly string[]) => Promise<ReadonlyMap<string, number>>;

export function eventCodes(database: PostgresDatabase): EventCodes {
  const known = new Map<string, number>();
  return async (names) => {
    const codes = new Map<string, number>();
    for (const name of names) {
      const code = known.get(name);
      if (code !== undefined) codes.set(name, code);
    }
    const unknown = [...new Set(names)].filter((name) => !codes.has(name)).sort();
    const stored = [...new Set(unknown.map(storable))];
    if (unknown.length === 0) return codes;
    const rows = await database.write(async (sql) => {
      await sql("insert into event_name (name) select unnest($1::text[]) on conflict do nothing", [stored]);
      return sql("select name, code from event_name where name = any($1)", [stored]);
    });
    const codeOf = new Map(rows.map(({ name, code }) => [String(name), Number(code)]));
    for (const name of unknown) {
      const code = codeOf.get(storable(name));
      if (code === undefined) continue;
      codes.set(name, code);
      if (known.size < REMEMBERED) known.set(name, code);
    }
    return codes;
  };
}
