/** Countries and states by every name they go by, and the short code that Pinterest knows each by. */
import { bare, fold, unlessNothing } from "./normalize-letters.ts";
import { COUNTRY_ALIASES, ISO_COUNTRIES, NAME_LANGUAGES } from "./places-countries.ts";
import { IN_SEVERAL_COUNTRIES, STATES } from "./places-states.ts";

/** What is known of where somebody is, as ISO 3166 alpha-2 codes in lowercase. */
export interface Whereabouts {
  /** Told by the person's own data. */
  country: string | undefined;
  /** That, else what the rest of the event suggests. */
  likely: string | undefined;
}

/**
 * ISO 3166 alpha-2 code, lowercase, of a code (two letters or three) or a name in any large language.
 * What is in brackets behind it is dropped (`United States (US)`, `Spain (Peninsula)`), unless it makes another country
 * of it: Korea (North).
 */
export const countryCode = (text: string): string | undefined => {
  const code = CODES.get(text.toLowerCase()) ?? named(text);
  if (code !== undefined) return code; // nearly always
  const [, name = "", note = ""] = IN_BRACKETS.exec(text) ?? [];
  const [outer, inner] = [named(name), named(note)];
  return inner === outer || (inner === undefined && !NAMESAKES.has(outer ?? "")) ? outer : undefined;
};

const IN_BRACKETS = /^([^([（]+)[([（]([^)\]）]*)[)\]）]$/;

/** `Korea`, `Congo`, `Ireland`, `Guinea`: each is also a part of the name of a country beside it. */
const NAMESAKES = new Set(["cd", "cg", "cn", "dm", "gn", "ie", "kr", "mf", "nl", "sd", "vi", "ws"]);

// A code has no accents to lose: Áo is Austria in Vietnamese, AO is Angola.
const named = (name: string): string | undefined => {
  const key = nameKey(name);
  return CODES.get(bare(name)) ?? ALIASES.get(key) ?? localNames().get(key);
};

/** ISO writes `Netherlands (the)`, others `The Netherlands` or `Gambia, The`: the article tells nothing apart. */
const nameKey = (name: string): string => fold(name.replaceAll("&", " and ").replace(/\bthe\b/gi, " "));

/** City: lowercase, without spaces and punctuation. */
export const city = (text: string): string | undefined => unlessNothing(bare(text), text);

/** Short code of a state (`California`, `US-CA`, `CA - California` → `ca`); where none is known, its name as a city's. */
export const state = (text: string, { country }: Whereabouts): string | undefined => {
  const states = country === undefined ? ANYWHERE : BY_COUNTRY.get(country);
  const code = states?.get(text.toLowerCase());
  if (code !== undefined) return code; // nearly always
  const letters = unlessNothing(bare(text), text);
  if (letters === undefined) return undefined;
  const [, prefix, part] = ISO_3166_2.exec(text) ?? [];
  if (prefix && part && CODES.get(prefix.toLowerCase()) === prefix.toLowerCase()) return bare(part);
  const find = (name: string) => states?.get(fold(name));
  return find(text) ?? saidTwice(text, find) ?? letters;
};

const ISO_3166_2 = /^([a-z]{2})[-_]([a-z0-9]{1,3})$/i;

/** Of `California (CA)` or `New York, NY` the state that both parts mean. */
const saidTwice = (text: string, find: (name: string) => string | undefined): string | undefined => {
  const [, one = "", other = ""] = TWO_PARTS.exec(text) ?? [];
  const code = find(one);
  return code === find(other) ? code : undefined;
};

const TWO_PARTS = /^([^-–—,(/|]+)[-–—,(/|]([^-–—,(/|)]+)\)?$/;

const CODES = new Map<string, string>();
for (const [alpha2, alpha3] of ISO_COUNTRIES) CODES.set(alpha2, alpha2).set(alpha3, alpha2);

const ALIASES = new Map(
  COUNTRY_ALIASES.flatMap(([alpha2, names]) => names.split("|").map((alias) => [nameKey(alias), alpha2] as const)),
);

let localized: Map<string, string> | undefined;

/** Built when the first name is met that is not in our table, since asking for thousands of names takes some 70 ms. */
const localNames = (): Map<string, string> => {
  if (localized) return localized;
  localized = new Map();
  for (const language of NAME_LANGUAGES) {
    const names = new Intl.DisplayNames(language, { type: "region", fallback: "none" });
    for (const [alpha2] of ISO_COUNTRIES) {
      const key = nameKey(names.of(alpha2.toUpperCase()) ?? "");
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
