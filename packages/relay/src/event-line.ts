/** One event of the ledger as a line for people: when, what, who told it, and what became of it. */
import type { LedgerRow } from "./store/store.ts";

export const eventLine = (row: LedgerRow): string => {
  const { timeMs, name, id, sources, ack, duplicates, lateHalves, isCancelled, refunds, deliveries } = row;
  return (
    [
      new Date(timeMs).toISOString().slice(0, 19).replace("T", " "),
      name,
      id,
      [
        `told by ${sources.join(" and ")}`,
        ...(duplicates > 0 ? [`${duplicates} times again`] : []),
        ...(lateHalves > 0 ? [`${lateHalves} halves too late`] : []),
      ].join(", "),
      `Pinterest Tag: ${ack}`,
      deliveries.length > 0 ? deliveries.map(fate).join(" · ") : "no destination",
      ...(isCancelled ? ["cancelled"] : []),
      ...refunds.map(({ amount, currency }) => `refunded ${amount} ${currency}`),
    ]
      .join("  ")
      // A page may call its events what it likes; a terminal would obey.
      .replace(/\p{C}+/gu, "?")
  );
};

const fate = ({ outcome, words, earlier, attempts }: LedgerRow["deliveries"][number]): string =>
  `${outcome ?? (attempts > 0 ? "to be tried again" : "waiting")}${words ? ` (${words})` : ""}${
    earlier ? `, before the replay: ${earlier}` : ""
  }`;
