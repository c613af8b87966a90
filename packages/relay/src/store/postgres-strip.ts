/** What says whose an event is goes, in PostgreSQL. Called inside of a write, with the rows of the events locked. */
import { withoutUser } from "./payloads.ts";
import type { Sql } from "./postgres-database.ts";

const HALVES = `
  update event e set halves = s.halves, network = null
  from unnest($1::bigint[], $2::text[]) s (row, halves) where e.row = s.row`;
const PAYLOADS = "select row, payload from delivery where event = any($1) and payload is not null";
const STRIP_PAYLOADS = `
  update delivery d set payload = s.payload from unnest($1::bigint[], $2::text[]) s (row, payload) where d.row = s.row`;

/** Of each event only these halves are kept, and of its payloads nothing of whom. */
export async function stripEvents(
  sql: Sql,
  stripped: readonly (readonly [event: number, halves: string])[],
): Promise<void> {
  if (stripped.length === 0) return;
  const events = stripped.map(([event]) => event);
  await sql(HALVES, [events, stripped.map(([, halves]) => halves)]);
  const payloads = await sql(PAYLOADS, [events]);
  const without = payloads.map(({ payload }) => withoutUser(String(payload)));
  await sql(STRIP_PAYLOADS, [payloads.map(({ row }) => row), without]);
}
