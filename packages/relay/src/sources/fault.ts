/** What is wrong with something that came in, in words that a person can act on. What was sent is never repeated. */
import type { z } from "zod";

export interface EdgeFault {
  field: string;
  message: string;
}

/** zod's names of types, as people say them. */
// biome-ignore format: a table
const KINDS: Record<string, string> = {
  string:  "text",
  number:  "a number",
  int:     "a whole number",
  boolean: "true or false",
  array:   "a list",
  object:  "an object",
};

/** The words for an issue whose schema has none of its own: to be handed to `safeParse` as `error`. */
export const wordsOf = (issue: z.core.$ZodRawIssue): string => {
  switch (issue.code) {
    case "invalid_type":
      return `${issue.input === undefined ? "is missing; it must be" : "must be"} ${KINDS[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `must be ${issue.values.map(String).join(" or ")}`;
    case "too_big":
      return `must ${MEASURES[issue.origin] ?? "be"} ${issue.maximum} at most`;
    case "too_small":
      return `must ${MEASURES[issue.origin] ?? "be"} ${issue.minimum} at least`;
    default:
      return "is not what it should be";
  }
};

// biome-ignore format: a table
const MEASURES: Record<string, string> = {
  string: "have a length of",
  array:  "hold",
};

/** The first fault that zod found, at its path. */
export const faultOf = (error: z.ZodError, base: string): EdgeFault => {
  const issue = error.issues[0];
  const path = (issue?.path ?? []).map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  return { field: `${base}${path}`.replace(/^\./, "") || "body", message: issue?.message ?? "is not valid" };
};

/**
 * Takes out of a field's path whatever is no name of these schemas, for the log: what was sent may name its keys after a
 * person.
 */
export const ownFieldOf = (schemas: readonly z.ZodObject[]): ((field: string) => string) => {
  const own = new Set(schemas.flatMap(({ shape }) => Object.keys(shape)));
  const isOwn = (name: string): boolean => name === "" || own.has(name);
  return (field) =>
    field
      .split(".")
      .map((part) => (isOwn(part.replace(/\[\d+\]/, "")) ? part.replace(/\d+/, "") : "…"))
      .join(".");
};
