/** Moments as shops' programs write them. */

/** What `momentOf` reads, in words. */
export const MOMENT =
  "must be ISO 8601 with a time zone, such as 2026-11-25T10:00:00Z, or unix seconds or milliseconds";

/** Ms since 1970 of ISO 8601 text with a time zone, of unix seconds or of milliseconds; else what is wrong with it. */
export function momentOf(told: string | number): { ms: number } | { problem: string } {
  if (typeof told === "number" || NUMBER.test(told)) return ofNumber(Number(told));
  const [, day = "", time = "", fraction = "", hours = "", minutes = "00"] = ISO.exec(told.trim()) ?? [];
  if (!day) return { problem: MOMENT };
  if (!hours) return { problem: "has no time zone; end it with Z or with one such as +01:00" };
  const zone = hours.toUpperCase() === "Z" ? "Z" : `${hours}:${minutes}`;
  const ms = Date.parse(`${day}T${time}${fraction && `.${fraction.slice(0, 3)}`}${zone}`);
  // Some engines read the 30th of February as the 2nd of March.
  const isDay = new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day);
  return isDay && ms > 0 ? { ms } : { problem: "is a day or a time that there is not" };
}

/** Below this it is seconds: as milliseconds it would be the spring of 1973, as seconds it is the year 5138. */
const MILLISECONDS_FROM = 1e11;
const LATEST_MS = 1e14;

const ofNumber = (told: number): { ms: number } | { problem: string } => {
  const ms = Math.round(told < MILLISECONDS_FROM ? told * 1_000 : told);
  return ms > 0 && ms < LATEST_MS ? { ms } : { problem: "is neither seconds nor milliseconds since 1970" };
};

const NUMBER = /^\s*\d+(\.\d+)?\s*$/;

// Ruby puts a space before the zone, PHP leaves the colon out of it, Python puts a space for the T.
const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,9}))?(?: ?(Z|[+-]\d\d)(?::?(\d\d))?)?)?$/i;
