/** What is known of visitors, in SQLite. Called inside of a write. */
import type { KnownVisitor, VisitorNote } from "../core/identity.ts";
import { noteVisitor } from "./note-visitor.ts";
import { text } from "./rows.ts";
import type { Database } from "./sqlite-database.ts";
import type { Person } from "./store.ts";
import { DAY, type VisitorTables } from "./tables.ts";
import { keyOf, together, type Visitor, visitorColumns, visitorRecord } from "./visitor-records.ts";

export interface Visitors {
  note(note: VisitorNote): void;
  known(shop: number, visitor: string | undefined, aliases: readonly string[]): KnownVisitor | undefined;
  /** Forgets those who go by one of these or of whom one of the hashes is known; answers under what they lay. */
  forget(shop: number, person: Person): string[];
  forgetUnseen(beforeMs: number, limit: number): number;
  /** Drops what is remembered: a transaction was undone, or somebody forgotten. */
  reset(): void;
}

/** Visitors whose last note is remembered, so that one like it costs nothing. */
const REMEMBERED = 5_000;

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
  const read = (shop: number, id: string): Visitor | undefined => visitorRecord(find.get(shop, id));
  const drop = (shop: number, id: string): number => {
    removeAliases.run(shop, id);
    return Number(remove.run(shop, id).changes);
  };
  const tables: VisitorTables = {
    visitor: read,
    save: (shop, id, visitor) => void save.run(shop, id, ...visitorColumns(visitor)),
    remove: (shop, id) => void drop(shop, id),
    owner: ownerOf,
    saveAlias: (shop, name, id, seenMs) => void saveAlias.run(shop, name, id, seenMs),
  };

  return {
    note(said) {
      const key = `${said.shop} ${said.visitor ?? said.aliases[0]}`;
      const { matchKeys, clickId, consent, aliases } = said;
      const words = JSON.stringify([matchKeys, clickId, consent?.marketing, aliases, Math.floor(said.atMs / DAY)]);
      // Another relay on this store may have heard otherwise meanwhile: a denial is never taken for known.
      if (consent?.marketing !== "denied" && noted.get(key) === words) return;
      if (noteVisitor(tables, said).isByAlias) noted.clear();
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
