/** The queue's side of the PostgreSQL store: claim, settle, postpone. A claim is a due time in the future and a name. */
import { BURST_MS, MINUTE } from "../core/call-budget.ts";
import { GONE, GONE_DESTINATIONS } from "./gone.ts";
import { writeHalves } from "./halves.ts";
import type { PostgresDatabase, Sql } from "./postgres-database.ts";
import { storable } from "./postgres-database.ts";
import { dueOf } from "./postgres-due.ts";
import { byIndex, lockEvents, TEXTS, texts } from "./postgres-locks.ts";
import { type Ending, end } from "./postgres-settle.ts";
import { stripEvents } from "./postgres-strip.ts";
import { text } from "./rows.ts";
import {
  ATTEMPTS,
  type Claimed,
  type ClaimRequest,
  type Due,
  type Judgement,
  type Postponed,
  type Store,
} from "./store.ts";

// Of each delivery its event is locked too: what is frozen is what the ledger holds, and no half joins meanwhile. What
// another holds is left to the next claim, so that this one never waits.
const DUE = `
  select d.row, d.event, d.claim, d.attempts, d.payload, e.shop, e.name as code, n.name, e.id, e.halves, e.network
  from delivery d join event e on e.row = d.event join event_name n on n.code = e.name
  where d.destination = $1 and d.due_ms <= $2 order by d.due_ms limit $3
  for update of e, d skip locked`;

const HOLD = `
  update delivery d set due_ms = $1, claim = $2, attempts = d.attempts + 1, payload = coalesce(h.payload, d.payload)
  from rows from (unnest($3::bigint[]), ${TEXTS(4)}) h (row, payload) where d.row = h.row`;

const OVERDUE = `
  select d.row, d.claim from delivery d join event e on e.row = d.event
  where d.destination = $1 and d.due_ms is not null and e.time_ms < $2 and e.received_ms < $2 limit $3
  for update of e, d skip locked`;

const UNHELD = `
  select d.row, d.claim from delivery d join event e on e.row = d.event
  where d.destination = any($1) and d.due_ms is not null and (d.claim is null or d.due_ms <= $2) limit $3
  for update of e, d skip locked`;

const GIVE_BACK = `
  update delivery d set due_ms = p.due_ms, claim = null, words = p.words, attempts = d.attempts - p.untried,
    payload = case when d.attempts = p.untried then null else d.payload end
  from unnest($2::bigint[], $3::bigint[], $4::text[], $5::int[]) p (row, due_ms, words, untried)
  where d.row = p.row and d.claim = $1 and d.due_ms is not null returning d.row`;

const NOTE = `
  insert into attempt (delivery, at_ms, words) select * from unnest($1::bigint[], $2::bigint[], $3::text[])
  on conflict do nothing`;

const TRIM = `
  delete from attempt a where a.delivery = any($1) and a.at_ms <= (
    select b.at_ms from attempt b where b.delivery = a.delivery order by b.at_ms desc limit 1 offset ${ATTEMPTS})`;

const RELEASE =
  "update delivery set due_ms = $2, claim = null where event = any($3) and claim = $1 and due_ms is not null";

const EVENTS_OF = "select event from delivery where row = any($1)";
const EVENTS_HELD = "select event from delivery where claim = $1 and due_ms is not null";

// The first of the queue stand for all: what has waited longest is due first, unless it was tried.
const WAITING = `
  select w.destination, w.waiting, (
    select min(e.received_ms) from (
      select event, due_ms, attempts from delivery
      where destination = w.destination and due_ms is not null order by due_ms limit 1000
    ) d join event e on e.row = d.event where d.due_ms <= $1 or d.attempts > 0) as oldest_ms
  from (select destination, count(*) as waiting from delivery where due_ms is not null group by destination) w`;

// The same numbers as core/call-budget.ts has. Where there is no call to take, the row stays as it is; who lost against
// another one by a moment asks again soon.
const TAKE = `
  with taken as (
    insert into call_budget as b values ($1, $2::float8 + $3::float8)
    on conflict (ad_account_id) do update set full_ms = $3 + case
      when b.full_ms > $2 and b.full_ms <= $2 + $4::float8 + $3 then b.full_ms else $2 end
    where not (b.full_ms > $2 and b.full_ms <= $2 + $4 + $3 and b.full_ms + $3 - $2 > $4)
    returning 0 as wait_ms)
  select wait_ms from taken
  union all
  select greatest(1, ceil(full_ms + $3 - $2 - $4)) from call_budget
  where ad_account_id = $1 and not exists (select from taken)`;

export function postgresQueue(
  database: PostgresDatabase,
): Pick<Store, "claim" | "settle" | "postpone" | "expire" | "withdrawGone" | "queue" | "takeCall" | "release"> {
  const write = <T>(work: (sql: Sql) => Promise<T>): Promise<T> =>
    database.write(async (sql) => {
      await byIndex(sql);
      return work(sql);
    });

  return {
    claim: (request, judge) => write((sql) => claim(sql, request, judge)),
    settle: async (worker, settled, nowMs) => {
      if (settled.length === 0) return;
      await write(async (sql) => {
        await lockEvents(sql, EVENTS_OF, [settled.map(({ delivery }) => delivery)]);
        await end(
          sql,
          settled.map((one) => ({ ...one, claim: worker })),
          nowMs,
        );
      });
    },
    expire: (destination, beforeMs, limit, nowMs) =>
      write(async (sql) => {
        const rows = await sql(OVERDUE, [destination, beforeMs, limit]);
        const endings = rows.map(({ row, claim }) => ending(row, claim, { outcome: "expired" }));
        await end(sql, endings, nowMs);
        return rows.length;
      }),
    withdrawGone: (limit, nowMs) =>
      write(async (sql) => {
        const gone = (await sql(GONE_DESTINATIONS, [])).map(({ id }) => id);
        const rows = gone.length > 0 ? await sql(UNHELD, [gone, nowMs, limit]) : [];
        const endings = rows.map(({ row, claim }) => ending(row, claim, { outcome: "withdrawn", words: GONE }));
        await end(sql, endings, nowMs);
        return rows.length;
      }),
    queue: (nowMs) =>
      write(async (sql) =>
        (await sql(WAITING, [nowMs])).map(({ destination, waiting, oldest_ms: oldestMs }) => ({
          destination: Number(destination),
          waiting: Number(waiting),
          ...(typeof oldestMs === "number" ? { oldestMs } : {}),
        })),
      ),
    takeCall: (adAccountId, perMinute, nowMs) =>
      database.write(async (sql) => {
        const callMs = MINUTE / perMinute;
        const [row] = await sql(TAKE, [adAccountId, nowMs, callMs, Math.max(BURST_MS, callMs)]);
        return row ? Number(row.wait_ms) : Math.ceil(callMs);
      }),
    release: (worker, nowMs) =>
      write(async (sql) => {
        const events = await lockEvents(sql, EVENTS_HELD, [worker]);
        if (events.length > 0) await sql(RELEASE, [worker, nowMs, events]);
      }),
    postpone: async (worker, postponed) => {
      if (postponed.length === 0) return;
      await write(async (sql) => {
        const deliveries = postponed.map(({ delivery }) => delivery);
        await lockEvents(sql, EVENTS_OF, [deliveries]);
        const words = postponed.map((one) => storable(one.words));
        const untried = postponed.map((one) => (one.untried ? 1 : 0));
        const dues = postponed.map(({ dueMs }) => dueMs);
        const given = await sql(GIVE_BACK, [worker, deliveries, dues, words, untried]);
        await noteAttempts(sql, postponed, new Set(given.map(({ row }) => Number(row))));
      });
    },
  };
}

async function claim(
  sql: Sql,
  { destination, worker, limit, nowMs, leaseMs }: ClaimRequest,
  judge: (due: Due) => Judgement,
): Promise<Claimed[]> {
  const rows = await sql(DUE, [destination, nowMs, limit]);
  if (rows.length === 0) return [];
  const dues = await dueOf(sql, rows);
  const claimed: Claimed[] = [];
  const frozen: (string | null)[] = [];
  const endings: Ending[] = [];
  const stripped: [number, string][] = [];
  for (const [n, due] of dues.entries()) {
    const row = rows[n];
    const judgement = judge(due);
    if ("outcome" in judgement) {
      endings.push(ending(row?.row, row?.claim, judgement));
      if (judgement.halves) stripped.push([Number(row?.event), JSON.stringify(writeHalves(judgement.halves).halves)]);
      continue;
    }
    const { payload } = judgement;
    // Bytes that were frozen before need not be sent to the database again.
    frozen.push(payload === due.payload ? null : payload);
    claimed.push({ delivery: Number(row?.row), payload, attempts: due.attempts + 1, name: due.name, id: due.id });
  }
  if (claimed.length > 0)
    await sql(HOLD, [nowMs + leaseMs, worker, claimed.map(({ delivery }) => delivery), texts(frozen)]);
  await end(sql, endings, nowMs);
  await stripEvents(sql, stripped);
  return claimed;
}

/** Of those that were given back after a call had held them. */
const noteAttempts = async (sql: Sql, postponed: readonly Postponed[], given: ReadonlySet<number>): Promise<void> => {
  const tried = postponed.filter((one) => given.has(one.delivery) && !one.untried && one.atMs !== undefined);
  if (tried.length === 0) return;
  const deliveries = tried.map(({ delivery }) => delivery);
  await sql(NOTE, [deliveries, tried.map(({ atMs }) => atMs), tried.map(({ words }) => storable(words))]);
  await sql(TRIM, [deliveries]);
};

const ending = (row: unknown, claim: unknown, { outcome, words }: Pick<Ending, "outcome" | "words">): Ending => ({
  delivery: Number(row),
  claim: text("claim", claim).claim ?? null,
  outcome,
  ...(words === undefined ? {} : { words }),
});
