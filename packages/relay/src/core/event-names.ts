/** Which event of the API for Conversions a shop event is: the name that pairs with what the Pinterest Tag fired. */
import { EVENTS, type PageLoadMode } from "@pinrelay/tag/contract";
import type { Outcome } from "./outcome.ts";
import { NO_RULES, type Rules } from "./rules.ts";

const API_BY_TAG = new Map<string, string | null>(EVENTS.flatMap(([, tag, api]) => (tag ? [[tag, api]] : [])));
const API_BY_SHOP = new Map<string, string | null>(EVENTS.map(([shop, , api]) => [shop, api]));

export type ApiName =
  | { apiName: string }
  | { outcome: Extract<Outcome, "browser only" | "unmapped" | "filtered">; words?: string };

/**
 * The API name for an event, or why there is none. A destination's own mapping comes before the default table; a tag name
 * that fired wins over what the shop name maps to today.
 */
export function apiNameOf(
  name: string,
  tagName: string | undefined,
  pageLoad: PageLoadMode,
  { mapping }: Rules = NO_RULES,
): ApiName {
  const own = Object.hasOwn(mapping, name) ? mapping[name] : undefined;
  if (own?.forward === "none") return { outcome: "filtered", words: `the mapping forwards ${name} by neither side` };
  if (own?.forward === "client") return { outcome: "browser only" };
  // A page that was told an older mapping fired the older name, which pairs with another one.
  if (own && (tagName === undefined || tagName === own.tag || !API_BY_TAG.has(tagName))) return { apiName: own.api };
  if (name === "$page_load" && pageLoad === "page") return { apiName: "page" };
  const fired = tagName === undefined ? undefined : API_BY_TAG.get(tagName);
  const apiName = fired === undefined ? API_BY_SHOP.get(name) : fired;
  if (apiName === undefined) return { outcome: "unmapped" };
  return apiName === null ? { outcome: "browser only" } : { apiName };
}
