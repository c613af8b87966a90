/** Dates of birth, as people and shops write them, to `YYYYMMDD`. Pure: needs no clock, so it takes years up to 2099. */
import { asciiDigits } from "./normalize-letters.ts";
import type { Whereabouts } from "./places.ts";

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

const REST = "(?:[ ,t].*)?$";
const WEEKDAY = "^(?:[a-z]{3,9},? )?";
const form = (...parts: string[]) => new RegExp(parts.join(""));

// biome-ignore format: a table
const FORMS: readonly (readonly [RegExp, Read])[] = [
  // 1990-01-31, 1990/1/31, 1990. 01. 31., 1990年1月31日
  [form("^(\\d{4})[-/.年년] ?(\\d{1,2})[-/.月월] ?(\\d{1,2})[.日일]?", REST),                           (y, m, d) => day(y, m, d)],
  // 19900131
  [form("^(\\d{4})(\\d{2})(\\d{2})", REST),                                                         (y, m, d) => day(y, m, d)],
  // 31.01.1990: nobody writes the month first with dots
  [form("^(\\d{1,2})\\. ?(\\d{1,2})\\. ?(\\d{4})", REST),                                           (d, m, y) => day(y, m, d) ?? day(y, d, m)],
  // 31/1/1990, 1/31/1990, 31-01-1990
  [form("^(\\d{1,2})[-/](\\d{1,2})[-/](\\d{4})", REST),                                             (a, b, y, country) => eitherOrder(a, b, y, country)],
  // 31 January 1990, 31st of Jan 1990, 31-Jan-1990, Wed, 31 Jan 1990
  [form(WEEKDAY, "(\\d{1,2})(?:st|nd|rd|th|\\.)?(?: of)?[ -]([a-z]{3,9})\\.?,?[ -](\\d{4})", REST), (d, m, y) => day(y, month(m), d)],
  // January 31, 1990, Jan 31st 1990, Wed Jan 31 1990
  [form(WEEKDAY, "([a-z]{3,9})\\.? (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})", REST),                   (m, d, y) => day(y, month(m), d)],
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

/** "jan", "sept", "january" → "1", "9", "1"; "0", which is no month, for another word. */
const month = (word: string): string => String(MONTHS.findIndex((name) => name.startsWith(word)) + 1);
