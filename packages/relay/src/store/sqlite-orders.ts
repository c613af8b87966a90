/** What the SQLite store knows of an order by its names. */
import type { Acknowledgement } from "@pinrelay/tag/contract";
import { ackState } from "./rows.ts";
import type { Database } from "./sqlite-database.ts";
import { strongest } from "./tables.ts";

export interface OrderFindings {
  refunds(event: number): { amount: number; currency: string }[];
  /** What became of it at the Pinterest Tag, whichever name the Tag knows it by. */
  ack(event: number): Acknowledgement["state"] | undefined;
}

export function sqliteOrderFindings(database: Database): OrderFindings {
  const refunds = database.prepare(`
    select r.amount, r.currency from order_name n join refund r on r.shop = n.shop and r.order_id = n.id
    where n.event = ? order by r.at_ms, r.id`);
  const acks = database.prepare(`
    select a.state from order_name n join event e on e.row = n.event
    join acknowledgement a on a.shop = n.shop and a.name = e.name and a.id = n.id where n.event = ?`);
  return {
    refunds: (event) =>
      refunds.all(event).map(({ amount, currency }) => ({ amount: Number(amount), currency: String(currency) })),
    ack: (event) => strongest(acks.all(event).map((row) => ackState(row.state).ack)),
  };
}
