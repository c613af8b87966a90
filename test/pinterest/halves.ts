/** What each half of an event says, in words that can be compared. Pure. */
import type { BrowserHit, ServerEvent } from "./records.ts";

export interface Half {
  /** When it came; the first of several. */
  atMs: number;
  /** When it happened, as its sender says. */
  eventTimeMs?: number;
  value?: number;
  currency?: string;
  /** Sorted, once each. */
  contentIds: string[];
  quantity?: number;
  orderId?: string;
  /** What was searched for. */
  query?: string;
  url?: string;
  /** Names of what it says of the visitor, never the values. */
  matchKeys: string[];
}

export const browserHalf = ({ atMs, ed, pd, ad }: BrowserHit): Half => {
  const lines = Array.isArray(ed.line_items) ? ed.line_items : [];
  return {
    atMs,
    contentIds: distinct(lines.map((line: unknown) => fieldOf(line, "product_id"))),
    matchKeys: named(pd),
    ...amount("value", ed.value),
    ...text("currency", ed.currency),
    ...amount("quantity", ed.order_quantity),
    ...text("orderId", ed.order_id),
    ...text("query", ed.search_query),
    ...text("url", ad.loc),
  };
};

export const serverHalf = ({ atMs, event_time, event_source_url, custom_data = {}, user_data }: ServerEvent): Half => ({
  atMs,
  eventTimeMs: event_time * 1000,
  contentIds: distinct([...(custom_data.content_ids ?? []), ...(custom_data.contents ?? []).map(({ id }) => id)]),
  matchKeys: named({ ...user_data }),
  ...amount("value", custom_data.value),
  ...text("currency", custom_data.currency),
  ...amount("quantity", custom_data.num_items),
  ...text("orderId", custom_data.order_id),
  ...text("query", custom_data.search_string),
  ...text("url", event_source_url),
});

/** What both halves must say alike, since Pinterest keeps the one that comes first. */
// biome-ignore format: a table
const SHARED = [
  ["value",        (half: Half) => half.value],
  ["currency",     (half: Half) => half.currency],
  ["content IDs",  (half: Half) => half.contentIds.join(", ") || undefined],
  ["quantity",     (half: Half) => half.quantity],
  ["order ID",     (half: Half) => half.orderId],
  ["search query", (half: Half) => half.query],
] as const;

/** Where two halves say different things: "value: 24 in the browser, 26 on the server". */
export const differences = (browser: Half, server: Half): string[] =>
  SHARED.flatMap(([name, of]) => {
    const [here, there] = [of(browser), of(server)];
    return here === there ? [] : [`${name}: ${here ?? "none"} in the browser, ${there ?? "none"} on the server`];
  });

/** Names with something behind them, those of the two channels alike. */
const named = (fields: Record<string, unknown>): string[] =>
  Object.entries(fields)
    .filter(([, value]) =>
      Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null && value !== "",
    )
    .map(([name]) => (name === "epik" ? "click_id" : name));

const fieldOf = (line: unknown, name: string): unknown =>
  typeof line === "object" && line !== null ? Reflect.get(line, name) : undefined;

const distinct = (ids: readonly unknown[]): string[] =>
  [...new Set(ids.filter((id) => id !== undefined && id !== null && id !== "").map(String))].sort();

const amount = <Key extends "value" | "quantity">(key: Key, value: unknown): { [K in Key]?: number } => {
  const isTold = typeof value === "number" || (typeof value === "string" && value.trim() !== "");
  return isTold && Number.isFinite(Number(value)) ? keyed(key, Number(value)) : {};
};

const text = <Key extends "currency" | "orderId" | "query" | "url">(
  key: Key,
  value: unknown,
): { [K in Key]?: string } =>
  (typeof value === "string" && value !== "") || typeof value === "number" ? keyed(key, String(value)) : {};

const keyed = <Key extends string, Value>(key: Key, value: Value): { [K in Key]?: Value } => {
  const told: { [K in Key]?: Value } = {};
  told[key] = value;
  return told;
};
