/**
 * Reading PostgreSQL for people: the same statements, with its own signs for values. One after the other, whoever asks:
 * a page takes one connection of those that events need, and one core of the server.
 */
import { decodeBytes, encodeBytes } from "./event-key.ts";
import type { PostgresDatabase } from "./postgres-database.ts";
import type { ReadSql } from "./read-sql.ts";

export function postgresRead(database: PostgresDatabase): ReadSql {
  let last: Promise<unknown> = Promise.resolve();
  return {
    all(text, values = []) {
      let n = 0;
      const numbered = text.replaceAll("?", () => `$${++n}`);
      const rows = last.then(() => database.read((sql) => sql(numbered, values)));
      last = rows.catch(() => {});
      return rows;
    },
    encodeId: encodeBytes,
    decodeId: decodeBytes,
    unindexed: (column) => column,
    at: (column, path) => `(${column}::json #>> '{${path.join()}}')`,
  };
}
