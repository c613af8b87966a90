/**
 * Adds that nobody has answered for yet, kept for the tab's next page: a form's answer is that page, and a page that is
 * left hears no other. Where sessionStorage is forbidden such an add is lost, rather than told though it may not be true.
 */
import { attempt } from "../guard.ts";
import type { Told } from "../sighting.ts";

export interface Add {
  /** Variant IDs, how many of each, and how many of it were known to be in the cart before. */
  lines: { id: string; quantity: number; before: number }[];
  /** Its time, address and event ID: whoever tells it tells the same event. */
  more: Pick<Told, "time" | "address" | "eventID">;
  isForm: boolean | undefined;
}

const KEY = "_pinrelay.adds";
const KEPT = 10;
const KEPT_MS = 5 * 60_000;

export const keptAdds = (): Add[] => {
  const adds: Add[] = attempt(() => JSON.parse(sessionStorage[KEY])) ?? [];
  return adds.filter(({ more }) => Date.now() - more.time < KEPT_MS);
};

/** Answers whether it could. */
export const keepAdd = (add: Add): boolean | undefined => write([...keptAdds(), add]);

export const forgetAdds = (isOver: (add: Add) => boolean | undefined): unknown =>
  write(keptAdds().filter((add) => !isOver(add)));

const write = (adds: Add[]): boolean | undefined =>
  attempt(() => {
    sessionStorage[KEY] = JSON.stringify(adds.slice(-KEPT));
    return true;
  });
