/** What ended unsent, in SQLite: listed for people, and judged anew where they ask for it. */
import { decodeId } from "./event-key.ts";
import type { Commit } from "./group-commit.ts";
import { outcomeOf, type Row, text } from "./rows.ts";
import type { Database } from "./sqlite-database.ts";
import type { DeadLetter, DeadLetterQuery, Store } from "./store.ts";

export function sqliteDeadLetters(database: Database, commit: Commit): Pick<Store, "deadLetters" | "replay"> {
  const MATCHING = `
    from delivery d join event e on e.row = d.event join event_name n on n.code = e.name
    where d.outcome in (select value from json_each(?)) and d.outcome <> 'sent'
      and e.shop = coalesce(?, e.shop) and d.destination = coalesce(?, d.destination) and n.name = coalesce(?, n.name)
      and e.time_ms >= coalesce(?, e.time_ms) and e.time_ms < coalesce(?, e.time_ms + 1)
      and instr(lower(coalesce(d.words, '')), lower(?)) > 0 and (? or d.attempts = 0)`;
  const listed = database.prepare(`
    select d.row, e.shop, d.destination, n.name, e.id, e.time_ms, d.settled_ms, d.outcome, d.words, d.attempts ${MATCHING}
    order by d.settled_ms desc, d.row desc limit ?`);
  // Judged anew: the bytes are made again, since those that were refused would be refused again.
  const replayed = database.prepare(`
    update delivery set due_ms = ?, outcome = null, words = null, settled_ms = null, payload = null
    where row in (select d.row ${MATCHING} and d.settled_ms <= ? limit ?)`);

  return {
    deadLetters: async (query, limit) => listed.all(...valuesOf(query), limit).flatMap(letterOf),
    replay: (query, limit, nowMs) =>
      commit(() => Number(replayed.run(nowMs, ...valuesOf(query), nowMs, limit).changes)),
  };
}

const valuesOf = ({ outcomes, shop, destination, name, sinceMs, beforeMs, words, neverSent }: DeadLetterQuery) => [
  JSON.stringify(outcomes),
  shop ?? null,
  destination ?? null,
  name ?? null,
  sinceMs ?? null,
  beforeMs ?? null,
  words ?? "",
  neverSent ? 0 : 1,
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
      id: decodeId(row.id),
      timeMs: Number(row.time_ms),
      settledMs: Number(row.settled_ms),
      outcome,
      attempts: Number(row.attempts),
      ...text("words", row.words),
    },
  ];
};
