/** Every page of the dashboard and every form of it, by method and path below `/admin`. Nothing else is reachable there. */
import type { Page } from "./visit.ts";

/** `get` shows and changes nothing; `post` changes, with a form that carries the session's CSRF word. */
export type Route = readonly [method: "get" | "post", path: string, page: Page];

// Rows are added by the pages: import the page's function and name its path here.
// biome-ignore format: a table
export const ROUTES: readonly Route[] = [
];

/** What the navigation of a shop shows, in this order: paths below `/admin/shops/{key}`. */
// biome-ignore format: a table
export const NAV = [
  ["Overview",     ""],
  ["Events",       "/events"],
  ["Destinations", "/destinations"],
  ["Settings",     "/settings"],
  ["Privacy",      "/privacy"],
] as const;
