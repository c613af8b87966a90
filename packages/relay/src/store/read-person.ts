/** Whom people ask to have forgotten: who is behind an order, and what is known of somebody. */
import type { Half } from "../core/event.ts";
import { provedAliases } from "../core/identity.ts";
import { believable } from "../core/merge.ts";
import { rowsOfOrder } from "./find-rows.ts";
import { readHalves } from "./halves.ts";
import { isOf, mayBeOf } from "./persons.ts";
import { newest } from "./read-event.ts";
import type { ReadSql } from "./read-sql.ts";
import type { KnownOf } from "./reads.ts";
import type { Person } from "./store.ts";
import { keyOf } from "./visitor-records.ts";

/** Whoever bought it: under what the ledger knows them. */
export async function readPerson(sql: ReadSql, shop: number, order: string): Promise<Person | undefined> {
  const rows = await rowsOfOrder(sql, shop, order);
  if (rows.length === 0) return undefined;
  const found = await sql.all(`select halves from event where row in (${rows.join()})`);
  const halves = found.flatMap((row) => believable(readHalves(row.halves, null)));
  return {
    visitors: [...new Set(halves.flatMap(({ visitor }) => visitor ?? []))],
    hashes: [...new Set(halves.flatMap(namingHashes))],
    aliases: [...new Set(halves.flatMap(provedAliases))],
  };
}

/** What names one person alone: a city or a first name does not. */
const namingHashes = ({ matchKeys }: Half): string[] => [
  ...(matchKeys.em ?? []),
  ...(matchKeys.ph ?? []),
  ...(matchKeys.external_id ?? []),
  ...(matchKeys.hashed_maids ?? []),
];

/** What forgetting them would find: their records as visitors, and of the newest events theirs. */
export async function readKnown(sql: ReadSql, shop: number, person: Person, limit: number): Promise<KnownOf> {
  const known = await visitorsOf(sql, shop, person);
  let events = 0;
  for await (const page of newest(sql, shop, limit))
    events += page.filter(
      ({ halves: lies }) =>
        mayBeOf(String(lies), person, known) && readHalves(lies, null).some((half) => isOf(half, person, known)),
    ).length;
  return { events, visitors: known.size };
}

/** Under what those visitors lie who go by any of these names. */
async function visitorsOf(
  sql: ReadSql,
  shop: number,
  { visitors, hashes, aliases }: Person,
): Promise<ReadonlySet<string>> {
  const among = async (select: string, names: readonly string[]): Promise<string[]> => {
    if (names.length === 0) return [];
    const rows = await sql.all(`${select} in (${names.map(() => "?").join()})`, [shop, ...names]);
    return rows.map(({ id }) => String(id));
  };
  const owners = await among("select visitor as id from visitor_alias where shop = ? and alias", aliases);
  const found = new Set(
    await among("select id from visitor where shop = ? and id", [...visitors.map(keyOf), ...aliases, ...owners]),
  );
  // A hash is hex: nothing in it is a sign to `like`.
  for (const hash of hashes)
    for (const { id } of await sql.all("select id from visitor where shop = ? and match_keys like ?", [
      shop,
      `%${hash}%`,
    ]))
      found.add(String(id));
  return found;
}
