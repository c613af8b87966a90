/** The queue's side of the SQLite store: claim, settle, postpone. A claim is a due time in the future and a name. */
import type { Half, Network } from "../core/event.ts";
import { decodeId } from "./event-key.ts";
import type { Commit } from "./group-commit.ts";
import { ackState, type Row, text } from "./rows.ts";
import type { Database } from "./sqlite-database.ts";
import type { Claimed, Due, Store } from "./store.ts";

export function sqliteQueue(
  database: Database,
  commit: Commit,
): Pick<Store, "claim" | "settle" | "postpone" | "expire"> {
  const due = database.prepare(`
    select d.row, d.claim, d.attempts, d.payload, e.shop, n.name, e.id, e.halves, e.network, a.state
    from delivery d join event e on e.row = d.event join event_name n on n.code = e.name
    left join acknowledgement a on a.shop = e.shop and a.name = e.name and a.id = e.id
    where d.destination = ? and d.due_ms <= ? order by d.due_ms limit ?`);
  const hold = database.prepare(`
    update delivery set due_ms = ?, claim = ?, attempts = attempts + 1, payload = ? where row = ?`);
  // The settled payload is kept to be looked at, without the two fields that are personal in the clear.
  const close = database.prepare(`
    update delivery set outcome = ?, words = ?, settled_ms = ?, due_ms = null, claim = null,
      payload = json_remove(payload, '$.user_data.client_ip_address', '$.user_data.client_user_agent')
    where row = ? and due_ms is not null and claim is ? returning event`);
  const clearNetwork = database.prepare(`
    update event set network = null where row = ? and network is not null
      and not exists (select 1 from delivery d where d.event = event.row and d.due_ms is not null)`);
  const giveBack = database.prepare(
    "update delivery set due_ms = ?, claim = null, words = ? where row = ? and claim = ?",
  );

  const overdue = database.prepare(`
    select d.row, d.claim from delivery d join event e on e.row = d.event
    where d.destination = ? and d.due_ms is not null and e.time_ms < ? limit ?`);

  const settleOne = (
    delivery: number,
    claim: string | null,
    outcome: string,
    words: string | undefined,
    nowMs: number,
  ) => {
    const row = close.get(outcome, words ?? null, nowMs, delivery, claim);
    if (row) clearNetwork.run(Number(row.event));
  };

  return {
    claim: ({ destination, worker, limit, nowMs, leaseMs }, judge) =>
      commit(() => {
        const claimed: Claimed[] = [];
        for (const row of due.all(destination, nowMs, limit)) {
          const delivery = Number(row.row);
          const event = dueOf(row);
          const judgement = judge(event);
          if ("outcome" in judgement) {
            settleOne(delivery, text("claim", row.claim).claim ?? null, judgement.outcome, judgement.words, nowMs);
            continue;
          }
          const { payload } = judgement;
          hold.run(nowMs + leaseMs, worker, payload, delivery);
          claimed.push({ delivery, payload, attempts: event.attempts + 1, name: event.name, id: event.id });
        }
        return claimed;
      }),
    settle: (worker, settled, nowMs) =>
      commit(() => {
        for (const { delivery, outcome, words } of settled) settleOne(delivery, worker, outcome, words, nowMs);
      }),
    expire: (destination, beforeMs, limit, nowMs) =>
      commit(() => {
        const rows = overdue.all(destination, beforeMs, limit);
        for (const { row, claim } of rows)
          settleOne(Number(row), text("claim", claim).claim ?? null, "expired", undefined, nowMs);
        return rows.length;
      }),
    postpone: (worker, postponed) =>
      commit(() => {
        for (const { delivery, dueMs, words } of postponed) giveBack.run(dueMs, words, delivery, worker);
      }),
  };
}

const dueOf = (row: Row): Due => ({
  shop: Number(row.shop),
  name: String(row.name),
  id: decodeId(row.id),
  attempts: Number(row.attempts),
  halves: halvesOf(row),
  ...ackState(row.state),
  ...text("payload", row.payload),
});

const halvesOf = (row: Row): Half[] => {
  const halves: Record<string, Half> = JSON.parse(String(row.halves));
  const networks: Record<string, Network> = JSON.parse(String(row.network ?? "{}"));
  return Object.values(halves).map((half) => {
    const network = networks[half.source];
    return network ? { ...half, network } : half;
  });
};
