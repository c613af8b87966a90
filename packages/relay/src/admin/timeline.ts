/** What happened to one event, in the order in which it did. */
import { discreet } from "../core/discreet.ts";
import type { EventDetails } from "../store/reads.ts";

export interface Moment {
  atMs: number;
  words: string;
}

export function timelineOf(event: EventDetails, destinationOf: (id: number) => string): Moment[] {
  const moments: Moment[] = [{ atMs: event.timeMs, words: "happened" }];
  for (const { source, receivedMs, consent } of event.halves) {
    moments.push({ atMs: receivedMs, words: `told by ${source}` });
    if (consent.at > 0)
      moments.push({ atMs: consent.at, words: `consent ${consent.marketing}, said by ${consent.by} (${source})` });
  }
  if (event.ackMs !== undefined) moments.push({ atMs: event.ackMs, words: `Pinterest Tag: ${event.ack}` });
  for (const { atMs, amount, currency } of event.refunds)
    moments.push({ atMs, words: `refunded: ${amount} ${currency}` });
  for (const delivery of event.deliveries) {
    const to = destinationOf(delivery.destination);
    for (const { atMs, words } of delivery.tries) moments.push({ atMs, words: `tried, ${to}: ${discreet(words)}` });
    if (delivery.settledMs !== undefined && delivery.outcome)
      moments.push({
        atMs: delivery.settledMs,
        words: `${delivery.outcome}, ${to}${delivery.words ? `: ${discreet(delivery.words)}` : ""}`,
      });
    if (delivery.dueMs !== undefined) moments.push({ atMs: delivery.dueMs, words: `due, ${to}` });
  }
  return moments.sort((a, b) => a.atMs - b.atMs);
}
