/** JSON for people: what a page or a shop named as it liked holds nobody's email. */
import { discreet } from "../core/discreet.ts";

export const shownJson = (value: unknown): string =>
  JSON.stringify(value, (_key, one: unknown) => (typeof one === "string" ? discreetText(one) : one), 2);

/** An address of the shop's own is no secret; what it was asked for may be. */
export const discreetText = (text: string): string => {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return discreet(text);
  const { origin, pathname, search } = new URL(text);
  return `${origin}${discreet(pathname)}${search ? "?…" : ""}`;
};
