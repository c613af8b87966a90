/** A row of the ledger for people, as every store reads it. */
import type { Acknowledgement } from "@pinrelay/tag/contract";
import { readHalves } from "./halves.ts";
import { ackState, outcomeOf, type Row, text } from "./rows.ts";
import type { LedgerRow } from "./store.ts";

/** What belongs to an event and lies in other tables. `ack`: what is known under any name of an order. */
export interface LedgerParts {
  deliveries: readonly Row[];
  refunds: { amount: number; currency: string }[];
  ack: Acknowledgement["state"] | undefined;
}

export const ledgerRow = (row: Row, id: string, { deliveries, refunds, ack }: LedgerParts): LedgerRow => {
  const halves = readHalves(row.halves, null);
  return {
    shop: Number(row.shop),
    name: String(row.name),
    id,
    timeMs: Number(row.time_ms),
    receivedMs: Number(row.received_ms),
    sources: [...new Set(halves.map(({ source }) => source))],
    ack: ack ?? ackState(row.state).ack ?? "unknown",
    duplicates: Number(row.duplicates),
    lateHalves: Number(row.late_halves),
    isCancelled: halves.some(({ order }) => order?.state === "cancelled"),
    refunds,
    deliveries: deliveries.map(ledgerDelivery),
  };
};

const ledgerDelivery = (row: Row): LedgerRow["deliveries"][number] => ({
  destination: Number(row.destination),
  attempts: Number(row.attempts),
  ...outcomeOf(row.outcome),
  ...text("words", row.words),
  ...text("earlier", row.earlier),
  ...text("payload", row.payload),
});
