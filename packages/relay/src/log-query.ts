/** The filters of the event log, as they stand in an address. */
import type { Source } from "./core/event.ts";
import { OUTCOMES, type Outcome } from "./core/outcome.ts";
import type { LogQuery } from "./store/reads.ts";

export const SOURCES = ["browser", "shopify", "woocommerce", "server"] as const satisfies readonly Source[];

/** Names of the fields of the form. */
export const FILTERS = ["outcome", "event", "source", "since", "until", "visitor", "order"] as const;
export type FilterName = (typeof FILTERS)[number];

export interface ReadQuery {
  query: LogQuery;
  /** What was typed and cannot be understood, by field. */
  problems: Partial<Record<FilterName, string>>;
  /** The same filters for an address, without the page. */
  address: URLSearchParams;
}

/** Reads an address. What cannot be understood is told, and filters nothing. */
export function readQuery(shop: number, told: URLSearchParams): ReadQuery {
  const problems: ReadQuery["problems"] = {};
  const address = new URLSearchParams();
  const of = (name: FilterName): string | undefined => {
    const text = (told.get(name) ?? "").trim();
    if (text !== "") address.set(name, text);
    return text || undefined;
  };
  const [outcome, source, visitor] = [of("outcome"), of("source"), of("visitor")];
  const timed = (name: "since" | "until"): number | undefined => {
    const text = of(name);
    const ms = text === undefined ? undefined : timeOf(text);
    if (Number.isNaN(ms)) problems[name] = "Write a day or a time, such as 2026-11-26 or 2026-11-26T08:00.";
    return Number.isNaN(ms) ? undefined : ms;
  };
  const query: LogQuery = {
    shop,
    ...given("name", of("event")),
    ...given("sinceMs", timed("since")),
    ...given("untilMs", timed("until")),
    ...given("order", of("order")),
    ...given("beforeRow", rowOf(told.get("before"))),
    ...given("afterRow", rowOf(told.get("after"))),
  };
  if (outcome === "waiting" || isOutcome(outcome)) query.outcome = outcome;
  else if (outcome !== undefined) problems.outcome = "There is no such outcome.";
  const known = SOURCES.find((one) => one === source);
  if (known) query.source = known;
  else if (source !== undefined) problems.source = "There is no such source.";
  if (visitor !== undefined && /^[0-9a-f]{64}$/.test(visitor)) query.visitor = visitor;
  else if (visitor !== undefined) problems.visitor = "A visitor ID is 64 hex digits.";
  return { query, problems, address };
}

const isOutcome = (text: string | undefined): text is Outcome => text !== undefined && Object.hasOwn(OUTCOMES, text);

/** Ms since 1970; a time without a zone is in UTC. */
const timeOf = (text: string): number =>
  /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(\.\d+)?Z?)?$/.test(text)
    ? Date.parse(/Z$|^[^T]*$/.test(text) ? text : `${text}Z`)
    : Number.NaN;

const rowOf = (text: string | null): number | undefined => (text && /^\d{1,15}$/.test(text) ? Number(text) : undefined);

const given = <Key extends string, T>(key: Key, value: T | undefined): { [K in Key]?: T } => {
  const record: { [K in Key]?: T } = {};
  if (value !== undefined) record[key] = value;
  return record;
};
