/** What ended unsent, in PostgreSQL: listed for people, and judged anew where they ask for it. */
import { decodeBytes } from "./event-key.ts";
import type { PostgresDatabase } from "./postgres-database.ts";
import { byIndex, lockEvents, storable } from "./postgres-locks.ts";
import { outcomeOf, type Row, text } from "./rows.ts";
import type { DeadLetter, DeadLetterQuery, Store } from "./store.ts";

// `outcome <> 'sent'` stands here in these very words for the index delivery_unsent.
const MATCHING = `
  from delivery d join event e on e.row = d.event join event_name n on n.code = e.name
  where d.outcome <> 'sent' and d.outcome = any($1)
    and ($2::bigint is null or e.shop = $2) and ($3::bigint is null or d.destination = $3)
    and ($4::text is null or n.name = $4)
    and ($5::bigint is null or e.time_ms >= $5) and ($6::bigint is null or e.time_ms < $6)
    and ($7::text is null or strpos(lower(coalesce(d.words, '')), lower($7)) > 0)
    and (not $8::boolean or d.attempts = 0)`;

export const LISTED = `
  select d.row, e.shop, d.destination, n.name, e.id, e.time_ms, d.settled_ms, d.outcome, d.words, d.attempts ${MATCHING}
  order by d.settled_ms desc, d.row desc limit $9`;

const TO_REPLAY = `select d.row, d.event ${MATCHING} and d.settled_ms <= $9 order by d.settled_ms, d.row limit $10`;

// Judged anew: the bytes are made again, since those that were refused would be refused again.
const REPLAY = `
  update delivery d set due_ms = $3, outcome = null, words = null, settled_ms = null, payload = null
  where d.row = any($1) and d.outcome = any($2) and d.outcome <> 'sent' and d.settled_ms <= $3 returning d.row`;

export function postgresDeadLetters(database: PostgresDatabase): Pick<Store, "deadLetters" | "replay"> {
  return {
    deadLetters: (query, limit) =>
      database.read(async (sql) => (await sql(LISTED, [...valuesOf(query), limit])).flatMap(letterOf)),
    replay: (query, limit, nowMs) =>
      database.write(async (sql) => {
        const found = await sql(TO_REPLAY, [...valuesOf(query), nowMs, limit]);
        if (found.length === 0) return 0;
        await byIndex(sql);
        await lockEvents(sql, "select unnest($1::bigint[])", [found.map(({ event }) => event)]);
        return (await sql(REPLAY, [found.map(({ row }) => row), query.outcomes, nowMs])).length;
      }),
  };
}

const valuesOf = ({ outcomes, shop, destination, name, sinceMs, beforeMs, words, neverSent }: DeadLetterQuery) => [
  outcomes,
  shop ?? null,
  destination ?? null,
  name === undefined ? null : storable(name),
  sinceMs ?? null,
  beforeMs ?? null,
  words === undefined ? null : storable(words),
  neverSent ?? false,
];

const letterOf = (row: Row): DeadLetter[] => {
  const { outcome } = outcomeOf(row.outcome);
  if (outcome === undefined) return [];
  return [
    {
      delivery: Number(row.row),
      shop: Number(row.shop),
      destination: Number(row.destination),
      name: String(row.name),
      id: decodeBytes(row.id),
      timeMs: Number(row.time_ms),
      settledMs: Number(row.settled_ms),
      outcome,
      attempts: Number(row.attempts),
      ...text("words", row.words),
    },
  ];
};
