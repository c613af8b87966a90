/** What the navigation of a shop shows, in this order: below `/admin/shops/{key}`. */
// biome-ignore format: a table
export const NAV = [
  ["Overview",     ""],
  ["Events",       "/events"],
  ["Destinations", "/destinations"],
  ["Sources",      "/sources"],
  ["Settings",     "/settings"],
  ["Privacy",      "/privacy"],
] as const;

/** What is not of one shop: below `/admin`. */
// biome-ignore format: a table
export const ASIDE = [
  ["Shops",    "/shops"],
  ["Audit",    "/audit"],
  ["Password", "/password"],
] as const;
