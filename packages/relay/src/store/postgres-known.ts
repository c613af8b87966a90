/** What is known of the visitors of many events at once, in PostgreSQL. */
import type { KnownVisitor } from "../core/identity.ts";
import type { Sql } from "./postgres-database.ts";
import { storable } from "./postgres-database.ts";
import { type Row, text } from "./rows.ts";
import { keyOf, together, visitorRecord } from "./visitor-records.ts";

/** Who is asked for: by their ID, and by names that are proved to be theirs. */
export interface Sought {
  shop: number;
  visitor: string | undefined;
  aliases: readonly string[];
}

/** What is known of each, in the order in which they were asked for. */
export async function knownVisitors(sql: Sql, all: readonly Sought[]): Promise<(KnownVisitor | undefined)[]> {
  const owners = await rowsOf(
    sql,
    OWNERS,
    all.flatMap(({ shop, aliases }) => aliases.map((name) => [shop, name] as const)),
  );
  const ids = all.map(({ shop, visitor, aliases }) => {
    const owned = aliases.flatMap((name) => text("visitor", owners.get(keyIn(shop, name))?.visitor).visitor ?? []);
    return [...new Set([...(visitor === undefined ? [] : [keyOf(visitor)]), ...owned])];
  });
  const records = await rowsOf(
    sql,
    RECORDS,
    all.flatMap(({ shop }, n) => (ids[n] ?? []).map((id) => [shop, id] as const)),
  );
  return all.map(({ shop }, n) => {
    const found = (ids[n] ?? []).flatMap((id) => visitorRecord(records.get(keyIn(shop, id))) ?? []);
    return found.length > 0 ? found.reduce(together) : undefined;
  });
}

const OWNERS = `
  select a.shop, a.alias as id, a.visitor from unnest($1::bigint[], $2::text[]) w (shop, id)
  join visitor_alias a on a.shop = w.shop and a.alias = w.id`;
const RECORDS = `
  select v.* from unnest($1::bigint[], $2::text[]) w (shop, id) join visitor v on v.shop = w.shop and v.id = w.id`;

/** The rows of these pairs of shop and name. */
async function rowsOf(
  sql: Sql,
  query: string,
  asked: readonly (readonly [number, string])[],
): Promise<Map<string, Row>> {
  if (asked.length === 0) return new Map();
  const shops = asked.map(([shop]) => shop);
  const rows = await sql(query, [shops, asked.map(([, id]) => storable(id))]);
  return new Map(rows.map((row) => [keyIn(row.shop, row.id), row]));
}

const keyIn = (shop: unknown, id: unknown): string => `${shop} ${id}`;
