/**
 * Personal data to match keys: the clear form goes in where an event arrives, only hashes come out.
 * Everything after this file knows the hashes alone.
 */
import { hash } from "node:crypto";
import type { Profile } from "@pinrelay/tag/contract";
import type { MatchKey, MatchKeys } from "../core/event.ts";
import { customerId, email, mobileAdId, name, postalCode } from "./normalize.ts";
import { dateOfBirth } from "./normalize-date.ts";
import { gender } from "./normalize-gender.ts";
import { phone } from "./phone.ts";
import { city, countryCode, state, type Whereabouts } from "./places.ts";

type Normalize = (text: string, at: Whereabouts) => string | undefined;

/** Pinterest's key, our property, and what brings it into the form that Pinterest hashes. */
// biome-ignore format: a table
export const PERSONAL_DATA = [
  // theirs          ours               normalized by
  ["em",            "$email",          email],
  ["ph",            "$phone_number",   phone],
  ["ge",            "$gender",         gender],
  ["db",            "$date_of_birth",  dateOfBirth],
  ["ln",            "$last_name",      name],
  ["fn",            "$first_name",     name],
  ["ct",            "$city",           city],
  ["st",            "$state",          state],
  ["zp",            "$zip_code",       postalCode],
  ["country",       "$country_code",   countryCode],
  ["external_id",   "$customer_id",    customerId],
  ["hashed_maids",  "$maid",           mobileAdId],
] as const satisfies readonly (readonly [MatchKey, keyof Profile, Normalize])[];

/**
 * Everything a profile says of a person, normalized and hashed with SHA-256. What is hashed already (64 hex digits,
 * as a visitor ID is too) passes. What says nothing is left out. `hint.country`, a name or a code, helps to read
 * national phone numbers and dates where the profile itself names no country; it is not told to Pinterest.
 */
export const hashProfile = (profile: Profile, hint?: { country?: string }): MatchKeys => {
  const country = onlyCountry(profile.$country_code);
  const at = { country, likely: country ?? onlyCountry(hint?.country) };
  const keys: MatchKeys = {};
  for (const [theirs, ours, normalize] of PERSONAL_DATA) {
    let hashes: string[] | undefined;
    for (const value of listed(profile[ours])) {
      const found = hashed(value, normalize, at);
      if (found === undefined) continue;
      if (hashes) hashes.push(found);
      else hashes = [found];
    }
    if (hashes) keys[theirs] = hashes.length > 1 ? [...new Set(hashes)].sort() : hashes;
  }
  return keys;
};

const HASHED = /^[0-9a-f]{64}$/i;

/** Longer text is no name, number or address of anybody. */
const LONGEST = 1_000;

// Some shops hash what they do not have. All who have no email would become one person.
const NOTHING = hash("sha256", "");

const hashed = (value: string, normalize: Normalize, at: Whereabouts): string | undefined => {
  const text = value.trim();
  if (text.length === 64 && HASHED.test(text)) return text.toLowerCase() === NOTHING ? undefined : text.toLowerCase();
  const normal = text.length <= LONGEST && normalize(text, at);
  return normal ? hash("sha256", normal) : undefined;
};

/** The one country that is named; of several none is known to be meant. */
const onlyCountry = (value: string | string[] | undefined): string | undefined => {
  let only: string | undefined;
  for (const one of listed(value)) {
    const code = countryCode(one.trim());
    if (only !== undefined && code !== undefined && code !== only) return undefined;
    only ??= code;
  }
  return only;
};

const listed = (value: string | string[] | undefined): string[] =>
  typeof value === "string" ? [value] : (value ?? []);
