/** What ended unsent, in SQLite: listed and counted for people, and judged anew where they ask for it. */
import type { Outcome } from "../core/outcome.ts";
import { deadLetterOf } from "./dead-letter-row.ts";
import { decodeId } from "./event-key.ts";
import type { Commit } from "./group-commit.ts";
import { inPieces, nextTurn } from "./pieces.ts";
import { text } from "./rows.ts";
import type { Database, Statement } from "./sqlite-database.ts";
import type { DeadLetter, DeadLetterQuery, Store } from "./store.ts";

/** Rows that are looked at without a turn for what has come in. */
const PAGE = 200;
/** Deliveries that one commit has judged anew: two indexes change with each. */
const PIECE = 100;

/** Where one stands among what ended with one of the outcomes: behind this delivery. */
interface Place {
  outcome: number;
  settledMs: number;
  row: number;
}

type Letters = Pick<Store, "deadLetters" | "countDeadLetters" | "replay">;

export function sqliteDeadLetters(database: Database, commit: Commit): Letters {
  // The conditions are looked at here, not by SQLite: it would go through a million rows for them and stop for nobody.
  const page = (order: "asc" | "desc"): Statement =>
    database.prepare(`
      select d.row, e.shop, d.destination, n.name, e.id, e.time_ms, d.settled_ms, d.outcome, d.words, d.earlier, d.attempts
      from delivery d indexed by delivery_dead join event e on e.row = d.event join event_name n on n.code = e.name
      where d.outcome = ? and d.outcome <> 'sent'
        and (d.settled_ms, d.row) ${order === "asc" ? ">" : "<"} (?, ?) and d.settled_ms <= ?
      order by d.settled_ms ${order}, d.row ${order} limit ${PAGE}`);
  const [oldestFirst, newestFirst] = [page("asc"), page("desc")];
  // Judged anew: the bytes are made again, since those that were refused would be refused again. What it ended as stays.
  const replayed = database.prepare(`
    update delivery set due_ms = ?, outcome = null, words = null, settled_ms = null, payload = null,
      earlier = substr(outcome || coalesce(': ' || words, '') || coalesce('; ' || earlier, ''), 1, 1000)
    where row = ? and outcome = ? and outcome <> 'sent' and settled_ms <= ?
      and exists (select 1 from destination t where t.id = delivery.destination)`);
  const destinations = database.prepare("select id from destination");
  /** Where a replay stopped, for the step that follows: it need not look at the same rows again. */
  let mark: { what: string; place: Place } | undefined;

  const newest = (outcome: number): Place => ({ outcome, settledMs: LAST, row: LAST });

  return {
    async deadLetters(asked, limit) {
      const query = eachOnce(asked);
      const found: DeadLetter[] = [];
      for (const outcome of query.outcomes.keys()) {
        const most = found.length + limit;
        for await (const letters of pages(newestFirst, query, newest(outcome), LAST, outcome)) {
          found.push(...letters.filter((letter) => fits(letter, query)));
          if (found.length >= most) break;
        }
      }
      return found.sort((a, b) => b.settledMs - a.settledMs || b.delivery - a.delivery).slice(0, limit);
    },
    async countDeadLetters(asked) {
      const query = eachOnce(asked);
      const counts = new Map<string, Awaited<ReturnType<Store["countDeadLetters"]>>[number]>();
      for (const outcome of query.outcomes.keys())
        for await (const letters of pages(newestFirst, query, newest(outcome), LAST, outcome))
          for (const letter of letters) {
            if (!fits(letter, query)) continue;
            const { destination, outcome: ended, words } = letter;
            const key = JSON.stringify([destination, ended, words]);
            const known = counts.get(key) ?? { destination, outcome: ended, ...text("words", words), count: 0 };
            known.count += 1;
            counts.set(key, known);
          }
      return [...counts.values()].sort((a, b) => b.count - a.count);
    },
    async replay(query, limit, nowMs) {
      const what = JSON.stringify([query, nowMs]);
      const from = mark?.what === what ? mark.place : { outcome: 0, settledMs: -1, row: 0 };
      mark = undefined;
      const known = new Set(destinations.all().map(({ id }) => Number(id)));
      const found: DeadLetter[] = [];
      for await (const letters of pages(oldestFirst, query, from, nowMs))
        for (const letter of letters) {
          if (!known.has(letter.destination) || !fits(letter, query)) continue;
          found.push(letter);
          if (found.length < limit) continue;
          mark = { what, place: placeOf(letter, query) };
          return again(found, nowMs);
        }
      return again(found, nowMs);
    },
  };

  async function again(letters: readonly DeadLetter[], nowMs: number): Promise<number> {
    return inPieces(letters, PIECE, (piece) =>
      commit(() =>
        piece.reduce(
          (sum, letter) => sum + Number(replayed.run(nowMs, letter.delivery, letter.outcome, nowMs).changes),
          0,
        ),
      ),
    );
  }
}

const eachOnce = (query: DeadLetterQuery): DeadLetterQuery => ({ ...query, outcomes: [...new Set(query.outcomes)] });

const LAST = Number.MAX_SAFE_INTEGER;

/** What ended with these outcomes, from the first one on or with one of them `only`, page by page. */
async function* pages(read: Statement, { outcomes }: DeadLetterQuery, from: Place, untilMs: number, only?: number) {
  for (let n = from.outcome; n < (only === undefined ? outcomes.length : only + 1); n += 1) {
    let { settledMs, row } = n === from.outcome ? from : { settledMs: -1, row: 0 };
    for (;;) {
      const rows = read.all(outcomes[n] ?? "", settledMs, row, untilMs);
      yield rows.flatMap((row) => deadLetterOf(row, decodeId(row.id)));
      const last = rows.at(-1);
      if (!last || rows.length < PAGE) break;
      [settledMs, row] = [Number(last.settled_ms), Number(last.row)];
      await nextTurn();
    }
  }
}

const placeOf = ({ outcome, settledMs, delivery }: DeadLetter, query: { outcomes: readonly Outcome[] }): Place => ({
  outcome: query.outcomes.indexOf(outcome),
  settledMs,
  row: delivery,
});

const fits = (letter: DeadLetter, query: DeadLetterQuery): boolean => {
  const { shop, destination, delivery, name, sinceMs, beforeMs, words = "", neverSent } = query;
  return (
    (shop === undefined || letter.shop === shop) &&
    (destination === undefined || letter.destination === destination) &&
    (delivery === undefined || letter.delivery === delivery) &&
    (name === undefined || letter.name === name) &&
    (sinceMs === undefined || letter.timeMs >= sinceMs) &&
    (beforeMs === undefined || letter.timeMs < beforeMs) &&
    (letter.words ?? "").toLowerCase().includes(words.toLowerCase()) &&
    (!neverSent || letter.attempts === 0)
  );
};
