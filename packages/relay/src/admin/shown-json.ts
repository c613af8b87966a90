/** JSON for people: what a page or a shop named as it liked holds nobody's email. */
import { discreet } from "../core/discreet.ts";

export const shownJson = (value: unknown): string => JSON.stringify(value, shownField, 2);

/** What somebody searched for may be anything, also a name: that they did is enough. */
const SEARCHED = new Set(["query", "search_string"]);

const shownField = (key: string, value: unknown): unknown =>
  typeof value === "string" ? (SEARCHED.has(key) ? "…" : discreetText(value)) : value;

/** An address of the shop's own is no secret; what it was asked for may be. */
export const discreetText = (text: string): string => {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return discreet(text);
  const { origin, pathname, search } = new URL(text);
  return `${origin}${discreet(pathname)}${search ? "?…" : ""}`;
};
