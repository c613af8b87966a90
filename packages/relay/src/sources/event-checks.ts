/** What is asked of every event that comes in as JSON of ours, beside its schema: its size, and what Pinterest will not know. */
import { type ContentIdMode, contentId } from "@pinrelay/tag/content-id";
import { EVENT_BYTES, type Properties } from "@pinrelay/tag/contract";
import { eventLines } from "@pinrelay/tag/money";
import type { EdgeFault } from "./fault.ts";

/** `bytes`: length of the whole body, since no event of it can be longer. */
export const tooLarge = (raw: unknown, field: string, bytes: number, limit = EVENT_BYTES): EdgeFault | undefined =>
  bytes > limit && Buffer.byteLength(JSON.stringify(raw) ?? "") > limit
    ? { field, message: `is over ${limit} bytes; send fewer items` }
    : undefined;

/** The first line that Pinterest's catalog will not know, since the shop does not tell the id that is its content ID. */
export const withoutContentId = (properties: Properties, mode: ContentIdMode, path: string): EdgeFault | undefined => {
  const index = eventLines(properties).findIndex((line) => contentId(line, mode) === undefined);
  if (index < 0) return undefined;
  const field = `${path}.properties${properties.items?.length ? `.items[${index}]` : ""}`;
  return { field, message: `lacks its content ID (${mode}) and is told to Pinterest without one` };
};
