/** Pinterest Tags beside ours in the PostgreSQL store. Told by a public door: neither how many nor how often may grow. */
import { noticedTag } from "./other-tag-row.ts";
import type { PostgresDatabase, Sql } from "./postgres-database.ts";
import { OTHER_TAGS, RENOTICED_MS, type ShopOtherTag, type Store } from "./store.ts";

export const postgresOtherTags = (database: PostgresDatabase): Pick<Store, "otherTags" | "forgetOtherTags"> => ({
  otherTags: (shop) =>
    database.read(async (sql) =>
      (await sql("select * from other_tag where shop = $1 order by last_ms desc, row desc", [shop])).map(noticedTag),
    ),
  forgetOtherTags: (beforeMs) =>
    database.write(async (sql) => void (await sql("delete from other_tag where last_ms < $1", [beforeMs]))),
});

/** Notes what was noticed. Call it inside a write. What was noticed a moment ago changes no row. */
export async function noteOtherTags(sql: Sql, noticed: readonly ShopOtherTag[]): Promise<void> {
  if (noticed.length === 0) return;
  // The last of each kind that this write brings: one statement may touch a row once only.
  const latest = new Map<string, ShopOtherTag>();
  for (const one of noticed) {
    const key = keyOf(one);
    if (one.atMs >= (latest.get(key)?.atMs ?? 0)) latest.set(key, one);
  }
  const all = [...latest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  const rows = await sql(
    `insert into other_tag (shop, noticed_by, tag_id, event, first_ms, last_ms)
     select u.shop, u.noticed_by, u.tag_id, u.event, u.at_ms, u.at_ms
     from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bigint[]) u (shop, noticed_by, tag_id, event, at_ms)
     left join other_tag t on t.shop = u.shop and t.noticed_by = u.noticed_by and t.tag_id = u.tag_id and t.event = u.event
     where t.row is null or u.at_ms >= t.last_ms + ${RENOTICED_MS}
     on conflict (shop, noticed_by, tag_id, event) do update set last_ms = excluded.last_ms,
       sightings = other_tag.sightings + 1
     where excluded.last_ms >= other_tag.last_ms + ${RENOTICED_MS}
     returning shop`,
    [
      all.map(({ shop }) => shop),
      all.map(({ by }) => by),
      all.map(({ tagId = "" }) => tagId),
      all.map(({ event = "" }) => event),
      all.map(({ atMs }) => atMs),
    ],
  );
  const shops = [...new Set(rows.map(({ shop }) => Number(shop)))].sort((a, b) => a - b);
  for (const shop of shops)
    await sql(
      `delete from other_tag where row in
         (select row from other_tag where shop = $1 order by last_ms desc, row desc offset ${OTHER_TAGS})`,
      [shop],
    );
}

const keyOf = ({ shop, by, tagId = "", event = "" }: ShopOtherTag): string => [shop, by, tagId, event].join(" ");
