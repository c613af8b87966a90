/** Event names as small codes; a name that nobody has seen becomes a row. */
import type { Database } from "./sqlite-database.ts";

/** Remembered names; anyone can make names up on a public door, so the memory has an end. */
const REMEMBERED = 1_000;

export interface EventNames {
  /** The code of `name`, made where it has none. Call it inside a write. */
  code(name: string): number;
  /** Drops what is remembered: a transaction that made codes was undone. */
  forget(): void;
}

export function eventNames(database: Database): EventNames {
  const find = database.prepare("select code from event_name where name = ?");
  const add = database.prepare("insert into event_name (name) values (?) returning code");
  const known = new Map<string, number>();
  return {
    code(name) {
      const remembered = known.get(name);
      if (remembered !== undefined) return remembered;
      const row = find.get(name) ?? add.get(name);
      const code = Number(row?.code);
      if (known.size < REMEMBERED) known.set(name, code);
      return code;
    },
    forget: () => known.clear(),
  };
}
