/** Dates of birth, as people and shops write them, to `YYYYMMDD`. Pure: needs no clock, so it takes years up to 2099. */
import { asciiDigits, fold } from "./normalize-letters.ts";
import type { Whereabouts } from "./places.ts";
import { NAME_LANGUAGES } from "./places-countries.ts";

/**
 * A date of birth as `YYYYMMDD`, or undefined where it is none, is impossible, or can be read in two ways.
 * A time behind the date is dropped, not converted: the written day is the birthday.
 * `05/06/1990` is the 6th of May in the United States and the 5th of June wherever else; where the country is not known
 * it is left out, since a wrong hash matches nobody. A date that can be read in one way only is read that way.
 */
export const dateOfBirth = (text: string, { likely }: Whereabouts): string | undefined => {
  const written = asciiDigits(text).toLowerCase();
  for (const [form, read] of FORMS) {
    const parts = form.exec(written);
    if (parts) return read(parts[1] ?? "", parts[2] ?? "", parts[3] ?? "", likely);
  }
  return undefined;
};

type Read = (a: string, b: string, c: string, country: string | undefined) => string | undefined;

const REST = "(?:[ ,t].*|z|[-+]\\d\\d:?\\d\\d)?$";
const WEEKDAY = "^(?:[-\\p{L}\\p{M}]{2,20}[.,]? )?";
const ORDINAL = "(?:(?:st|nd|rd|th|er|[oa])(?!\\p{L})|[.°])?"; // º and ª are o and a by now
const MONTH = "([\\p{L}\\p{M}]{3,20}|\\P{ASCII}{2})\\.?,?";
const form = (...parts: string[]) => new RegExp(parts.join(""), "u");

// biome-ignore format: a table
const FORMS: readonly (readonly [RegExp, Read])[] = [
  // 1990-01-31, 1990/1/31, 1990 01 31, 1990. 01. 31., 1990年1月31日
  [form("^(\\d{4})[-/.年년 ] ?(\\d{1,2})[-/.月월 ] ?(\\d{1,2})[.日일]?", REST),                            (y, m, d) => day(y, m, d)],
  // 19900131
  [form("^(\\d{4})(\\d{2})(\\d{2})", REST),                                                            (y, m, d) => day(y, m, d)],
  // 31.01.1990: nobody writes the month first with dots
  [form("^(\\d{1,2})\\. ?(\\d{1,2})\\. ?(\\d{4})", REST),                                              (d, m, y) => day(y, m, d) ?? day(y, d, m)],
  // 31/1/1990, 1/31/1990, 31-01-1990, 31 01 1990
  [form("^(\\d{1,2})[-/ ](\\d{1,2})[-/ ](\\d{4})", REST),                                              (a, b, y, country) => eitherOrder(a, b, y, country)],
  // 31 January 1990, 31st of Jan 1990, 31-Jan-1990, Wed, 31 Jan 1990, 5. Juni 1990, 1º de enero de 1990
  [form(WEEKDAY, "(\\d{1,2})", ORDINAL, "[- ]?(?:(?:of|de) )?", MONTH, "[- ]?(?:del? )?(\\d{4})", REST), (d, m, y) => day(y, month(m), d)],
  // January 31, 1990, Jan 31st 1990, Wed Jan 31 1990
  [form(WEEKDAY, MONTH, " (\\d{1,2})", ORDINAL, ",? (\\d{4})", REST),                                  (m, d, y) => day(y, month(m), d)],
  // 1990-Jan-31, 1990. június 5.
  [form("^(\\d{4})\\.?[- ]", MONTH, "[- ](\\d{1,2})\\.?", REST),                                        (y, m, d) => day(y, month(m), d)],
];

/** Where both orders make a date, the country says which is meant; without one nothing does. */
const eitherOrder = (a: string, b: string, year: string, country: string | undefined): string | undefined => {
  const [dayFirst, monthFirst] = [day(year, b, a), day(year, a, b)];
  if (country === undefined && dayFirst && monthFirst && dayFirst !== monthFirst) return undefined;
  return country === "us" ? (monthFirst ?? dayFirst) : (dayFirst ?? monthFirst);
};

const day = (year: string, month: string, date: string): string | undefined => {
  const [y, m, d] = [Number(year), Number(month), Number(date)];
  const exists = y >= 1900 && y <= 2099 && m >= 1 && m <= 12 && d >= 1 && d <= daysIn(y, m);
  return exists ? `${year}${month.padStart(2, "0")}${date.padStart(2, "0")}` : undefined;
};

const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

const MONTHS = "january february march april may june july august september october november december".split(" ");

/** "jan", "sept", "january", "juin" → "1", "9", "1", "6"; "0", which is no month, for another word. */
const month = (word: string): string => {
  const english = MONTHS.findIndex((name) => name.startsWith(word));
  return String(english < 0 ? (localMonths().get(fold(word)) ?? 0) : english + 1);
};

/** Spellings of neighbours: Jänner, setiembre, juill. */
const MONTH_LANGUAGES = [...NAME_LANGUAGES, "de-AT", "es-PE", "fr-CA"];

let localized: Map<string, number> | undefined;

/**
 * Long and short names, as they stand alone and as they stand beside a day (`czerwiec`, `5 czerwca`), built when the
 * first word is met that is not English, since asking takes some 90 ms. A word for different months in different
 * languages (`listopad`) is none.
 */
const localMonths = (): Map<string, number> => {
  if (localized) return localized;
  localized = new Map();
  for (const language of MONTH_LANGUAGES)
    for (const length of ["long", "short"] as const)
      for (const beside of [{}, { day: "numeric" }] as const) {
        const names = new Intl.DateTimeFormat(`${language}-u-ca-gregory`, {
          month: length,
          ...beside,
          timeZone: "UTC",
        });
        for (let number = 1; number <= 12; number++) {
          const parts = names.formatToParts(Date.UTC(2000, number - 1, 15));
          const name = fold(parts.find(({ type }) => type === "month")?.value ?? "");
          localized.set(name, (localized.get(name) ?? number) === number ? number : 0);
        }
      }
  return localized;
};
