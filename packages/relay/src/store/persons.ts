/** Whether an event is of somebody who asked to be forgotten. */
import { type Half, MATCH_KEYS } from "../core/event.ts";
import type { Person } from "./store.ts";
import { keyOf } from "./visitor-records.ts";

/** Whether a row's text may be of them, before its JSON is read: nearly no event is, and reading costs most. */
export const mayBeOf = (lies: string, { visitors, hashes, aliases }: Person, known: ReadonlySet<string>): boolean =>
  [...visitors, ...hashes, ...aliases].some((trace) => lies.includes(trace)) ||
  (known.size > 0 && visitorsIn(lies).some((id) => known.has(id)));

/** Visitor IDs that a row's text holds, as the store knows them. */
const visitorsIn = (lies: string): string[] =>
  [...lies.matchAll(/"visitor":"([0-9a-f]{64})"/g)].map(([, visitor = ""]) => keyOf(visitor));

export const isOf = (
  { visitor, matchKeys, aliases = [] }: Half,
  { visitors, hashes, aliases: names }: Person,
  known: ReadonlySet<string>,
): boolean =>
  (visitor !== undefined && (visitors.includes(visitor) || known.has(keyOf(visitor)))) ||
  aliases.some((alias) => names.includes(alias)) ||
  MATCH_KEYS.some((key) => matchKeys[key]?.some((hash) => hashes.includes(hash)));
