/** Which events a destination is told: both halves go by this file, so that neither is told without the other. */
import type { Item, Properties } from "./contract.ts";

// biome-ignore format: a table
export const OPERATORS = [
  "equals", "not equals", "contains", "not contains", "starts with", "ends with", "matches", "not matches",
  "greater", "at least", "less", "at most", "in", "not in", "exists", "missing",
] as const;
export type Operator = (typeof OPERATORS)[number];

/** A property of the event by its path, such as `value`, `items.vendor`, `url.path`; never a personal value. */
export interface Condition {
  property: string;
  operator: Operator;
  /** Text for all but `in` and `not in`, which take a list; absent where the operator asks for existence alone. */
  value?: string | readonly string[];
}

/** Holds where all, or any, of its conditions do. An empty one holds. */
export interface Group {
  match: "all" | "any";
  conditions: readonly (Condition | Group)[];
}

/** Allows: an event of that name is forwarded only where the group holds. Of several for one event all must hold. */
export interface Filter {
  /** Shop event name; `*` for all of them. */
  event: string;
  group: Group;
}

/** What is known of an event where it is filtered. */
export interface Filtered {
  name: string;
  properties: Properties;
  url?: string | undefined;
  referrer?: string | undefined;
  /** Values that only the relay knows, by their path. A page knows none: what is asked of them holds there. */
  known?: Readonly<Record<string, readonly string[]>>;
}

/** Paths that begin so are known to the relay alone: a person's (that they are there, no more), an order's, who told it. */
export const RELAY_ONLY: RegExp = /^(person|order|source|country)\b/;

/** How a browser reads patterns, so that it finds what the relay's engine finds. */
export const PATTERN_FLAGS = "su";

/** A pattern looks at no more of a text: the work of some grows with its second power. */
const SEARCHED = 500;

/** Whether a regular expression finds something. The relay gives one that takes no longer for any pattern. */
export type Matches = (pattern: string, text: string) => boolean;

/** Whether all filters for this event hold. */
export const allowed = (filters: readonly Filter[], event: Filtered, matches: Matches): boolean =>
  filters.every(({ event: name, group }) => (name !== "*" && name !== event.name) || holds(group, event, matches));

/** Whether a group holds. */
export const holds = ({ match, conditions }: Group, event: Filtered, matches: Matches): boolean => {
  const one = (part: Condition | Group): boolean =>
    "conditions" in part ? holds(part, event, matches) : isMet(part, event, matches);
  return conditions.length === 0 || (match === "all" ? conditions.every(one) : conditions.some(one));
};

const isMet = ({ property, operator, value = "" }: Condition, event: Filtered, matches: Matches): boolean => {
  if (!event.known && RELAY_ONLY.test(property)) return true;
  const values = valuesAt(property, event);
  const [, not, plain = operator] = /^(not )(.+)$/.exec(operator) ?? [];
  if (plain === "exists") return values.length > 0;
  if (plain === "missing") return values.length === 0;
  return values.some((one) => compare(plain, one, value, matches)) !== Boolean(not);
};

const compare = (operator: string, one: string, value: string | readonly string[], matches: Matches): boolean => {
  const list = typeof value === "string" ? [value] : value;
  const [asked = ""] = list;
  const [a, b] = [one.toLowerCase(), asked.toLowerCase()];
  // An empty text is no number; of values there is none.
  const [n, m] = [Number(one), asked.trim() ? Number(asked) : Number.NaN];
  switch (operator) {
    case "equals":
      return a === b || n === m;
    case "contains":
      return a.includes(b);
    case "starts with":
      return a.startsWith(b);
    case "ends with":
      return a.endsWith(b);
    case "matches":
      return matches(asked, one.slice(0, SEARCHED));
    case "greater":
      return n > m;
    case "at least":
      return n >= m;
    case "less":
      return n < m;
    case "at most":
      return n <= m;
    case "in":
      return list.some((each) => each.toLowerCase() === a);
  }
  return false;
};

/** All values at a path, as text: of each item one. An empty text is none, as at the relay, which keeps none. */
export const valuesAt = (path: string, { properties, url, referrer, known, name }: Filtered): string[] => {
  const [head = "", ...rest] = path.split(".");
  if (known && Object.hasOwn(known, path)) return [...(known[path] ?? [])];
  if (head === "event") return [name];
  if (head === "url" || head === "referrer") return partOf(head === "url" ? url : referrer, rest);
  if (head === "items") return textsOf(itemsOf(properties).map((item) => Reflect.get(item, rest.join("."))));
  if (path === "value") return textsOf([properties.value ?? properties.total_price ?? properties.price]);
  return textsOf([rest.reduce<unknown>(inside, Reflect.get(properties, head))]);
};

/** An event of one product has it among its own properties. */
const itemsOf = (properties: Properties): readonly Item[] =>
  Array.isArray(properties.items) ? properties.items : [properties];

const inside = (thing: unknown, key: string): unknown =>
  typeof thing === "object" && thing !== null ? Reflect.get(thing, key) : undefined;

const textsOf = (values: readonly unknown[]): string[] =>
  values
    .flat()
    .flatMap((one) => (one === undefined || one === null || typeof one === "object" ? [] : [printable(String(one))]))
    .filter((text) => text !== "");

/** As the relay keeps a text. */
const printable = (text: string): string => text.replace(/\p{Cc}+/gu, " ").trim();

/** `url`, `url.path`, `url.host`, `url.query.utm_source`. */
const partOf = (address: string | undefined, [part, ...name]: readonly string[]): string[] => {
  if (!address) return [];
  if (part === undefined) return [address];
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return [];
  }
  if (part === "path") return [url.pathname];
  if (part === "host") return [url.hostname];
  return part === "query" ? url.searchParams.getAll(name.join(".")) : [];
};
