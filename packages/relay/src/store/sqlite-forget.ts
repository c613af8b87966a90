/** Forgetting people, in SQLite: what is known of them, and who they are in the events that the ledger keeps. */
import { FORGOTTEN, forgotten } from "./forgotten.ts";
import type { Commit } from "./group-commit.ts";
import { readHalves, writeHalves } from "./halves.ts";
import { WITHOUT_USER } from "./payloads.ts";
import { isOf, mayBeOf } from "./persons.ts";
import type { Database } from "./sqlite-database.ts";
import type { Visitors } from "./sqlite-visitors.ts";
import type { Store } from "./store.ts";

export function sqliteForget(
  database: Database,
  commit: Commit,
  visitors: Visitors,
): Pick<Store, "forget" | "forgetVisitors"> {
  const events = database.prepare(`
    select row, halves from event where row >= ? order by row limit ?`);
  const shopOf = database.prepare("select shop from event where row = ?");
  const strip = database.prepare("update event set halves = ?, network = null where row = ?");
  const stripPayloads = database.prepare(WITHOUT_USER);
  // Its claim stays: what is on its way by then is sent all the same, and the ledger is to know.
  const withdraw = database.prepare(`
    update delivery set outcome = 'withdrawn', words = '${FORGOTTEN}', settled_ms = ?, due_ms = null
    where event = ? and due_ms is not null`);

  return {
    forget: (shop, person, from, limit, nowMs) =>
      commit(() => {
        const gone = from === 0 ? visitors.forget(shop, person) : [];
        const known = new Set([...(person.known ?? []), ...gone]);
        const rows = events.all(from, limit);
        let count = 0;
        for (const { row, halves: lies } of rows) {
          if (!mayBeOf(String(lies), person, known)) continue;
          const halves = readHalves(lies, null);
          if (Number(shopOf.get(Number(row))?.shop) !== shop) continue;
          if (!halves.some((half) => isOf(half, person, known))) continue;
          strip.run(JSON.stringify(writeHalves(halves.map(forgotten)).halves), Number(row));
          withdraw.run(nowMs, Number(row));
          stripPayloads.run(Number(row));
          count += 1;
        }
        const last = rows.at(-1)?.row;
        return {
          events: count,
          known: [...known],
          ...(rows.length < limit ? {} : { next: Number(last) + 1 }),
        };
      }),
    forgetVisitors: (beforeMs, limit) => commit(() => visitors.forgetUnseen(beforeMs, limit)),
  };
}
