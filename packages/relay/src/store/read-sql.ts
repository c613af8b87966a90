/** What reading needs of a database: statements with `?` for values, and the few words that differ. */
import type { Row } from "./rows.ts";

export interface ReadSql {
  all(text: string, values?: readonly (string | number | Uint8Array)[]): Promise<Row[]>;
  encodeId(id: string): string | Uint8Array;
  decodeId(stored: unknown): string;
  /**
   * A column in a condition, which chooses no index: by shop and name SQLite would look at all there ever was. PostgreSQL
   * knows from its statistics what is rare, and is told nothing.
   */
  unindexed(column: string): string;
  /** Text at a path inside of a JSON column. */
  at(column: string, path: readonly string[]): string;
}
