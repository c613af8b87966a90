/** The ledger's side of the SQLite store: events, their halves, acknowledgements. */
import type { Half, Network, Source } from "../core/event.ts";
import { decodeId, encodeId } from "./event-key.ts";
import type { Commit } from "./group-commit.ts";
import { ackState, outcomeOf, type Row, text } from "./rows.ts";
import type { Database } from "./sqlite-database.ts";
import type { Admitted, Kept, LedgerRow, ShopAcknowledgement, ShopOtherTag, Store } from "./store.ts";

/** Halves by source as they lie in a row: everything but the network part, which is cleared earlier. */
type Halves = Partial<Record<Source, Omit<Half, "network">>>;
type Networks = Partial<Record<Source, Network>>;

export function sqliteLedger(
  database: Database,
  commit: Commit,
  codeOf: (name: string) => number,
  noteOtherTags: (noticed: readonly ShopOtherTag[]) => void,
): Pick<Store, "keep" | "recent"> {
  const insertEvent = database.prepare(`
    insert into event (shop, name, id, time_ms, received_ms, halves, network) values (?, ?, ?, ?, ?, ?, ?)
    on conflict do nothing`);
  const insertDelivery = database.prepare(`
    insert into delivery (event, destination, due_ms, outcome, settled_ms) values (?, ?, ?, ?, ?)`);
  const known = database.prepare(`
    select row, halves, network,
      exists (select 1 from delivery d where d.event = event.row and (d.attempts > 0 or d.due_ms is null)) as claimed
    from event where shop = ? and name = ? and id = ?`);
  const countDuplicate = database.prepare("update event set duplicates = duplicates + 1 where row = ?");
  const countLateHalf = database.prepare("update event set late_halves = late_halves + 1 where row = ?");
  const joinHalf = database.prepare(
    "update event set halves = ?, network = ?, time_ms = min(time_ms, ?) where row = ?",
  );
  const hasten = database.prepare(`
    update delivery set due_ms = min(due_ms, ?) where event = ? and destination = ? and due_ms is not null`);
  // fired says more than failed, and failed more than absent; whichever order they come in.
  const acknowledge = database.prepare(`
    insert into acknowledgement (shop, name, id, state, at_ms) values (?, ?, ?, ?, ?)
    on conflict do update set state = excluded.state, at_ms = excluded.at_ms
    where excluded.state = 'fired' or (excluded.state = 'failed' and state = 'absent')`);

  const keepEvent = ({ shop, name, id, half, admissions }: Admitted): Kept => {
    const code = codeOf(name);
    const key = encodeId(id);
    const { network, ...told } = half;
    const waits = admissions.some((admission) => admission.dueMs !== undefined);
    const clear = network && waits ? JSON.stringify({ [half.source]: network }) : null;
    const halves = JSON.stringify({ [half.source]: told });
    const { changes, lastInsertRowid } = insertEvent.run(shop, code, key, half.timeMs, half.receivedMs, halves, clear);
    if (Number(changes) === 0) return joinEvent(known.get(shop, code, key), half, admissions);
    for (const { destination, dueMs, outcome } of admissions) {
      insertDelivery.run(
        lastInsertRowid,
        destination,
        dueMs ?? null,
        outcome ?? null,
        outcome ? half.receivedMs : null,
      );
    }
    return "new";
  };

  const joinEvent = (row: Row | undefined, half: Half, admissions: Admitted["admissions"]): Kept => {
    const event = Number(row?.row);
    const halves: Halves = JSON.parse(String(row?.halves));
    if (halves[half.source]) {
      countDuplicate.run(event);
      return "duplicate";
    }
    if (row?.claimed) {
      countLateHalf.run(event);
      return "late half";
    }
    const { network, ...told } = half;
    const networks: Networks = JSON.parse(String(row?.network ?? "{}"));
    joinHalf.run(
      JSON.stringify({ ...halves, [half.source]: told }),
      JSON.stringify(network ? { ...networks, [half.source]: network } : networks),
      half.timeMs,
      event,
    );
    for (const { destination, dueMs } of admissions) {
      if (dueMs !== undefined) hasten.run(dueMs, event, destination);
    }
    return "merged";
  };

  const keepAck = ({ shop, name, id, state, atMs }: ShopAcknowledgement): void => {
    acknowledge.run(shop, codeOf(name), encodeId(id), state, atMs);
  };

  const newest = database.prepare(`
    select e.row, e.shop, n.name, e.id, e.time_ms, e.received_ms, e.halves, e.duplicates, a.state
    from event e join event_name n on n.code = e.name
    left join acknowledgement a on a.shop = e.shop and a.name = e.name and a.id = e.id
    order by e.row desc limit ?`);
  const deliveriesOf = database.prepare(`
    select destination, outcome, words, attempts, payload from delivery where event = ? order by destination`);

  const ledgerRow = (row: Row): LedgerRow => ({
    shop: Number(row.shop),
    name: String(row.name),
    id: decodeId(row.id),
    timeMs: Number(row.time_ms),
    receivedMs: Number(row.received_ms),
    sources: Object.keys(JSON.parse(String(row.halves))),
    ack: ackState(row.state).ack ?? "unknown",
    duplicates: Number(row.duplicates),
    deliveries: deliveriesOf.all(Number(row.row)).map(ledgerDelivery),
  });

  const ledgerDelivery = (row: Row): LedgerRow["deliveries"][number] => ({
    destination: Number(row.destination),
    attempts: Number(row.attempts),
    ...outcomeOf(row.outcome),
    ...text("words", row.words),
    ...text("payload", row.payload),
  });

  return {
    keep: ({ events, acks, otherTags = [] }) =>
      commit(() => {
        const kept = events.map(keepEvent);
        acks.forEach(keepAck);
        noteOtherTags(otherTags);
        return kept;
      }),
    recent: async (limit) => newest.all(limit).map(ledgerRow),
  };
}
