/** The queue's side of the SQLite store: claim, settle, postpone. A claim is a due time in the future and a name. */
import { ORDER_EVENT } from "@pinrelay/tag/contract";
import { nextCall } from "../core/call-budget.ts";
import type { Half } from "../core/event.ts";
import { provedAliases, visitorOf } from "../core/identity.ts";
import { believable } from "../core/merge.ts";
import { decodeId } from "./event-key.ts";
import type { Commit } from "./group-commit.ts";
import { CLEAR_NETWORK, readHalves, writeHalves } from "./halves.ts";
import { ackState, type Row, text } from "./rows.ts";
import type { Database } from "./sqlite-database.ts";
import type { OrderFindings } from "./sqlite-orders.ts";
import type { Visitors } from "./sqlite-visitors.ts";
import type { Claimed, Due, Store } from "./store.ts";

export function sqliteQueue(
  database: Database,
  commit: Commit,
  orders: OrderFindings,
  visitors: Visitors,
): Pick<Store, "claim" | "settle" | "postpone" | "expire" | "queue" | "takeCall" | "release"> {
  const due = database.prepare(`
    select d.row, d.event, d.claim, d.attempts, d.payload, e.shop, n.name, e.id, e.halves, e.network, a.state
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
  const correct = database.prepare(`
    update delivery set outcome = ?, words = ?, claim = null where row = ? and claim = ? and outcome = 'withdrawn'`);
  const clearNetwork = database.prepare(CLEAR_NETWORK);
  const giveBack = database.prepare(
    "update delivery set due_ms = ?, claim = null, words = ? where row = ? and claim = ? and due_ms is not null",
  );

  const overdue = database.prepare(`
    select d.row, d.claim from delivery d join event e on e.row = d.event
    where d.destination = ? and d.due_ms is not null and e.time_ms < ? limit ?`);

  const strip = database.prepare("update event set halves = ? where row = ?");
  const waiting = database.prepare(`
    select destination, count(*) as waiting from delivery where due_ms is not null group by destination`);
  // The first of the queue stand for all: what has waited longest is due first, unless it was tried.
  const oldest = database.prepare(`
    select min(e.received_ms) as ms from (
      select event, due_ms, attempts from delivery where destination = ? and due_ms is not null order by due_ms limit 1000
    ) d join event e on e.row = d.event where d.due_ms <= ? or d.attempts > 0`);
  const budget = database.prepare("select full_ms from call_budget where ad_account_id = ?");
  const spend = database.prepare("insert or replace into call_budget values (?, ?)");
  const release = database.prepare(
    "update delivery set due_ms = ?, claim = null where claim = ? and due_ms is not null",
  );

  const dueOf = (row: Row): Due => {
    const event = Number(row.event);
    const halves = readHalves(row.halves, row.network);
    const isOrder = row.name === ORDER_EVENT;
    const ack = (isOrder ? orders.ack(event) : undefined) ?? ackState(row.state).ack;
    const visitor = knownOf(Number(row.shop), halves);
    const refunds = isOrder ? orders.refunds(event) : [];
    return {
      shop: Number(row.shop),
      name: String(row.name),
      id: decodeId(row.id),
      attempts: Number(row.attempts),
      halves,
      ...(ack ? { ack } : {}),
      ...(visitor ? { visitor } : {}),
      ...(refunds.length > 0 ? { refunds } : {}),
      ...text("payload", row.payload),
    };
  };

  const knownOf = (shop: number, halves: readonly Half[]): Due["visitor"] => {
    const visitor = visitorOf(halves);
    const aliases = believable(halves).flatMap(provedAliases);
    return visitor || aliases.length > 0 ? visitors.known(shop, visitor, aliases) : undefined;
  };

  const settleOne = (
    delivery: number,
    claim: string | null,
    outcome: string,
    words: string | undefined,
    nowMs: number,
  ) => {
    const row = close.get(outcome, words ?? null, nowMs, delivery, claim);
    if (row) clearNetwork.run(Number(row.event));
    else if (claim !== null) correct.run(outcome, words ?? null, delivery, claim);
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
            if (judgement.halves) strip.run(JSON.stringify(writeHalves(judgement.halves).halves), Number(row.event));
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
    queue: async (nowMs) =>
      waiting.all().map((row) => {
        const oldestMs = oldest.get(Number(row.destination), nowMs)?.ms;
        return {
          destination: Number(row.destination),
          waiting: Number(row.waiting),
          ...(typeof oldestMs === "number" ? { oldestMs } : {}),
        };
      }),
    takeCall: (adAccountId, perMinute, nowMs) =>
      commit(() => {
        const next = nextCall(Number(budget.get(adAccountId)?.full_ms ?? 0), perMinute, nowMs);
        if ("fullMs" in next) spend.run(adAccountId, next.fullMs);
        return "waitMs" in next ? next.waitMs : 0;
      }),
    release: (worker, nowMs) => commit(() => void release.run(nowMs, worker)),
    postpone: (worker, postponed) =>
      commit(() => {
        for (const { delivery, dueMs, words } of postponed) giveBack.run(dueMs, words, delivery, worker);
      }),
  };
}
