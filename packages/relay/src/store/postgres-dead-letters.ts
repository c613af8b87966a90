/** What ended unsent, in PostgreSQL: listed for people, and judged anew where they ask for it. */
import { deadLetterOf } from "./dead-letter-row.ts";
import { decodeBytes } from "./event-key.ts";
import type { PostgresDatabase } from "./postgres-database.ts";
import { storable } from "./postgres-database.ts";
import { byIndex, lockEvents } from "./postgres-locks.ts";
import { outcomeOf, type Row, text } from "./rows.ts";
import type { DeadLetterCount, DeadLetterQuery, Store } from "./store.ts";

const FITS = `
      d.outcome <> 'sent' and ($2::bigint is null or e.shop = $2) and ($3::bigint is null or d.destination = $3)
      and ($4::text is null or n.name = $4)
      and ($5::bigint is null or e.time_ms >= $5) and ($6::bigint is null or e.time_ms < $6)
      and ($7::text is null or strpos(lower(coalesce(d.words, '')), lower($7)) > 0)
      and (not $8::boolean or d.attempts = 0)
      and ($9::bigint is null or d.row = $9)`;

/**
 * Of each outcome those that come first, and of all those the first: each outcome is gone through in order by an index, for
 * which `outcome <> 'sent'` stands here in these very words.
 */
const matching = (columns: string, more: string, order: string, limit: string): string => `
  select m.* from unnest($1::text[]) o (outcome) cross join lateral (
    select d.row, d.settled_ms, ${columns}
    from delivery d join event e on e.row = d.event join event_name n on n.code = e.name
    where d.outcome = o.outcome and ${FITS} ${more}
    order by d.settled_ms ${order}, d.row ${order} limit ${limit}) m
  order by m.settled_ms ${order}, m.row ${order} limit ${limit}`;

const LISTED = matching(
  "e.shop, d.destination, n.name, e.id, e.time_ms, d.outcome, d.words, d.earlier, d.attempts",
  "",
  "desc",
  "$10",
);
// For one that was removed it would wait for ever.
const TO_REPLAY = matching(
  "d.event",
  "and d.settled_ms <= $10 and exists (select 1 from destination t where t.id = d.destination)",
  "asc",
  "$11",
);

const COUNTED = `
  select d.destination, d.outcome, d.words, count(*) as count
  from delivery d join event e on e.row = d.event join event_name n on n.code = e.name
  where d.outcome = any($1) and ${FITS}
  group by d.destination, d.outcome, d.words order by count(*) desc, d.destination, d.outcome, d.words`;

// Judged anew: the bytes are made again, since those that were refused would be refused again. What it ended as stays.
const REPLAY = `
  update delivery d set due_ms = $3, outcome = null, words = null, settled_ms = null, payload = null,
    earlier = left(outcome || coalesce(': ' || words, '') || coalesce('; ' || earlier, ''), 1000)
  where d.row = any($1) and d.outcome = any($2) and d.outcome <> 'sent' and d.settled_ms <= $3 returning d.row`;

export function postgresDeadLetters(
  database: PostgresDatabase,
): Pick<Store, "deadLetters" | "countDeadLetters" | "replay"> {
  return {
    deadLetters: (query, limit) =>
      database.write(async (sql) => {
        await byIndex(sql);
        return (await sql(LISTED, [...valuesOf(query), limit])).flatMap((row) =>
          deadLetterOf(row, decodeBytes(row.id)),
        );
      }),
    countDeadLetters: (query) =>
      database.write(async (sql) => {
        await byIndex(sql);
        return (await sql(COUNTED, valuesOf(query))).flatMap(countOf);
      }),
    replay: (query, limit, nowMs) =>
      database.write(async (sql) => {
        await byIndex(sql);
        const found = await sql(TO_REPLAY, [...valuesOf(query), nowMs, limit]);
        if (found.length === 0) return 0;
        await lockEvents(sql, "select unnest($1::bigint[])", [found.map(({ event }) => event)]);
        return (await sql(REPLAY, [found.map(({ row }) => row), query.outcomes, nowMs])).length;
      }),
  };
}

const valuesOf = ({
  outcomes,
  shop,
  destination,
  name,
  sinceMs,
  beforeMs,
  words,
  neverSent,
  delivery,
}: DeadLetterQuery) => [
  [...new Set(outcomes)],
  shop ?? null,
  destination ?? null,
  name === undefined ? null : storable(name),
  sinceMs ?? null,
  beforeMs ?? null,
  words === undefined ? null : storable(words),
  neverSent ?? false,
  delivery ?? null,
];

const countOf = (row: Row): DeadLetterCount[] => {
  const { outcome } = outcomeOf(row.outcome);
  const { destination, count } = row;
  if (outcome === undefined) return [];
  return [{ destination: Number(destination), outcome, ...text("words", row.words), count: Number(count) }];
};
