/** How events are written to PostgreSQL: many at a time, one statement each. All are sorted, so that nothing deadlocks. */
import { decodeBytes, encodeBytes } from "./event-key.ts";
import { earliest, writeHalves } from "./halves.ts";
import type { Sql } from "./postgres-database.ts";
import { TEXTS, texts } from "./postgres-locks.ts";
import type { WorkingEvent } from "./postgres-working-event.ts";

/** Adds those whose key is free; resolves with them and their rows, numbered in their order where they have none (0). */
export async function addEvents(sql: Sql, events: readonly WorkingEvent[]): Promise<WorkingEvent[]> {
  if (events.length === 0) return [];
  const times = events.map(({ halves }) => earliest(halves));
  const lies = events.map(lying);
  const rows = await sql(
    `insert into event (row, shop, name, id, time_ms, received_ms, halves, network, duplicates, late_halves)
     select * from (
       select coalesce(nullif(row, 0), nextval('event_row_seq')), shop, name, id, time_ms, received_ms, halves, network,
         duplicates, late_halves
       from rows from (unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[], $5::bigint[], $6::bigint[]),
         ${TEXTS(7)}, ${TEXTS(8)}, unnest($9::int[], $10::int[]))
         u (row, shop, name, id, time_ms, received_ms, halves, network, duplicates, late_halves)
     ) numbered order by shop, name, id
     on conflict (shop, name, id) do nothing returning row, shop, name, id`,
    [
      events.map(({ row }) => row),
      events.map(({ shop }) => shop),
      events.map(({ name }) => name),
      events.map(({ id }) => encodeBytes(id)),
      times.map(([timeMs]) => timeMs),
      times.map(([, receivedMs]) => receivedMs),
      texts(lies.map(({ halves }) => halves)),
      texts(lies.map(({ network }) => network)),
      events.map(({ row, more }) => (row > 0 ? more.duplicates : 0)),
      events.map(({ row, more }) => (row > 0 ? more.lateHalves : 0)),
    ],
  );
  const rowOf = new Map(rows.map((row) => [`${row.shop} ${row.name} ${decodeBytes(row.id)}`, Number(row.row)]));
  return events.flatMap((event) => {
    const row = rowOf.get(`${event.shop} ${event.name} ${event.id}`);
    return row === undefined ? [] : [{ ...event, row }];
  });
}

const lying = ({ halves, keepsNetwork }: WorkingEvent): { halves: string; network: string | null } => {
  const lies = writeHalves(halves);
  const isKept = keepsNetwork && Object.keys(lies.networks).length > 0;
  return { halves: JSON.stringify(lies.halves), network: isKept ? JSON.stringify(lies.networks) : null };
};

/** Writes what has changed of events whose rows this write has locked. */
export async function updateEvents(sql: Sql, events: readonly WorkingEvent[]): Promise<void> {
  if (events.length === 0) return;
  const sorted = [...events].sort((a, b) => a.row - b.row);
  const lies = sorted.map((event) => (event.said ? lying(event) : { halves: null, network: null }));
  const times = sorted.map(({ said, halves }) => (said === "halves and network" ? earliest(halves) : [null, null]));
  await sql(
    `update event e set halves = coalesce(u.halves, e.halves), id = coalesce(u.id, e.id),
       network = case when u.is_whole then u.network else e.network end,
       time_ms = least(e.time_ms, u.time_ms), received_ms = least(e.received_ms, u.received_ms),
       duplicates = e.duplicates + u.duplicates, late_halves = e.late_halves + u.late_halves
     from unnest($1::bigint[], $2::text[], $3::text[], $4::boolean[], $5::bigint[], $6::bigint[], $7::int[], $8::int[],
       $9::bytea[]) u (row, halves, network, is_whole, time_ms, received_ms, duplicates, late_halves, id)
     where e.row = u.row`,
    [
      sorted.map(({ row }) => row),
      lies.map(({ halves }) => halves),
      lies.map(({ network }) => network),
      sorted.map(({ said }) => said === "halves and network"),
      times.map(([timeMs]) => timeMs),
      times.map(([, receivedMs]) => receivedMs),
      sorted.map(({ more }) => more.duplicates),
      sorted.map(({ more }) => more.lateHalves),
      sorted.map(({ newId }) => (newId === undefined ? null : encodeBytes(newId))),
    ],
  );
}

/** Adds their deliveries; one that is there already is judged anew where it was never sent. */
export async function addDeliveries(sql: Sql, events: readonly WorkingEvent[]): Promise<void> {
  const all = events
    .flatMap(({ row, deliveries }) => [...deliveries.values()].map((one) => ({ row, ...one })))
    .sort((a, b) => a.row - b.row || a.admission.destination - b.admission.destination);
  if (all.length === 0) return;
  await sql(
    `insert into delivery (event, destination, due_ms, outcome, settled_ms, received_ms)
     select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[])
     on conflict (event, destination) do update set due_ms = excluded.due_ms, outcome = excluded.outcome,
       settled_ms = excluded.settled_ms, words = null
     where delivery.attempts = 0`,
    [
      all.map(({ row }) => row),
      all.map(({ admission }) => admission.destination),
      all.map(({ admission }) => admission.dueMs ?? null),
      all.map(({ admission }) => admission.outcome ?? null),
      all.map(({ admission, nowMs }) => (admission.outcome ? nowMs : null)),
      all.map(({ nowMs }) => nowMs),
    ],
  );
}

export async function removeEvents(sql: Sql, rows: readonly number[]): Promise<void> {
  if (rows.length === 0) return;
  await sql("delete from attempt where delivery in (select row from delivery where event = any($1))", [rows]);
  await sql("delete from delivery where event = any($1)", [rows]);
  await sql("delete from event where row = any($1)", [rows]);
}

/** IP and user agent of these go, where nothing of them waits to be sent. */
export async function clearNetworks(sql: Sql, rows: readonly number[]): Promise<void> {
  if (rows.length === 0) return;
  await sql(
    `update event e set network = null where e.row = any($1) and e.network is not null
       and not exists (select 1 from delivery d where d.event = e.row and d.due_ms is not null)`,
    [rows],
  );
}
