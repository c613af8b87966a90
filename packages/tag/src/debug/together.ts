/** Whether the two halves of an event meet. */
import type { Entry } from "./entry.ts";
import { COMPARED } from "./half.ts";
import type { HalvesWord } from "./words.ts";

export const together = ({ relay, pinterest, halves }: Pick<Entry, "relay" | "pinterest" | "halves">): HalvesWord => {
  const [one, other] = [halves.relay, halves.pinterest];
  if (one && other && COMPARED.some(([, key]) => one[key] !== other[key])) return "halves differ";
  const areThere = one && other && /kept|duplicate/.test(relay.is) && /^told|fired/.test(pinterest.is);
  return areThere ? "halves agree" : "one half";
};
