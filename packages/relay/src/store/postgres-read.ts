/** Reading PostgreSQL for people: the same statements, with its own signs for values. */
import { decodeBytes, encodeBytes } from "./event-key.ts";
import type { PostgresDatabase } from "./postgres-database.ts";
import type { ReadSql } from "./read-sql.ts";

export const postgresRead = (database: PostgresDatabase): ReadSql => ({
  all: (text, values = []) => {
    let n = 0;
    return database.read((sql) =>
      sql(
        text.replaceAll("?", () => `$${++n}`),
        values,
      ),
    );
  },
  encodeId: encodeBytes,
  decodeId: decodeBytes,
  unindexed: (column) => column,
  at: (column, path) => `(${column}::json #>> '{${path.join()}}')`,
});
