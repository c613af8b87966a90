/** The queue's side of the SQLite store: claim, settle, postpone. A claim is a due time in the future and a name. */
import { ORDER_EVENT } from "@pinrelay/tag/contract";
import { nextCall } from "../core/call-budget.ts";
import type { Half } from "../core/event.ts";
import { provedAliases, visitorOf } from "../core/identity.ts";
import { believable } from "../core/merge.ts";
import { decodeId } from "./event-key.ts";
import { GONE, GONE_DESTINATIONS } from "./gone.ts";
import type { Commit } from "./group-commit.ts";
import { CLEAR_NETWORK, readHalves, writeHalves } from "./halves.ts";
import { WITHOUT_USER } from "./payloads.ts";
import { inPieces, nextTurn } from "./pieces.ts";
import { ackState, type Row, text } from "./rows.ts";
import type { Database } from "./sqlite-database.ts";
import type { OrderFindings } from "./sqlite-orders.ts";
import type { Visitors } from "./sqlite-visitors.ts";
import { ATTEMPTS, type Claimed, type ClaimRequest, type Due, type Judgement, type Store } from "./store.ts";

/** For so long one commit claims, since what comes in waits meanwhile: how long one order takes depends on its halves. */
const CLAIM_MS = 15;
/** Deliveries that one commit settles. */
const PIECE = 200;
/** Deliveries that are looked at without a turn for what has come in. */
const PAGE = 200;

type KnownOf = (shop: number, halves: readonly Half[]) => Due["visitor"];

export function sqliteQueue(
  database: Database,
  commit: Commit,
  orders: OrderFindings,
  visitors: Visitors,
): Pick<Store, "claim" | "settle" | "postpone" | "expire" | "withdrawGone" | "queue" | "takeCall" | "release"> {
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
  const giveBack = database.prepare(`
    update delivery set due_ms = ?, claim = null, words = ?, attempts = attempts - ?,
      payload = case when attempts = ? then null else payload end
    where row = ? and claim = ? and due_ms is not null`);

  const note = database.prepare("insert into attempt (delivery, at_ms, words) values (?, ?, ?) on conflict do nothing");
  const trim = database.prepare(`
    delete from attempt where delivery = ? and at_ms <= (
      select at_ms from attempt where delivery = ? order by at_ms desc limit 1 offset ${ATTEMPTS})`);

  const waitingPage = database.prepare(`
    select d.row, d.due_ms, max(e.time_ms, e.received_ms) as latest_ms
    from delivery d cross join event e on e.row = d.event
    where d.destination = ? and d.due_ms is not null and (d.due_ms, d.row) > (?, ?) order by d.due_ms, d.row limit ${PAGE}`);
  const gone = database.prepare(GONE_DESTINATIONS);
  const unheld = database.prepare(`
    select row, claim from delivery
    where destination = ? and due_ms is not null and (claim is null or due_ms <= ?) order by due_ms limit ?`);
  const claimOf = database.prepare("select claim from delivery where row = ? and due_ms is not null");

  // Whose it was goes with its IP address, though another destination still waits: that one would be told no more.
  const strip = database.prepare("update event set halves = ?, network = null where row = ?");
  const stripPayloads = database.prepare(WITHOUT_USER);
  const waiting = database.prepare(`
    select destination, count(*) as waiting from delivery where due_ms is not null group by destination`);
  // The first of the queue stand for all: what has waited longest is due first, unless it was tried.
  const oldest = database.prepare(`
    select min(e.received_ms) as ms from (
      select event, due_ms, attempts from delivery where destination = ? and due_ms is not null order by due_ms limit 1000
    ) d join event e on e.row = d.event where d.due_ms <= ? or d.attempts > 0`);
  const budget = database.prepare("select full_ms from call_budget where ad_account_id = ?");
  const spend = database.prepare("insert or replace into call_budget values (?, ?)");
  // Of what waits only that is looked at which is due later: what is held is, until its lease ends.
  const release = database.prepare(`
    update delivery indexed by delivery_due set due_ms = ?, claim = null
    where claim = ? and due_ms is not null and due_ms > ?`);
  /** Where expiry stopped, for the step that follows: what is not overdue there need not be looked at again. */
  let mark: { what: string; place: readonly [number, number] } | undefined;

  const dueOf = (row: Row, knownOf: KnownOf): Due => {
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

  /** Reads each visitor once: what one commit claims is often one visit's. */
  const reader = (): KnownOf => {
    const read = new Map<string, Due["visitor"]>();
    return (shop, halves) => {
      const visitor = visitorOf(halves);
      const aliases = believable(halves).flatMap(provedAliases);
      if (!visitor && aliases.length === 0) return undefined;
      const key = JSON.stringify([shop, visitor, aliases]);
      if (!read.has(key)) read.set(key, visitors.known(shop, visitor, aliases));
      return read.get(key);
    };
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

  /** Whether it still waited. */
  const expireOne = ({ row }: Row, nowMs: number): boolean => {
    const held = claimOf.get(Number(row));
    if (held) settleOne(Number(row), text("claim", held.claim).claim ?? null, "expired", undefined, nowMs);
    return held !== undefined;
  };

  const withdrawSome = (limit: number, nowMs: number): number => {
    const rows = gone.all().flatMap(({ id }) => unheld.all(Number(id), nowMs, limit));
    for (const { row, claim } of rows.slice(0, limit))
      settleOne(Number(row), text("claim", claim).claim ?? null, "withdrawn", GONE, nowMs);
    return Math.min(rows.length, limit);
  };

  const claimSome = (
    { destination, worker, limit, nowMs, leaseMs }: ClaimRequest,
    judge: (due: Due) => Judgement,
  ): { claimed: Claimed[]; looked: number; more: boolean } => {
    const claimed: Claimed[] = [];
    const endMs = performance.now() + CLAIM_MS;
    let looked = 0;
    const knownOf = reader();
    const rows = due.all(destination, nowMs, limit);
    for (const row of rows) {
      if (looked > 0 && performance.now() > endMs) break;
      looked += 1;
      const delivery = Number(row.row);
      const event = dueOf(row, knownOf);
      const judgement = judge(event);
      if ("outcome" in judgement) {
        settleOne(delivery, text("claim", row.claim).claim ?? null, judgement.outcome, judgement.words, nowMs);
        if (judgement.halves) {
          strip.run(JSON.stringify(writeHalves(judgement.halves).halves), Number(row.event));
          stripPayloads.run(Number(row.event));
        }
        continue;
      }
      const { payload } = judgement;
      hold.run(nowMs + leaseMs, worker, payload, delivery);
      claimed.push({ delivery, payload, attempts: event.attempts + 1, name: event.name, id: event.id });
    }
    return { claimed, looked, more: looked < rows.length || rows.length === limit };
  };

  return {
    async claim(request, judge) {
      const claimed: Claimed[] = [];
      for (let looked = 0; looked < request.limit; await nextTurn()) {
        const limit = Math.min(PAGE, request.limit - looked);
        try {
          const some = await commit(() => claimSome({ ...request, limit }, judge));
          claimed.push(...some.claimed);
          looked += some.looked;
          if (!some.more) break;
        } catch (error) {
          // What was claimed by then is held, and is to be sent.
          if (claimed.length === 0) throw error;
          break;
        }
      }
      return claimed;
    },
    settle: async (worker, settled, nowMs) => {
      await inPieces(settled, PIECE, (piece) =>
        commit(() => {
          for (const { delivery, outcome, words } of piece) settleOne(delivery, worker, outcome, words, nowMs);
          return piece.length;
        }),
      );
    },
    async expire(destination, beforeMs, limit, nowMs) {
      const what = JSON.stringify([destination, beforeMs]);
      let [afterMs, after] = mark?.what === what ? mark.place : [-1, 0];
      mark = undefined;
      for (let count = 0; ; await nextTurn()) {
        const page = waitingPage.all(destination, afterMs, after);
        const rows = page.filter((row) => Number(row.latest_ms) < beforeMs).slice(0, limit - count);
        count += await inPieces(rows, PIECE, (piece) =>
          commit(() => piece.filter((row) => expireOne(row, nowMs)).length),
        );
        const last = count < limit ? page.at(-1) : rows.at(-1);
        if (!last || (count < limit && page.length < PAGE)) return count;
        [afterMs, after] = [Number(last.due_ms), Number(last.row)];
        if (count < limit) continue;
        mark = { what, place: [afterMs, after] };
        return count;
      }
    },
    async withdrawGone(limit, nowMs) {
      for (let count = 0; ; await nextTurn()) {
        const most = Math.min(PIECE, limit - count);
        const some = await commit(() => withdrawSome(most, nowMs));
        count += some;
        if (some < most || count >= limit) return count;
      }
    },
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
    release: (worker, nowMs) => commit(() => void release.run(nowMs, worker, nowMs)),
    postpone: (worker, postponed) =>
      commit(() => {
        for (const { delivery, dueMs, words, untried, atMs } of postponed) {
          const run = giveBack.run(dueMs, words, untried ? 1 : 0, untried ? 1 : 0, delivery, worker);
          if (Number(run.changes) === 0 || untried || atMs === undefined) continue;
          note.run(delivery, atMs, words);
          trim.run(delivery, delivery);
        }
      }),
  };
}
