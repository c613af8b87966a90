/** Phone numbers to digits with their country's calling code, no plus: `+1 (212) 555-0100` → `12125550100`. */
import {
  type CountryCode,
  getCountries,
  getCountryCallingCode,
  isSupportedCountry,
  Metadata,
  type PhoneNumber,
  parsePhoneNumberFromString as parse,
} from "libphonenumber-js/min";
import { asciiDigits } from "./normalize-letters.ts";
import type { Whereabouts } from "./places.ts";

/**
 * The international digits of a number, without leading zeros; undefined where its country cannot be told.
 * `+…` and `00…` are believed as they stand, as is what is dialled instead of 00 in the country that is likely; a
 * national number takes its calling code from that country; with none, only what is a valid number once a plus is put
 * before it is kept. An extension is dropped.
 */
export const phone = (text: string, { likely }: Whereabouts): string | undefined => {
  const [, plus, body = ""] = DIALLED.exec(asciiDigits(text)) ?? [];
  const digits = body.replace(NOT_DIGITS, "");
  const found = plus ? international(body) : digits.startsWith("00") ? abroad(body, likely) : fromHere(digits, likely);
  return found !== undefined && found.length >= SHORTEST && found.length <= LONGEST ? found : undefined;
};

// What leads up to the number, its plus, and everything before a letter or sign that starts an extension.
const DIALLED = /^[^\d+]*(\+?)([^\p{L}#;,]*)/u;
const NOT_DIGITS = /\D+/g;

// With the calling code: Niue has seven digits, E.164 ends at fifteen.
const SHORTEST = 7;
const LONGEST = 15;

/** `+44 (0)20 …` and `+44 020 …` are written by people who dial the zero at home; Italians dial theirs from abroad too. */
const international = (body: string): string => {
  const digits = withoutZeros(body.replace(NOT_DIGITS, ""));
  if (TRUNK_EIGHT.test(digits)) return valid(digits) ?? digits;
  if (!digits.slice(1, 4).includes("0")) return digits; // most of them: no need to know the calling code
  if (digits[callingCodeLength(digits)] !== "0") return digits;
  const withoutTrunk = withoutZeros(body.replace("(0)", "").replace(NOT_DIGITS, ""));
  return valid(digits) ?? valid(withoutTrunk) ?? withoutTrunk;
};

/** `+7 8 495 …`: here the eight is what the zero is elsewhere, unless the number starts with one of its own. */
const TRUNK_EIGHT = /^(?:7|370|375|993)8/;

/** Behind 00, or behind a longer prefix that is dialled in this country: 0011 in Australia, 001 in Korea. */
const abroad = (body: string, country: string | undefined): string => {
  const behind00 = international(body);
  const region = country?.toUpperCase();
  if (region === undefined || !isSupportedCountry(region)) return behind00;
  const digits = body.replace(NOT_DIGITS, "");
  if (!new RegExp(`^(?:${dialOutOf(region)})`).test(digits)) return behind00;
  // Both readings may be numbers. People write 00 everywhere, but who starts with 001 where that is dialled means it.
  if (!behind00.startsWith("1") && valid(behind00) !== undefined) return behind00;
  const number = parse(digits, region);
  return number?.isValid() ? digitsOf(number) : behind00;
};

/** What is dialled before a number abroad, as the source of an expression: `00`, `001[14-689]`. */
const dialOutOf = (region: CountryCode): string => {
  const metadata = new Metadata();
  metadata.selectNumberingPlan(region);
  return metadata.numberingPlan?.IDDPrefix() ?? "00";
};

const fromHere = (digits: string, country: string | undefined): string | undefined => {
  const region = country?.toUpperCase();
  if (region === undefined || !isSupportedCountry(region)) return valid(digits);
  const callingCode = getCountryCallingCode(region);
  if (callingCode === "1" && NORTH_AMERICAN.test(digits)) return `1${digits.slice(-10)}`;
  const named = OPEN_PLANS.has(region) && digits.startsWith(callingCode) ? valid(digits) : undefined;
  if (named !== undefined) return named;
  const national = parse(digits, region);
  if (national?.isValid()) return digitsOf(national);
  // Not one from here: perhaps an international one. Else new numbers are issued faster than their lists are published.
  return valid(digits) ?? (national?.isPossible() ? digitsOf(national) : undefined);
};

/** Every number of the United States, Canada and their neighbours has this shape: no need to look further. */
const NORTH_AMERICAN = /^1?[2-9]\d\d[2-9]\d{6}$/;

/**
 * Here numbers differ so much in length that one with its calling code and without a plus passes for a longer national
 * one. But nobody there writes a national number without its zero, so what starts with the calling code has it.
 */
const OPEN_PLANS = new Set(["AT", "DE", "ID", "SE", "XK"]);

const CALLING_CODES = new Set<string>(getCountries().map((region) => getCountryCallingCode(region)));

/** No calling code is the start of another, so the first that fits is it; 0 where none does. */
const callingCodeLength = (digits: string): number =>
  [1, 2, 3].find((length) => CALLING_CODES.has(digits.slice(0, length))) ?? 0;

/** The digits of an international number that lacks only its plus. */
const valid = (digits: string): string | undefined => {
  if (digits.startsWith("0") || digits.length < SHORTEST || digits.length > LONGEST + 1) return undefined;
  const number = parse(`+${digits}`);
  return number?.isValid() ? digitsOf(number) : undefined;
};

const digitsOf = (number: PhoneNumber): string => number.number.slice(1);

const withoutZeros = (digits: string): string => digits.replace(/^0+/, "");
