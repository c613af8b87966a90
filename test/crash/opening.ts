/** Kills a relay while it opens an empty store, and says whether the next one finds what it needs. */
import { setTimeout as sleep } from "node:timers/promises";
import { ACCOUNT } from "../start.ts";
import type { Draws } from "./draws.ts";
import { startRelayProcess } from "./relay-process.ts";
import type { TriedStore } from "./stores.ts";

/** Resolves with what is wrong with the store that was left, if anything is. */
export async function killWhileOpening(store: TriedStore, draws: Draws): Promise<string[]> {
  const pinterest = { apiUrl: "http://127.0.0.1:9/v5", ...ACCOUNT };
  const setting = { databaseUrl: store.databaseUrl, leaseMs: 1_000, pinterest };
  const relays = [startRelayProcess(setting), startRelayProcess(setting)] as const;
  const [first, next] = relays;
  try {
    await first.standsBy;
    first.go();
    await sleep(draws.below(80));
    first.signal("SIGKILL");
    await first.ended;
    next.go();
    if (!(await next.listens)) return [`the next relay did not start: ${next.output()}`];
    const wrong: string[] = [];
    for (const table of ["shop", "destination"]) {
      const [row] = await store.ask(`select count(*) as rows from ${table}`);
      if (Number(row?.rows) !== 1) wrong.push(`${row?.rows} rows in ${table}`);
    }
    return wrong;
  } finally {
    for (const relay of relays) {
      relay.signal("SIGKILL");
      await relay.ended;
    }
  }
}
