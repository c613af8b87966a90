/** The order in which PostgreSQL's rows are locked, and the plans by which they are found. */
import type { Sql } from "./postgres-database.ts";

/**
 * Every write that may have to wait locks the rows of its events first, by their number, as `keep` does: whoever holds
 * those alone touches their deliveries, so nobody waits for one who waits for him. `of` selects events.
 */
export const lockEvents = async (sql: Sql, of: string, values: readonly unknown[]): Promise<number[]> => {
  const rows = await sql(`select row from event where row in (${of}) order by row for update`, values);
  return rows.map(({ row }) => Number(row));
};

/**
 * Until the transaction ends every row is found by an index. The planner goes by statistics, and those are old when an
 * outage has filled the queue: it would believe that nothing is due, and sort a million rows to find the first thousand.
 */
export const byIndex = (sql: Sql): Promise<unknown> =>
  sql(`select set_config(name, 'off', true) from unnest(array[
    'enable_seqscan', 'enable_bitmapscan', 'enable_hashjoin', 'enable_mergejoin', 'jit']) name`);

/**
 * Many long texts as one value: an array of them the driver writes letter by letter, and a claim took twice as long. In SQL
 * `TEXTS(n)` reads value n, a row each. They are JSON themselves, so that no zero character is in them.
 */
export const texts = (all: readonly (string | null)[]): string => JSON.stringify(all);
export const TEXTS = (value: number): string => `json_array_elements_text($${value}::json)`;
