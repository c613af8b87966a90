/** A delivery that ended unsent, for people, as every store reads it; none where its outcome is not one of ours. */
import { outcomeOf, type Row, text } from "./rows.ts";
import type { DeadLetter } from "./store.ts";

export const deadLetterOf = (row: Row, id: string): DeadLetter[] => {
  const { outcome } = outcomeOf(row.outcome);
  if (outcome === undefined) return [];
  return [
    {
      delivery: Number(row.row),
      shop: Number(row.shop),
      destination: Number(row.destination),
      name: String(row.name),
      id,
      timeMs: Number(row.time_ms),
      settledMs: Number(row.settled_ms),
      outcome,
      attempts: Number(row.attempts),
      ...text("words", row.words),
      ...text("earlier", row.earlier),
    },
  ];
};
