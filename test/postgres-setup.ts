/** One PostgreSQL for all tests of a run, unless there is one already. */
import { SERVER, startPostgres } from "./postgres.ts";

export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env[SERVER]) return undefined;
  const postgres = await startPostgres();
  process.env[SERVER] = postgres.url;
  return postgres.close;
}
