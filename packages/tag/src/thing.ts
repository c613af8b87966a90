/** What pages say, before anything is known of it. */

/** Something with keys. */
export type Thing = Readonly<Record<string, unknown>>;

export const isThing = (said: unknown): said is Thing => typeof said === "object" && said !== null;

/** The things in what may be one, a list of them, or neither. */
export const things = (said: unknown): Thing[] => [said].flat().filter(isThing);
