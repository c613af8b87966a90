/** What a destination makes of a shop's events: which Pinterest event each one is, by which side, and which go at all. */
import type { Filter } from "@pinrelay/tag/filter";

// biome-ignore format: a table
export const FORWARDS = {
  both:   "by the Pinterest Tag and by the API for Conversions, under one event ID",
  client: "by the Pinterest Tag alone",
  server: "by the API for Conversions alone",
  none:   "not at all",
} as const;
/** The sides an event is forwarded by. */
export type Forward = keyof typeof FORWARDS;

/** A row of the mapping that differs from the default table (`EVENTS` in the tag's contract). */
export interface Mapped {
  /** Name of a Pinterest Tag event, or one of the user's own within Pinterest's rules. */
  tag: string;
  /** Name in the API for Conversions that pairs with it. */
  api: string;
  forward: Forward;
}

export interface Rules {
  /** By shop event name. An event that is not in it is mapped by the default table, forwarded by both sides. */
  mapping: Readonly<Record<string, Mapped>>;
  filters: readonly Filter[];
}

export const NO_RULES: Rules = { mapping: {}, filters: [] };

/** Rows of a mapping that the browser is told: by shop event name the Tag's name, or that there is none. */
export const tagNamesBy = ({ mapping }: Rules): [name: string, tag: string | undefined][] =>
  Object.entries(mapping).map(([name, { tag, forward }]) => [
    name,
    forward === "both" || forward === "client" ? tag : undefined,
  ]);
