/** All that people read of the ledger, over whichever database. */
import { ORDER_EVENT } from "@pinrelay/tag/contract";
import { discreet } from "../core/discreet.ts";
import { readEvent, readSamples } from "./read-event.ts";
import { eventNames, readLog } from "./read-log.ts";
import { readOverview } from "./read-overview.ts";
import { readKnown, readPerson } from "./read-person.ts";
import type { ReadSql } from "./read-sql.ts";
import type { Reads } from "./reads.ts";

export const ledgerReads = (sql: ReadSql): Reads => ({
  overview: (shop, period) => readOverview(sql, shop, period),
  log: (query, limit) => readLog(sql, query, limit),
  event: (shop, row) => readEvent(sql, shop, row),
  names: async (shop) => {
    const names = [...(await eventNames(sql)).values()];
    const told = await sql.all(
      "select name from event_name n where exists (select 1 from event e where e.shop = ? and e.name = n.code)",
      [shop],
    );
    const known = new Set(told.map(({ name }) => String(name)));
    return names.filter((name) => known.has(name) && discreet(name) === name).sort();
  },
  samples: (shop, limit) => readSamples(sql, shop, limit, ORDER_EVENT),
  personOf: (shop, order) => readPerson(sql, shop, order),
  known: (shop, person, limit) => readKnown(sql, shop, person, limit),
});
