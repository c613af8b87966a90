/** Retention in SQLite: the ledger's old rows go, and of orders their names stay for longer. */
import type { Commit } from "./group-commit.ts";
import { inPieces, nextTurn } from "./pieces.ts";
import type { Row } from "./rows.ts";
import type { Database } from "./sqlite-database.ts";
import type { Store } from "./store.ts";

/** Events that are looked at without a turn for what has come in. */
const PAGE = 500;
/** Events that one commit removes: their rows lie in a dozen trees. */
const PIECE = 50;

export function sqliteRetention(database: Database, commit: Commit): Pick<Store, "purgeEvents" | "purgeTombstones"> {
  const WAITS = "exists (select 1 from delivery d where d.event = event.row and d.due_ms is not null)";
  const old = database.prepare(`
    select row, received_ms, ${WAITS} as waits from event
    where (received_ms, row) > (?, ?) and received_ms < ? order by received_ms, row limit ${PAGE}`);
  const byRow = database.prepare(`select shop, name, id, received_ms from event where row = ? and not ${WAITS}`);
  const names = database.prepare("select shop, id, signed from order_name where event = ?");
  const bury = database.prepare("insert or ignore into tombstone (shop, id, signed, at_ms) values (?, ?, ?, ?)");
  const removeRefunds = database.prepare("delete from refund where shop = ? and order_id = ?");
  const removeAck = database.prepare("delete from acknowledgement where shop = ? and name = ? and id = ?");
  const removals = [
    "delete from order_name where event = ?",
    "delete from attempt where delivery in (select row from delivery where event = ?)",
    "delete from delivery where event = ?",
    "delete from event where row = ?",
  ].map((sql) => database.prepare(sql));
  // Anybody can acknowledge what nobody ever told, and a refund may be of an order from before there was a relay.
  const oldAcks = database.prepare(`
    select shop, name, id, at_ms,
      exists (select 1 from event e where e.shop = a.shop and e.name = a.name and e.id = a.id) or exists (
        select 1 from order_name n cross join event e on e.row = n.event
        where n.shop = a.shop and n.id = a.id and e.name = a.name) as known
    from acknowledgement a where (at_ms, shop, name, id) > (?, ?, ?, ?) and at_ms < ?
    order by at_ms, shop, name, id limit ${PAGE}`);
  const lostRefunds = database.prepare(`
    select shop, order_id from refund r where at_ms < ?
      and not exists (select 1 from order_name n where n.shop = r.shop and n.id = r.order_id)
    order by at_ms limit ?`);
  const removeTombstones = database.prepare(`
    delete from tombstone where (shop, id) in (select shop, id from tombstone where at_ms < ? order by at_ms limit ?)`);
  /** Where a purge stopped, for the step that follows: what waits there need not be looked at again. */
  let mark: { beforeMs: number; place: readonly [number, number] } | undefined;

  /** Whether it could go: meanwhile it may have been judged anew. */
  const remove = (row: number): boolean => {
    const event = byRow.get(row);
    if (!event) return false;
    for (const { shop, id, signed } of names.all(row)) {
      bury.run(Number(shop), String(id), Number(signed), Number(event.received_ms));
      removeRefunds.run(Number(shop), String(id));
      removeAck.run(Number(shop), Number(event.name), String(id));
    }
    removeAck.run(Number(event.shop), Number(event.name), keyOf(event));
    for (const removal of removals) removal.run(row);
    return true;
  };

  const removeOld = (rows: readonly Row[]): Promise<number> =>
    inPieces(rows, PIECE, (piece) => commit(() => piece.filter(({ row }) => remove(Number(row))).length));

  const purge = async (beforeMs: number, limit: number): Promise<number> => {
    let [afterMs, after] = mark?.beforeMs === beforeMs ? mark.place : [-1, 0];
    mark = undefined;
    for (let count = 0; ; await nextTurn()) {
      const page = old.all(afterMs, after, beforeMs);
      const rows = page.filter(({ waits }) => waits === 0).slice(0, limit - count);
      count += await removeOld(rows);
      const last = count < limit ? page.at(-1) : rows.at(-1);
      if (!last || (count < limit && page.length < PAGE)) return count;
      [afterMs, after] = [Number(last.received_ms), Number(last.row)];
      if (count < limit) continue;
      mark = { beforeMs, place: [afterMs, after] };
      return count;
    }
  };

  const purgeLost = async (beforeMs: number, limit: number): Promise<number> => {
    let acks = 0;
    let [afterMs, shop, name, id]: [number, number, number, string | Uint8Array] = [-1, 0, 0, ""];
    for (;;) {
      const page = oldAcks.all(afterMs, shop, name, id, beforeMs);
      const lost = page.filter(({ known }) => known === 0).slice(0, limit - acks);
      acks += await inPieces(lost, PIECE, (piece) =>
        commit(() => {
          for (const ack of piece) removeAck.run(Number(ack.shop), Number(ack.name), keyOf(ack));
          return piece.length;
        }),
      );
      const last = page.at(-1);
      if (!last || page.length < PAGE || acks >= limit) break;
      [afterMs, shop, name, id] = [Number(last.at_ms), Number(last.shop), Number(last.name), keyOf(last)];
      await nextTurn();
    }
    const refunds = lostRefunds.all(beforeMs, limit - acks);
    return (
      acks +
      (await inPieces(refunds, PIECE, (piece) =>
        commit(() => {
          for (const lost of piece) removeRefunds.run(Number(lost.shop), String(lost.order_id));
          return piece.length;
        }),
      ))
    );
  };

  return {
    async purgeEvents(beforeMs, limit) {
      const count = await purge(beforeMs, limit);
      return count < limit ? count + (await purgeLost(beforeMs, limit - count)) : count;
    },
    async purgeTombstones(beforeMs, limit) {
      for (let count = 0; ; await nextTurn()) {
        const most = Math.min(PIECE, limit - count);
        const some = await commit(() => Number(removeTombstones.run(beforeMs, most).changes));
        count += some;
        if (some < most || count >= limit) return count;
      }
    },
  };
}

/** An event's ID as it lies in the row. */
const keyOf = ({ id }: Row): string | Uint8Array => (id instanceof Uint8Array ? id : String(id));
