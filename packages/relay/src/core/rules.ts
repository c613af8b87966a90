/** What a destination makes of a shop's events: which Pinterest event each one is, by which side, and which go at all. */

/** The sides an event is forwarded by: the Pinterest Tag in the browser (`client`), the API for Conversions (`server`). */
export type Forward = "both" | "client" | "server" | "none";

/** A row of the mapping that differs from the default table (`EVENTS` in the tag's contract). */
export interface Mapped {
  /** Name of a Pinterest Tag event, or one of the user's own within Pinterest's rules. */
  tag: string;
  /** Name in the API for Conversions that pairs with it. */
  api: string;
  forward: Forward;
}

// biome-ignore format: a table
export const OPERATORS = [
  "equals", "not equals", "contains", "not contains", "starts with", "ends with", "matches",
  "greater", "at least", "less", "at most", "in", "not in", "exists", "missing",
] as const;
export type Operator = (typeof OPERATORS)[number];

/** A property of the merged event by its path, such as `total_price`, `items.vendor`, `url`; never a personal value. */
export interface Condition {
  property: string;
  operator: Operator;
  /** Absent where the operator asks for existence alone; a list for `in` and `not in`. */
  value?: string | number | boolean | readonly (string | number)[];
}

/** Holds where all, or any, of its conditions do. */
export interface Group {
  match: "all" | "any";
  conditions: readonly (Condition | Group)[];
}

/** Allows: an event of that name is forwarded only where the group holds. Of several filters for one event all must hold. */
export interface Filter {
  /** Shop event name; `*` for all of them. */
  event: string;
  group: Group;
}

export interface Rules {
  /** By shop event name. An event that is not in it is mapped by the default table, forwarded by both sides. */
  mapping: Readonly<Record<string, Mapped>>;
  filters: readonly Filter[];
}

export const NO_RULES: Rules = { mapping: {}, filters: [] };
