/** Pinterest Tags beside ours in the PostgreSQL store. Told by a public door: neither how many nor how often may grow. */

import { noticedTag } from "./other-tag-rows.ts";
import type { PostgresDatabase, Sql } from "./postgres-database.ts";
import { OTHER_TAGS, RENOTICED_MS, type ShopOtherTag, type Store } from "./store.ts";

/** Notes what was noticed, inside of a write. What was noticed a moment ago changes no row. */
export async function noteOtherTags(sql: Sql, noticed: readonly ShopOtherTag[]): Promise<void> {
  if (noticed.length === 0) return;
  const kinds = new Map<string, ShopOtherTag>();
  // In one order on every relay: two that note the same kinds never wait for each other in a ring.
  for (const one of [...noticed].sort((a, b) => compare(keyOf(a), keyOf(b)) || a.atMs - b.atMs))
    kinds.set(keyOf(one), one);
  const rows = [...kinds.values()];
  const shops = await sql(
    `insert into other_tag (shop, noticed_by, tag_id, event, first_ms, last_ms)
       select shop, noticed_by, tag_id, event, at_ms, at_ms
       from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bigint[]) as told (shop, noticed_by, tag_id, event, at_ms)
     on conflict (shop, noticed_by, tag_id, event) do update
       set last_ms = excluded.last_ms, sightings = other_tag.sightings + 1
       where excluded.last_ms >= other_tag.last_ms + ${RENOTICED_MS}
     returning shop`,
    [
      rows.map(({ shop }) => shop),
      rows.map(({ by }) => by),
      rows.map(({ tagId = "" }) => tagId),
      rows.map(({ event = "" }) => event),
      rows.map(({ atMs }) => atMs),
    ],
  );
  for (const shop of new Set(shops.map((row) => Number(row.shop)))) await sql(TRIM, [shop]);
}

const TRIM = `
  delete from other_tag where row in
    (select row from other_tag where shop = $1 order by last_ms desc, row desc offset ${OTHER_TAGS})`;

export function postgresOtherTags({ read, write }: PostgresDatabase): Pick<Store, "otherTags" | "forgetOtherTags"> {
  return {
    otherTags: (shop) =>
      read(async (sql) =>
        (await sql("select * from other_tag where shop = $1 order by last_ms desc, row desc", [shop])).map(noticedTag),
      ),
    forgetOtherTags: (beforeMs) =>
      write(async (sql) => {
        await sql("delete from other_tag where last_ms < $1", [beforeMs]);
      }),
  };
}

const keyOf = ({ shop, by, tagId = "", event = "" }: ShopOtherTag): string => JSON.stringify([shop, by, tagId, event]);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
