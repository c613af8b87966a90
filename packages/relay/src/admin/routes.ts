/** Every page of the dashboard and every form of it, by method and path. Nothing else is reachable there. */
import type { Page, ShopVisit } from "./visit.ts";

/** `get` shows and changes nothing; `post` changes, with a form that carries the session's CSRF word. */
export type Method = "get" | "post";

/** Below `/admin`. */
// biome-ignore format: a table
export const HOUSE_ROUTES: readonly (readonly [method: Method, path: string, page: Page])[] = [
];

/** Below `/admin/shops/{key}`. */
// biome-ignore format: a table
export const SHOP_ROUTES: readonly (readonly [method: Method, path: string, page: Page<ShopVisit>])[] = [
];

/** What the navigation of a shop shows, in this order: below `/admin/shops/{key}`. */
// biome-ignore format: a table
export const NAV = [
  ["Overview",     ""],
  ["Events",       "/events"],
  ["Destinations", "/destinations"],
  ["Settings",     "/settings"],
  ["Privacy",      "/privacy"],
] as const;
