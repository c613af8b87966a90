/** Brings what a page or a call says into the contract's shape. Which keys there are, and their limits, the relay checks. */
import { price } from "./price.ts";
import { isThing } from "./thing.ts";

/** Keys that hold figures. All others hold words, also where a page gives an id as a bare number. */
const FIGURES = /^(price|quantity|discount|value|total_.*|predicted_ltv|external_.*vendor_id)$/;

/** A deep copy: figures are numbers, ids are text, and what says nothing is left out. */
export const shaped = (said: unknown, key = ""): unknown => {
  if (Array.isArray(said)) return said.map((one) => shaped(one)).filter((one) => one != null);
  // A list of PHP's with gaps in it comes as an object.
  if (key === "items" && isThing(said)) return shaped(Object.values(said));
  if (isThing(said))
    return Object.fromEntries(
      Object.entries(said)
        .map(([name, value]) => [name, shaped(value, name)])
        .filter(([, value]) => (value ?? "") !== ""),
    );
  if (FIGURES.test(key)) return price(said);
  // A sign or a name is no currency: the event goes without its worth, and is not lost for it.
  if (key === "currency") return /^\s*([a-z]{3})\s*$/i.exec(String(said))?.[1];
  return typeof said === "number" ? String(said) : said;
};
