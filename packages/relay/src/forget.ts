/** Forgets a person: in small steps, so that a ledger of years holds nobody up. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Shop } from "./core/settings.ts";
import type { Forgotten, Person, Store } from "./store/store.ts";

/** How many events told of the person and no longer do, and how many visitors are no longer known. */
export interface ForgetReceipt {
  events: number;
  visitors: number;
}

/** Events that one step looks at. */
const STEP = 1_000;

/** May be called again when it failed on the way: who is forgotten already is found no more. */
export async function forgetPerson(
  store: Pick<Store, "forget">,
  { id }: Pick<Shop, "id">,
  person: Person,
  nowMs: number,
): Promise<ForgetReceipt> {
  const receipt = { events: 0, visitors: 0 };
  let known: readonly string[] = [];
  for (let from: number | undefined = 0; from !== undefined; ) {
    const step: Forgotten = await store.forget(id, { ...person, known }, from, STEP, nowMs);
    receipt.events += step.events;
    known = step.known;
    receipt.visitors = known.length;
    from = step.next;
    await nextTurn();
  }
  return receipt;
}
