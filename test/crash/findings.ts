/** What came of it all: whether every promise was kept, and the figures. */
import { verdictsOf } from "../pinterest/join.ts";
import type { Pinterest } from "../pinterest/stand-in.ts";
import { BAD, POISONS } from "./failing-pinterest.ts";
import { sentEvents } from "./sent-bytes.ts";
import type { Shoppers } from "./shoppers.ts";
import { deliveriesIn, type TriedStore } from "./stores.ts";

export interface Figures {
  /** Events that were answered with 2xx. */
  acknowledged: number;
  /** Events that Pinterest has processed, however often each. */
  arrived: number;
  /** Events that Pinterest refuses, and that the ledger says were. */
  rejected: number;
  /** Times that an event was processed which had been before. */
  resends: number;
  calls: number;
}

interface Examined {
  pinterest: Pinterest;
  shoppers: Shoppers;
  store: TriedStore;
  /** By event ID: how many calls Pinterest had heard when the store was seen to know the event as sent. */
  knownSent: ReadonlyMap<string, number>;
}

/** Call it once nothing waits any more. `wrong` is empty where all promises were kept. */
export async function examine({ pinterest, shoppers, store, knownSent }: Examined): Promise<{
  figures: Figures;
  wrong: string[];
}> {
  const wrong = [...shoppers.wrong];
  const arrivals = new Map<string, number>();
  for (const { event_name, event_id } of pinterest.server) {
    const one = `${event_name} ${event_id}`;
    arrivals.set(one, (arrivals.get(one) ?? 0) + 1);
  }
  const bytesById = new Map<string, string>();
  for (const [call, { body }] of pinterest.calls.entries())
    for (const { name, id, bytes } of sentEvents(body)) {
      const known = shoppers.told.get(id);
      if (known?.apiName !== name) wrong.push(`call ${call}: nobody told ${name} ${id}`);
      if ((bytesById.get(id) ?? bytes) !== bytes)
        wrong.push(`call ${call}: ${name} ${id} with other bytes than before`);
      if (call >= (knownSent.get(id) ?? Number.POSITIVE_INFINITY))
        wrong.push(`call ${call}: ${name} ${id} again, though the store knew it as sent`);
      bytesById.set(id, bytes);
    }

  const ledger = new Map((await deliveriesIn(store, "all")).map((kept) => [kept.id, kept]));
  let acknowledged = 0;
  let rejected = 0;
  for (const [id, { apiName, answered, marks, ack }] of shoppers.told) {
    if (!answered) continue;
    acknowledged += 1;
    const { outcome, ack: noted } = ledger.get(id) ?? {};
    const hasArrived = arrivals.has(`${apiName} ${id}`);
    const isRefused = id.startsWith(BAD) || POISONS.includes(id);
    if (isRefused) rejected += 1;
    const right = isRefused ? "rejected" : "sent";
    if (outcome !== right) wrong.push(`${apiName} ${id} is ${outcome ?? "nowhere"} in the ledger, not ${right}`);
    if (hasArrived === isRefused)
      wrong.push(`${apiName} ${id} was acknowledged, and ${hasArrived ? "" : "never "}arrived`);
    for (const mark of marks)
      if (!bytesById.get(id)?.includes(mark)) wrong.push(`${id} was sent without a half that was kept before`);
    if (ack && noted !== ack)
      wrong.push(`${id}: its acknowledgement ${ack} was answered for, and is ${noted ?? "gone"}`);
  }
  // However many relays met an empty store, and however they ended.
  for (const table of ["shop", "destination"]) {
    const [row] = await store.ask(`select count(*) as rows from ${table}`);
    if (Number(row?.rows) !== 1) wrong.push(`${row?.rows} rows in ${table}`);
  }
  const kept = new Set((await store.ask("select tag_id from other_tag")).map(({ tag_id }) => String(tag_id)));
  for (const tag of shoppers.otherTags) if (!kept.has(tag)) wrong.push(`the other Tag ${tag} is gone`);
  for (const { verdict, apiName, eventId, why } of verdictsOf(pinterest, pinterest.tagId))
    if (verdict === "counted twice") wrong.push(`${apiName} ${eventId}: ${why}`);

  const resends = pinterest.server.length - arrivals.size;
  const figures = { acknowledged, arrived: arrivals.size, rejected, resends, calls: pinterest.calls.length };
  if (acknowledged !== arrivals.size + rejected) wrong.push("what was acknowledged is not what arrived");
  return { figures, wrong };
}

/** One line for people: the figures, and the seed with which to see them again (`CRASH_SEED`). */
export const summaryOf = (store: string, seed: number, figures: object): string =>
  `${store}, seed ${seed}: ${Object.entries(figures)
    .map(([name, figure]) => `${name} ${figure}`)
    .join(", ")}`;
