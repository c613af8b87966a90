/** Who somebody is does not belong on a screen, in a clipboard or in storage: it is masked before anything is kept. */
import { isPersonal } from "../kept.ts";
import { isThing } from "../thing.ts";

/** Longer texts are cut: nobody reads them here, and they would fill the storage. */
const LENGTH = 300;

/** A copy of what a beacon or a call says, with all that is personal in it masked. */
export const masked = (said: unknown, key = "", isWithin = false): unknown => {
  const isHidden = isWithin || isPersonal(key, said);
  if (Array.isArray(said)) return said.map((one) => masked(one, key, isHidden));
  if (isThing(said))
    return Object.fromEntries(Object.entries(said).map(([name, value]) => [name, masked(value, name, isHidden)]));
  if (isHidden) return disguised(said);
  return typeof said === "string" && said.length > LENGTH ? `${said.slice(0, LENGTH)}…` : said;
};

/** That it is there, and its kind, can still be told. */
const disguised = (said: unknown): unknown => {
  const text = String(said ?? "");
  if (text === "") return said;
  if (/^[0-9a-f]{64}$/i.test(text)) return "••• (hashed)";
  return `${[...text][0]}•••${text.includes("@") ? "@•••" : ""}`;
};
