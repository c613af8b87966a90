/** `POST /api/events`: reads, hands over, answers per event once it is durable. */
import type { Ingest } from "../ingest.ts";
import { fromCall, type JudgedCall, readCall } from "../sources/server.ts";
import { ownServerField, type ServerResult } from "../sources/server-schema.ts";
import type { Kept } from "../store/store.ts";
import type { ShopHandler } from "./api-key.ts";
import { bodyOf } from "./body.ts";
import type { DoorLog } from "./door-log.ts";
import { refuse } from "./refuse.ts";

export const takeEvents =
  (ingest: Ingest, now: () => number, door: DoorLog): ShopHandler =>
  async (request, response) => {
    const { shop } = response.locals;
    const body = bodyOf(request);
    const read = readCall(body);
    if ("fault" in read) return refuse(response, 400, read.fault.field, read.fault.message);

    const judged = fromCall(read.call, shop, now());
    const kept = await ingest(shop, {
      events: judged.flatMap((one) => ("event" in one ? [one.event] : [])),
      bytes: body.length,
    });

    const refused = judged.flatMap((one) => ("refused" in one ? [one.refused] : []));
    for (const { field = "", message = "" } of refused)
      door.refused(shop.key, "server", { field: ownServerField(field), message });
    const keptNothing = refused.length > 0 && refused.length === judged.length;
    response.status(keptNothing ? 400 : 202).json({ results: resultsOf(judged, kept) });
  };

const resultsOf = (judged: readonly JudgedCall[], kept: readonly Kept[]): ServerResult[] => {
  let next = 0;
  return judged.map((one) => {
    if ("refused" in one) return one.refused;
    const became = kept[next];
    next += 1;
    const status = became === "duplicate" || became === "late half" ? "duplicate" : "kept";
    return { event_id: one.event.id, event_name: one.event.name, status, ...one.warning };
  });
};
