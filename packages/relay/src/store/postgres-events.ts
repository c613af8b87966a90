/** Events in PostgreSQL, for one write: new ones are added and known ones locked at its beginning, changes written at its end. */
import { encodeBytes } from "./event-key.ts";
import { FORGOTTEN } from "./forgotten.ts";
import { newEvent } from "./ledger.ts";
import { lostRace, type Sql } from "./postgres-database.ts";
import { addDeliveries, addEvents, clearNetworks, removeEvents, updateEvents } from "./postgres-event-writes.ts";
import { isOrder } from "./postgres-orders.ts";
import { hasChanged, knownWorking, newWorking, type WorkingEvent } from "./postgres-working-event.ts";
import type { Admitted } from "./store.ts";
import type { EventTables } from "./tables.ts";

export interface EventWork {
  tables: EventTables;
  /** Rows that were there before. */
  rows: readonly number[];
  flush(): Promise<void>;
}

type CodeOf = (name: string) => number;

/** `namedRows`: of the orders that the tellings name. Keys are locked in one order by all relays, so nothing deadlocks. */
export async function openEvents(
  sql: Sql,
  codeOf: CodeOf,
  told: readonly Admitted[],
  namedRows: readonly number[],
): Promise<EventWork> {
  const byKey = new Map<string, WorkingEvent>();
  const byRow = new Map<number, WorkingEvent>();
  const removed: number[] = [];
  const cleared = new Set<number>();
  const at = (shop: number, name: number, id: string): string => `${shop} ${name} ${id}`;
  const keyOf = ({ shop, name, id }: Admitted): string => at(shop, codeOf(name), id);
  const hold = (event: WorkingEvent): void => {
    byKey.set(at(event.shop, event.name, event.id), event);
    byRow.set(event.row, event);
  };

  const firsts = new Map<string, Admitted>();
  for (const one of told) if (!firsts.has(keyOf(one))) firsts.set(keyOf(one), one);
  const plain = [...firsts.values()]
    .filter((one) => !isOrder(one))
    .map((by) => newWorking(codeOf(by.name), by, newEvent(by), by));
  for (const event of await addEvents(sql, plain)) hold({ ...event, isUnwritten: false });

  const others = [...firsts].filter(([key]) => !byKey.has(key)).map(([, one]) => one);
  const known = others.length > 0 ? await sql(FIND, keysOf(others, codeOf)) : [];
  const rows = [...new Set([...known.map(({ row }) => Number(row)), ...namedRows])];
  if (rows.length > 0) {
    // Locked first, then read: what a statement reads is as it was before it had to wait.
    await sql("select row from event where row = any($1) order by row for update", [rows]);
    const found = await sql(LOAD, [rows]);
    if (found.length < rows.length) throw lostRace();
    for (const row of found) hold(knownWorking(row));
  }
  const orders = told.filter(isOrder).length;
  const reserved = orders
    ? await sql(`select nextval('event_row_seq') as row from generate_series(1, $1)`, [orders])
    : [];

  const working = (row: number): WorkingEvent => {
    const event = byRow.get(row);
    if (!event) throw new Error("an event that was not loaded is written");
    return event;
  };

  const tables: EventTables = {
    byKey: (shop, name, id) => byKey.get(at(shop, codeOf(name), id)),
    byRow: (row) => byRow.get(row),
    insert(admitted, event) {
      const known = byKey.get(keyOf(admitted));
      if (known) return known.by === admitted ? known.row : undefined;
      const row = Number(reserved.shift()?.row);
      if (Number.isNaN(row)) throw lostRace();
      hold({ ...newWorking(codeOf(admitted.name), admitted, event), row });
      return row;
    },
    rewrite: (row, halves) =>
      void Object.assign(working(row), { halves, said: "halves and network", keepsNetwork: true }),
    remark(row, halves) {
      const event = working(row);
      Object.assign(event, { halves, said: event.said ?? "halves" });
    },
    count(row, counter, by) {
      working(row).more[counter] += by;
    },
    duplicates: (row) => working(row).duplicates + working(row).more.duplicates,
    giveWay(row) {
      const event = working(row);
      byKey.delete(at(event.shop, event.name, event.id));
      event.newId = `guessed.${row}.${event.id}`;
    },
    remove(row) {
      const event = working(row);
      byRow.delete(row);
      byKey.delete(at(event.shop, event.name, event.id));
      if (!event.isUnwritten) removed.push(row);
    },
    admit: (row, admission, nowMs) => void working(row).deliveries.set(admission.destination, { admission, nowMs }),
    clearNetwork: (row) => void cleared.add(row),
  };

  const flush = async (): Promise<void> => {
    const all = [...byRow.values()];
    await removeEvents(sql, removed);
    await updateEvents(sql, all.filter(({ isUnwritten }) => !isUnwritten).filter(hasChanged));
    const unwritten = all.filter(({ isUnwritten }) => isUnwritten);
    const added = await addEvents(sql, unwritten);
    if (added.length < unwritten.length) throw lostRace();
    await addDeliveries(sql, all);
    await clearNetworks(sql, [...cleared]);
  };
  return { tables, rows, flush };
}

const FIND = `
  select e.row from unnest($1::bigint[], $2::bigint[], $3::bytea[]) k (shop, name, id)
  join event e on e.shop = k.shop and e.name = k.name and e.id = k.id`;

const LOAD = `
  select e.row, e.shop, e.name, e.id, e.halves, e.network, e.duplicates,
    exists (select 1 from delivery d where d.event = e.row and d.attempts > 0) as sent,
    exists (select 1 from delivery d where d.event = e.row and d.words = '${FORGOTTEN}') as forgotten
  from event e where e.row = any($1)`;

const keysOf = (told: readonly Admitted[], codeOf: CodeOf): unknown[] => [
  told.map(({ shop }) => shop),
  told.map(({ name }) => codeOf(name)),
  told.map(({ id }) => encodeBytes(id)),
];
