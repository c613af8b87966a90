/** Mapping and filters in words, so that people see which row or filter is not as it was. */
import type { Condition, Group } from "@pinrelay/tag/filter";
import type { Mapped, Rules } from "./rules.ts";

/** By what it is of, such as `mapping of Viewed Product`: how it reads. */
export const rulesInWords = ({ mapping, filters }: Rules): Map<string, string> => {
  const words = new Map<string, string>();
  for (const [name, row] of Object.entries(mapping)) words.set(`mapping of ${name}`, rowInWords(row));
  for (const { event, group } of filters) {
    const name = `filters of ${event === "*" ? "all events" : event}`;
    // Of several for one event all must hold.
    words.set(name, [words.get(name), groupInWords(group)].filter(Boolean).join("; and "));
  }
  return words;
};

const rowInWords = ({ tag, api, forward }: Mapped): string => {
  const sides = { both: `${tag} / ${api}`, client: `${tag} / –`, server: `– / ${api}`, none: "not at all" };
  return sides[forward];
};

const groupInWords = ({ match, conditions }: Group): string =>
  conditions.length === 0 ? "whatever it is" : conditions.map(partInWords).join(match === "all" ? " and " : " or ");

const partInWords = (part: Condition | Group): string =>
  "conditions" in part ? `(${groupInWords(part)})` : conditionInWords(part);

const conditionInWords = ({ property, operator, value }: Condition): string =>
  [property, operator, ...(value === undefined ? [] : [typeof value === "string" ? value : value.join(", ")])].join(
    " ",
  );

/** A change that is none of mapping and filters has another name. */
export const isOfRules = (name: string): boolean => /^destination \d+ (mapping|filters) of /.test(name);

/** What was and what is, for all that is in one of both. */
export const ruleDifferences = (
  before: Rules | undefined,
  after: Rules,
): { of: string; from: string; to: string }[] => {
  const [from, to] = [before ? rulesInWords(before) : new Map<string, string>(), rulesInWords(after)];
  return [...new Set([...from.keys(), ...to.keys()])].map((of) => ({
    of,
    from: from.get(of) ?? "",
    to: to.get(of) ?? "",
  }));
};
