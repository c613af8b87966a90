/** The ledger's side of the PostgreSQL store: events, their halves, acknowledgements. */
import { ORDER_EVENT } from "@pinrelay/tag/contract";
import { decodeBytes } from "./event-key.ts";
import { keepEvent } from "./ledger.ts";
import { ledgerRow } from "./ledger-row.ts";
import { noteVisitor } from "./note-visitor.ts";
import { acknowledge } from "./postgres-acknowledgements.ts";
import { isItemFault, type PostgresDatabase, type Sql } from "./postgres-database.ts";
import { openEvents } from "./postgres-events.ts";
import type { EventCodes } from "./postgres-names.ts";
import { isOrder, openOrders } from "./postgres-orders.ts";
import { openVisitors } from "./postgres-visitors.ts";
import { ackState, type Row } from "./rows.ts";
import { sharedWrite } from "./shared-write.ts";
import type { Kept, ShopOtherTag, Store, Telling } from "./store.ts";
import { strongest } from "./tables.ts";

/** Two, so that one is prepared while the other is on its way to the disk. */
const SHARING = { atOnce: 2, most: 1_000 };

export function postgresLedger(
  database: PostgresDatabase,
  codes: EventCodes,
  noteOtherTags: (sql: Sql, noticed: readonly ShopOtherTag[]) => Promise<void>,
): Pick<Store, "keep" | "recent" | "leftOut"> {
  const keepAll = async (tellings: readonly Telling[]): Promise<Kept[][]> => {
    const told = tellings.flatMap(({ events }) => events);
    const acks = tellings.flatMap((one) => one.acks);
    const known = await codes([...told, ...acks].map(({ name }) => name));
    const codeOf = (name: string): number => known.get(name) ?? missing();
    return database.write(async (sql) => {
      const orders = await openOrders(sql, told.filter(isOrder));
      const events = await openEvents(sql, codeOf, told, orders.rows);
      await orders.loadNamesOf(events.rows);
      const notes = tellings.flatMap(({ visitors = [] }) => visitors);
      const visitors = await openVisitors(sql, notes);

      const kept = tellings.map((one) => one.events.map((event) => keepEvent(events.tables, orders.tables, event)));
      for (const { refunds = [] } of tellings) refunds.forEach(orders.tables.refund);
      for (const note of notes) noteVisitor(visitors.tables, note);

      await events.flush();
      await orders.flush();
      await acknowledge(sql, codeOf, acks);
      await visitors.flush();
      await noteOtherTags(
        sql,
        tellings.flatMap(({ otherTags = [] }) => otherTags),
      );
      return kept;
    });
  };
  const sizeOf = ({ events, acks }: Telling): number => events.length + acks.length;

  return {
    keep: sharedWrite(keepAll, sizeOf, isItemFault, SHARING),
    recent: (limit) => database.read((sql) => recent(sql, limit)),
    leftOut: () =>
      database.read(async (sql) => {
        const rows = await sql(
          `select coalesce(words, '') as words, count(*) as count from delivery where outcome = 'filtered'
           group by words order by count desc, words`,
        );
        return rows.map(({ words, count }) => ({ words: String(words), count: Number(count) }));
      }),
  };
}

const missing = (): never => {
  throw new Error("an event name has no code");
};

const recent = async (sql: Sql, limit: number) => {
  const rows = await sql(
    `select e.row, e.shop, n.name, e.id, e.time_ms, e.received_ms, e.halves, e.duplicates, e.late_halves, a.state
     from event e join event_name n on n.code = e.name
     left join acknowledgement a on a.shop = e.shop and a.name = e.name and a.id = e.id
     order by e.row desc limit $1`,
    [limit],
  );
  const all = rows.map(({ row }) => Number(row));
  const orders = rows.filter(({ name }) => name === ORDER_EVENT).map(({ row }) => Number(row));
  const deliveries = await sql(
    `select event, destination, outcome, words, earlier, attempts, payload from delivery where event = any($1)
     order by destination`,
    [all],
  );
  const refunds = await refundsOf(sql, orders);
  const acks = await acksOf(sql, orders);
  const of = (found: readonly Row[], event: number) => found.filter((one) => Number(one.event) === event);
  return rows.map((row) => {
    const event = Number(row.row);
    return ledgerRow(row, decodeBytes(row.id), {
      deliveries: of(deliveries, event),
      refunds: of(refunds, event).map(({ amount, currency }) => ({
        amount: Number(amount),
        currency: String(currency),
      })),
      ack: strongest(of(acks, event).map(({ state }) => ackState(state).ack)),
    });
  });
};

/** What was given back of these orders, whichever of their names it was told under: event, amount, currency. */
export const refundsOf = (sql: Sql, events: readonly number[]): Promise<Row[]> =>
  events.length === 0
    ? Promise.resolve([])
    : sql(
        `select n.event, r.amount, r.currency from order_name n
         join refund r on r.shop = n.shop and r.order_id = n.id where n.event = any($1) order by r.at_ms, r.id`,
        [events],
      );

/** What became of these orders at the Pinterest Tag, under any of their names: event, state. */
export const acksOf = (sql: Sql, events: readonly number[]): Promise<Row[]> =>
  events.length === 0
    ? Promise.resolve([])
    : sql(
        `select n.event, a.state from order_name n join event e on e.row = n.event
         join acknowledgement a on a.shop = n.shop and a.name = e.name
           and a.id = case when length(convert_to(n.id, 'UTF8')) = 15 then '\\xffff'::bytea else '\\xff'::bytea end
             || convert_to(n.id, 'UTF8')
         where n.event = any($1)`,
        [events],
      );
