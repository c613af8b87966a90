/** What one event adds to what is known of its visitor, and of whoever goes by their aliases. */
import type { VisitorNote } from "../core/identity.ts";
import type { VisitorTables } from "./tables.ts";
import { keyOf, together, type Visitor } from "./visitor-records.ts";

/** Answers whether it found somebody by an alias alone: what is remembered of them elsewhere is no longer how they stand. */
export function noteVisitor(
  tables: VisitorTables,
  { shop, visitor, aliases, atMs, ...said }: VisitorNote,
): { isByAlias: boolean } {
  const owners = aliases.flatMap((name) => tables.owner(shop, name) ?? []);
  // Who is known by an alias alone lies under that, until the visitor of that name comes.
  const id = visitor === undefined ? (owners[0] ?? aliases[0]) : keyOf(visitor);
  if (id === undefined) return { isByAlias: false };
  const nameless = owners.filter((owner) => owner !== id && owner.startsWith("urn:"));
  const before = [id, ...nameless].flatMap((one) => tables.visitor(shop, one) ?? []);
  for (const owner of nameless) tables.remove(shop, owner);
  // A denial is the later word, though the clock has been set back since the one before.
  const isDenial = said.consent?.marketing === "denied";
  const consentMs = Math.max(said.consent ? atMs : 0, ...(isDenial ? before.map((known) => known.consentMs) : []));
  const told: Visitor = { ...said, consentMs, seenMs: atMs };
  tables.save(shop, id, [...before, told].reduce(together));
  for (const name of aliases) tables.saveAlias(shop, name, id, atMs);
  return { isByAlias: visitor === undefined && owners.length > 0 };
}
