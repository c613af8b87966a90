/** Countries and states by every name they go by, and the short code that Pinterest knows each by. */
import { bare, fold } from "./normalize-letters.ts";
import { COUNTRY_ALIASES, ISO_COUNTRIES, NAME_LANGUAGES } from "./places-countries.ts";
import { IN_SEVERAL_COUNTRIES, STATES } from "./places-states.ts";

/** What is known of where somebody is, as ISO 3166 alpha-2 codes in lowercase. */
export interface Whereabouts {
  /** Told by the person's own data. */
  country: string | undefined;
  /** That, else what the rest of the event suggests. */
  likely: string | undefined;
}

/** ISO 3166 alpha-2 code, lowercase, of a code (two letters or three) or a name in any large language. */
export const countryCode = (text: string): string | undefined => {
  const code = CODES.get(text.toLowerCase());
  if (code !== undefined) return code; // nearly always
  const key = fold(text.replaceAll("&", " and "));
  return CODES.get(key) ?? localNames().get(key);
};

/** City: lowercase, without spaces and punctuation. */
export const city = bare;

/** Short code of a state (`California`, `US-CA` → `ca`); where none is known, its name as a city's. */
export const state = (text: string, { country }: Whereabouts): string => {
  const [, prefix, part] = ISO_3166_2.exec(text) ?? [];
  if (prefix && part && CODES.get(prefix.toLowerCase()) === prefix.toLowerCase()) return bare(part);
  const states = country === undefined ? ANYWHERE : BY_COUNTRY.get(country);
  return states?.get(text.toLowerCase()) ?? states?.get(fold(text)) ?? bare(text);
};

const ISO_3166_2 = /^([a-z]{2})-([a-z0-9]{1,3})$/i;

const CODES = new Map<string, string>();
for (const [alpha2, alpha3] of ISO_COUNTRIES) CODES.set(alpha2, alpha2).set(alpha3, alpha2);
for (const [alpha2, names] of COUNTRY_ALIASES) for (const alias of names.split("|")) CODES.set(fold(alias), alpha2);

let localized: Map<string, string> | undefined;

/** Built when the first name is met that is not in our table, since asking for thousands of names takes some 30 ms. */
const localNames = (): Map<string, string> => {
  if (localized) return localized;
  localized = new Map();
  for (const language of NAME_LANGUAGES) {
    const names = new Intl.DisplayNames(language, { type: "region", fallback: "none" });
    for (const [alpha2] of ISO_COUNTRIES) {
      const key = fold((names.of(alpha2.toUpperCase()) ?? "").replaceAll("&", " and "));
      if (key && !localized.has(key)) localized.set(key, alpha2);
    }
  }
  return localized;
};

/** Country → code or folded name → code. */
const BY_COUNTRY = new Map(
  Object.entries(STATES).map(([country, states]) => {
    const codes = Object.keys(states).map((code) => [code, code] as const);
    const names = Object.entries(states).flatMap(([code, all]) =>
      all.split("|").map((one) => [fold(one), code] as const),
    );
    return [country, new Map([...names, ...codes])];
  }),
);

/** For a profile that names no country: what means the same state whichever country it is looked up in. */
const ANYWHERE = new Map<string, string>();
const told = [...BY_COUNTRY.values()].flatMap((states) => [...states]);
const disputed = new Set(IN_SEVERAL_COUNTRIES.map(fold));
for (const [key, code] of told) {
  if (ANYWHERE.has(key) && ANYWHERE.get(key) !== code) disputed.add(key);
  ANYWHERE.set(key, code);
}
for (const key of disputed) ANYWHERE.delete(key);
