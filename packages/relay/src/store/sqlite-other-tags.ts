/** Pinterest Tags beside ours in the SQLite store. Told by a public door: neither how many nor how often may grow. */
import { noticedTag } from "./other-tag-row.ts";
import type { Database } from "./sqlite-database.ts";
import { type NoticedTag, OTHER_TAGS, RENOTICED_MS, type ShopOtherTag } from "./store.ts";

export interface OtherTags {
  /** Notes what was noticed. Call it inside a write. */
  note(noticed: readonly ShopOtherTag[]): void;
  of(shop: number): NoticedTag[];
  /** Drops those that were last noticed before. Call it inside a write. */
  forget(beforeMs: number): void;
}

export function otherTags(database: Database): OtherTags {
  // What was noticed a moment ago changes no row, so that a busy shop costs no write for each of its pages.
  const notice = database.prepare(`
    insert into other_tag (shop, noticed_by, tag_id, event, first_ms, last_ms) values (?, ?, ?, ?, ?, ?)
    on conflict do update set last_ms = excluded.last_ms, sightings = sightings + 1
    where excluded.last_ms >= last_ms + ${RENOTICED_MS}`);
  const trim = database.prepare(`
    delete from other_tag where row in
      (select row from other_tag where shop = ? order by last_ms desc, row desc limit -1 offset ${OTHER_TAGS})`);
  const listed = database.prepare("select * from other_tag where shop = ? order by last_ms desc, row desc");
  const forget = database.prepare("delete from other_tag where last_ms < ?");
  return {
    note(noticed) {
      for (const { shop, by, tagId = "", event = "", atMs } of noticed)
        if (Number(notice.run(shop, by, tagId, event, atMs, atMs).changes) > 0) trim.run(shop);
    },
    of: (shop) => listed.all(shop).map(noticedTag),
    forget: (beforeMs) => void forget.run(beforeMs),
  };
}
