/** A Pinterest Tag beside ours as it lies in a row, for every store. */
import type { OtherTag } from "@pinrelay/tag/contract";
import { type Row, text } from "./rows.ts";
import type { NoticedTag } from "./store.ts";

export const noticedTag = (row: Row): NoticedTag => ({
  by: whereOf(row.noticed_by),
  ...text("tagId", row.tag_id || null),
  ...text("event", row.event || null),
  firstMs: Number(row.first_ms),
  lastMs: Number(row.last_ms),
  sightings: Number(row.sightings),
});

const whereOf = (value: unknown): OtherTag["by"] => (value === "network" || value === "shopify app" ? value : "page");
