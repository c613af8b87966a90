/** Brings what a page or a call says into the contract's shape. Which keys there are, and their limits, the relay checks. */
import { price } from "./price.ts";

/** Something with keys, of which nothing else is known yet. */
export type Thing = Readonly<Record<string, unknown>>;

export const isThing = (said: unknown): said is Thing => typeof said === "object" && said !== null;

/** The things in what may be one, a list of them, or neither. */
export const things = (said: unknown): Thing[] => [said].flat().filter(isThing);

/** Keys that hold figures. All others hold words, also where a page gives an id as a bare number. */
const FIGURES = /price|quantity|discount|value|^total|ltv|vendor_id/;

/** A deep copy: figures are numbers, ids are text, and what says nothing is left out. */
export const shaped = (said: unknown, key = ""): unknown => {
  if (Array.isArray(said)) return said.map((one) => shaped(one));
  if (isThing(said))
    return Object.fromEntries(
      Object.entries(said)
        .map(([name, value]) => [name, shaped(value, name)])
        .filter(([, value]) => (value ?? "") !== ""),
    );
  return FIGURES.test(key) ? price(said) : typeof said === "number" ? String(said) : said;
};
