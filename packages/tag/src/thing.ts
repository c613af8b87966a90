/** What pages say, before anything is known of it. */

/** Something with keys. */
export type Thing = Readonly<Record<string, unknown>>;

export const isThing = (said: unknown): said is Thing => typeof said === "object" && said !== null;

/** The things in what may be one, a list of them, or neither. */
export const things = (said: unknown): Thing[] => [said].flat().filter(isThing);

/** One text or figure: of a list the first, of a thing its name or value. What has none of these says nothing. */
export const text = (said: unknown): unknown => {
  const [one] = [said].flat();
  if (isThing(one)) return text(one.name ?? one["@value"] ?? one.value);
  return typeof one === "boolean" || one === "" ? undefined : one;
};
