/** Forgetting people, in PostgreSQL: what is known of them, and who they are in the events that the ledger keeps. */
import { FORGOTTEN, forgotten } from "./forgotten.ts";
import { readHalves, writeHalves } from "./halves.ts";
import { isOf, mayBeOf } from "./persons.ts";
import type { PostgresDatabase, Sql } from "./postgres-database.ts";
import { storable } from "./postgres-database.ts";
import { byIndex, lockEvents } from "./postgres-locks.ts";
import { stripEvents } from "./postgres-strip.ts";
import { text } from "./rows.ts";
import type { Person, Store } from "./store.ts";
import { keyOf } from "./visitor-records.ts";

const EVENTS = "select row, shop, halves from event where row >= $1 order by row limit $2";
const HALVES = "select row, halves from event where row = any($1)";

const HOLDERS = `
  select id from visitor v where shop = $1 and exists (select from unnest($2::text[]) h where strpos(v.match_keys, h) > 0)`;
const OWNERS = "select visitor from visitor_alias where shop = $1 and alias = any($2)";
const LOCK_VISITORS = "select id from visitor where shop = $1 and id = any($2) order by id for update";
const REMOVE_VISITORS = "delete from visitor where shop = $1 and id = any($2) returning id";
const REMOVE_ALIASES = "delete from visitor_alias where shop = $1 and visitor = any($2)";

// Its claim stays: what is on its way by then is sent all the same, and the ledger is to know.
const WITHDRAW = `
  update delivery set outcome = 'withdrawn', words = '${FORGOTTEN}', settled_ms = $2, due_ms = null
  where event = any($1) and due_ms is not null`;

// Of who is told of just now the names stay: they lead nowhere, and go when they were not seen for long.
const FORGET_UNSEEN = `
  with unseen as materialized (
    select shop, id from visitor where seen_ms < $1 order by seen_ms limit $2 for update skip locked
  ), names as materialized (
    select a.shop, a.alias from unseen u join visitor_alias a on a.shop = u.shop and a.visitor = u.id
    for update of a skip locked
  ), without_names as (
    delete from visitor_alias a using names n where a.shop = n.shop and a.alias = n.alias
  )
  delete from visitor v using unseen u where v.shop = u.shop and v.id = u.id returning 1`;
const REMOVE_UNSEEN_ALIASES = `
  with unseen as materialized (
    select shop, alias from visitor_alias where seen_ms < $1 order by seen_ms limit $2 for update skip locked)
  delete from visitor_alias a using unseen u where a.shop = u.shop and a.alias = u.alias returning 1`;

export function postgresForget(database: PostgresDatabase): Pick<Store, "forget" | "forgetVisitors"> {
  const count = (statement: string, values: readonly unknown[]): Promise<number> =>
    database.write(async (sql) => {
      await byIndex(sql);
      return (await sql(statement, values)).length;
    });

  return {
    forget: (shop, person, from, limit, nowMs) =>
      database.write(async (sql) => {
        await byIndex(sql);
        const gone = from === 0 ? await forgetVisitors(sql, shop, person) : [];
        const known = new Set([...(person.known ?? []), ...gone]);
        const rows = await sql(EVENTS, [from, limit]);
        const named = rows.filter((row) => Number(row.shop) === shop && mayBeOf(String(row.halves), person, known));
        const events =
          named.length > 0
            ? await forgetEvents(
                sql,
                named.map(({ row }) => Number(row)),
                person,
                known,
                nowMs,
              )
            : 0;
        const next = rows.length < limit ? {} : { next: Number(rows.at(-1)?.row) + 1 };
        return { events, known: [...known], ...next };
      }),
    async forgetVisitors(beforeMs, limit) {
      const forgotten = await count(FORGET_UNSEEN, [beforeMs, limit]);
      if (forgotten < limit) while ((await count(REMOVE_UNSEEN_ALIASES, [beforeMs, limit])) === limit);
      return forgotten;
    },
  };
}

/** How many of these events are theirs, as they stand once nobody else can change them. */
async function forgetEvents(
  sql: Sql,
  named: readonly number[],
  person: Person,
  known: ReadonlySet<string>,
  nowMs: number,
): Promise<number> {
  const locked = await lockEvents(sql, "select unnest($1::bigint[])", [named]);
  const theirs = (await sql(HALVES, [locked])).flatMap(({ row, halves: lies }) => {
    const halves = readHalves(lies, null);
    if (!halves.some((half) => isOf(half, person, known))) return [];
    return [[Number(row), JSON.stringify(writeHalves(halves.map(forgotten)).halves)] as const];
  });
  await stripEvents(sql, theirs);
  await sql(WITHDRAW, [theirs.map(([row]) => row), nowMs]);
  return theirs.length;
}

/** Answers under what those lay who are forgotten. Whoever told of them meanwhile is waited for, and looked at again. */
async function forgetVisitors(sql: Sql, shop: number, { visitors, aliases, hashes }: Person): Promise<string[]> {
  const names = aliases.map(storable);
  const all = new Set<string>();
  for (;;) {
    const owners = (await sql(OWNERS, [shop, names])).flatMap(({ visitor }) => text("visitor", visitor).visitor ?? []);
    const holders = hashes.length > 0 ? await sql(HOLDERS, [shop, hashes.map(storable)]) : [];
    const ids = [...new Set([...visitors.map(keyOf), ...names, ...owners, ...holders.map(({ id }) => String(id))])];
    await sql(LOCK_VISITORS, [shop, ids]);
    const gone = await sql(REMOVE_VISITORS, [shop, ids]);
    await sql(REMOVE_ALIASES, [shop, ids]);
    for (const { id } of gone) all.add(String(id));
    if (gone.length === 0) return [...all];
  }
}
