/** How a delivery ends in PostgreSQL. Called inside of a write, with the rows of the events locked. */
import { networkIn, withoutNetwork } from "./payloads.ts";
import type { Sql } from "./postgres-database.ts";
import { storable } from "./postgres-database.ts";
import { TEXTS, texts } from "./postgres-locks.ts";
import { text } from "./rows.ts";
import type { Settled } from "./store.ts";

export interface Ending extends Settled {
  /** Who must hold it: null is nobody. */
  claim: string | null;
}

const PAYLOADS = "select row, payload from delivery where row = any($1) and payload is not null and due_ms is not null";

const CLOSE = `
  update delivery d set outcome = s.outcome, words = s.words, settled_ms = $1, due_ms = null, claim = null,
    payload = case when s.personal is null then s.payload else replace(d.payload, s.personal, '') end
  from rows from (unnest($2::bigint[]), unnest($3::text[]), unnest($4::text[]), unnest($5::text[]), ${TEXTS(6)},
    ${TEXTS(7)}) s (row, claim, outcome, words, payload, personal)
  where d.row = s.row and d.due_ms is not null and d.claim is not distinct from s.claim returning d.row, d.event`;

// Its person was forgotten meanwhile, and it was on its way: the ledger is to know what became of it.
const CORRECT = `
  update delivery d set outcome = s.outcome, words = s.words, claim = null
  from unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) s (row, claim, outcome, words)
  where d.row = s.row and d.claim = s.claim and d.outcome = 'withdrawn'`;

/** IP and user agent of an event go once nothing of it waits to be sent. */
const CLEAR_NETWORKS = `
  update event set network = null where row = any($1) and network is not null
    and not exists (select 1 from delivery d where d.event = event.row and d.due_ms is not null)`;

/** Ends those that are held as they say; of one that is named twice the first counts. */
export async function end(sql: Sql, all: readonly Ending[], nowMs: number): Promise<void> {
  const endings = [...new Map([...all].reverse().map((ending) => [ending.delivery, ending])).values()];
  if (endings.length === 0) return;
  // What was claimed a moment ago is cut where it lies, and need not be read.
  const personal = endings.map(({ payload }) => (payload === undefined ? undefined : networkIn(payload)));
  const read = endings.filter((_, n) => personal[n] === undefined).map(({ delivery }) => delivery);
  const payloads = new Map<number, string>();
  for (const row of read.length > 0 ? await sql(PAYLOADS, [read]) : []) {
    const { payload } = text("payload", row.payload);
    // jsonb would not take every text that a page may send, so this is done here.
    if (payload !== undefined) payloads.set(Number(row.row), withoutNetwork(payload));
  }
  const closed = await sql(CLOSE, [
    nowMs,
    ...columnsOf(endings),
    texts(endings.map(({ delivery }) => payloads.get(delivery) ?? null)),
    texts(personal.map((piece) => piece ?? null)),
  ]);
  await sql(CLEAR_NETWORKS, [closed.map(({ event }) => event)]);
  const ended = new Set(closed.map(({ row }) => Number(row)));
  const missed = endings.filter(({ delivery }) => !ended.has(delivery));
  if (missed.length > 0) await sql(CORRECT, columnsOf(missed));
}

const columnsOf = (endings: readonly Ending[]): unknown[][] => [
  endings.map(({ delivery }) => delivery),
  endings.map(({ claim }) => claim),
  endings.map(({ outcome }) => outcome),
  endings.map(({ words }) => (words === undefined ? null : storable(words))),
];
