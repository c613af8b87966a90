/**
 * What is known of visitors, in SQLite. Called inside of a write. A visitor lies under a hash of their ID, so that the
 * mark of who denied names nobody.
 */
import { hash } from "node:crypto";
import type { Consent } from "@pinrelay/tag/contract";
import { MATCH_KEYS, type MatchKeys } from "../core/event.ts";
import type { KnownVisitor, VisitorNote } from "../core/identity.ts";
import { unionMatchKeys } from "../core/merge.ts";
import { type Row, text } from "./rows.ts";
import type { Database } from "./sqlite-database.ts";
import type { Person } from "./store.ts";

export interface Visitors {
  note(note: VisitorNote): void;
  known(shop: number, visitor: string | undefined, aliases: readonly string[]): KnownVisitor | undefined;
  /** Forgets those who go by one of these or of whom one of the hashes is known; answers under what they lay. */
  forget(shop: number, person: Person): string[];
  forgetUnseen(beforeMs: number, limit: number): number;
  /** Drops what is remembered: a transaction was undone, or somebody forgotten. */
  reset(): void;
}

/** Of each match key so many values are kept, in their order: nobody has more addresses that matter. */
const VALUES = 4;
/** Visitors whose last note is remembered, so that one like it costs nothing. */
const REMEMBERED = 20_000;
const DAY = 86_400_000;

/** Under what a visitor lies. */
export const keyOf = (visitor: string): string => hash("sha256", visitor);

export function sqliteVisitors(database: Database): Visitors {
  const find = database.prepare("select * from visitor where shop = ? and id = ?");
  const save = database.prepare("insert or replace into visitor values (?, ?, ?, ?, ?, ?, ?)");
  const remove = database.prepare("delete from visitor where shop = ? and id = ?");
  const alias = database.prepare("select visitor from visitor_alias where shop = ? and alias = ?");
  const saveAlias = database.prepare("insert or replace into visitor_alias values (?, ?, ?, ?)");
  // Left to itself SQLite goes through all of the shop's by the primary key.
  const removeAliases = database.prepare(
    "delete from visitor_alias indexed by visitor_alias_of where shop = ? and visitor = ?",
  );
  const holders = database.prepare("select id from visitor where shop = ? and instr(match_keys, ?) > 0");
  const unseen = database.prepare("select shop, id from visitor where seen_ms < ? limit ?");
  const removeUnseenAliases = database.prepare("delete from visitor_alias where seen_ms < ?");
  const noted = new Map<string, string>();

  const ownerOf = (shop: number, name: string): string | undefined =>
    text("visitor", alias.get(shop, name)?.visitor).visitor;
  const read = (shop: number, id: string): Visitor | undefined => visitorOf(find.get(shop, id));

  const write = (shop: number, id: string, said: Visitor): void => {
    const consent = said.consent ? JSON.stringify(said.consent) : null;
    save.run(shop, id, JSON.stringify(said.matchKeys), said.clickId ?? null, consent, said.consentMs, said.seenMs);
  };

  const drop = (shop: number, id: string): number => {
    removeAliases.run(shop, id);
    return Number(remove.run(shop, id).changes);
  };

  const note = ({ shop, visitor, aliases, atMs, ...said }: VisitorNote): void => {
    const owners = aliases.flatMap((name) => ownerOf(shop, name) ?? []);
    // Who is known by an alias alone lies under that, until the visitor of that name comes.
    const id = visitor === undefined ? (owners[0] ?? aliases[0]) : keyOf(visitor);
    if (id === undefined) return;
    // What was remembered under their own ID no longer says how they stand.
    if (visitor === undefined && owners.length > 0) noted.clear();
    const nameless = owners.filter((owner) => owner !== id && owner.startsWith("urn:"));
    const before = [id, ...nameless].flatMap((one) => read(shop, one) ?? []);
    for (const owner of nameless) drop(shop, owner);
    // A denial is the later word, though the clock has been set back since the one before.
    const isDenial = said.consent?.marketing === "denied";
    const consentMs = Math.max(said.consent ? atMs : 0, ...(isDenial ? before.map((known) => known.consentMs) : []));
    const said_ = { ...said, consentMs, seenMs: atMs };
    write(shop, id, [...before, said_].reduce(together));
    for (const name of aliases) saveAlias.run(shop, name, id, atMs);
  };

  return {
    note(said) {
      const key = `${said.shop} ${said.visitor ?? said.aliases[0]}`;
      const { matchKeys, clickId, consent, aliases } = said;
      const words = JSON.stringify([matchKeys, clickId, consent?.marketing, aliases, Math.floor(said.atMs / DAY)]);
      if (noted.get(key) === words) return;
      note(said);
      if (noted.size >= REMEMBERED) noted.clear();
      noted.set(key, words);
    },
    known(shop, visitor, aliases) {
      const owners = aliases.flatMap((name) => ownerOf(shop, name) ?? []);
      const found = [...new Set([...(visitor ? [keyOf(visitor)] : []), ...owners])].flatMap(
        (id) => read(shop, id) ?? [],
      );
      return found.length > 0 ? found.reduce(together) : undefined;
    },
    forget(shop, { visitors, aliases, hashes }) {
      noted.clear();
      const ids = new Set([
        ...visitors.map(keyOf),
        ...aliases,
        ...aliases.flatMap((name) => ownerOf(shop, name) ?? []),
        ...hashes.flatMap((hash) => holders.all(shop, hash).map(({ id }) => String(id))),
      ]);
      return [...ids].filter((id) => drop(shop, id) > 0);
    },
    forgetUnseen(beforeMs, limit) {
      const rows = unseen.all(beforeMs, limit);
      for (const { shop, id } of rows) drop(Number(shop), String(id));
      if (rows.length < limit) removeUnseenAliases.run(beforeMs);
      return rows.length;
    },
    reset: () => noted.clear(),
  };
}

interface Visitor extends KnownVisitor {
  consentMs: number;
  seenMs: number;
}

/** What both say; the later decision holds, and a denial takes back what was known before. */
const together = (a: Visitor, b: Visitor): Visitor => {
  const [earlier, later] = a.consentMs <= b.consentMs ? [a, b] : [b, a];
  const decided = later.consent ? later : earlier;
  const isDenied = decided.consent?.marketing === "denied";
  const clickId = (a.seenMs <= b.seenMs ? (b.clickId ?? a.clickId) : (a.clickId ?? b.clickId)) ?? undefined;
  return {
    matchKeys: isDenied ? {} : bounded(unionMatchKeys(a.matchKeys, b.matchKeys)),
    ...(clickId === undefined || isDenied ? {} : { clickId }),
    ...(decided.consent ? { consent: decided.consent } : {}),
    consentMs: decided.consentMs,
    seenMs: Math.max(a.seenMs, b.seenMs),
  };
};

const bounded = (keys: MatchKeys): MatchKeys => {
  for (const key of MATCH_KEYS) keys[key]?.splice(VALUES);
  return keys;
};

const visitorOf = (row: Row | undefined): Visitor | undefined => {
  if (!row) return undefined;
  const consent: Consent | undefined = row.consent === null ? undefined : JSON.parse(String(row.consent));
  return {
    matchKeys: JSON.parse(String(row.match_keys)),
    ...text("clickId", row.click_id),
    ...(consent ? { consent } : {}),
    consentMs: Number(row.consent_ms),
    seenMs: Number(row.seen_ms),
  };
};
