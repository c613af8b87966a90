/** Ways to write the same text once: what every normal form of personal data is built from. Pure, linear, any script. */

/** Lowercase, composed (NFC): the same text, whichever keyboard it came from, hashes the same. */
export const lower = (text: string): string => text.toLowerCase().normalize("NFC");

/** Lowercase letters, marks and digits of any script, nothing between them: `St. John's` → `stjohns`. */
export const bare = (text: string): string => lower(text.replace(NOT_LETTERS, ""));

/** What two spellings of one word share, for looking it up only: `Türkiye`, `TURKIYE` → `turkiye`. Never hashed. */
export const fold = (text: string): string =>
  // A Turkish ı in capitals is an I like any other.
  text.toLowerCase().normalize("NFD").replace(ACCENTS, "").replace(NOT_LETTERS, "").replaceAll("ı", "i");

/** These letters, unless a program says by them that it has none: `null`, `N/A`. Not for names: people are called Null. */
export const unlessNothing = (letters: string, text: string): string | undefined =>
  NOTHING.has(letters) || (letters === "na" && text.includes("/")) ? undefined : letters;

const NOTHING = new Set(["", "none", "null", "undefined"]);

/** The same text with digits of any script, full-width ones too, as 0–9. */
export const asciiDigits = (text: string): string =>
  ASCII.test(text) ? text : text.normalize("NFKC").replace(NON_ASCII_DIGIT, digit);

const NOT_LETTERS = /[^\p{L}\p{M}\p{Nd}]+/gu;
// Only the accents of Latin, Greek and Cyrillic: the marks of other scripts are their vowels.
const ACCENTS = /[\u0300-\u036f]/g;
const ASCII = /^[\0-\x7f]*$/;
const DIGIT = /^\p{Nd}$/u;
const NON_ASCII_DIGIT = /[^\P{Nd}0-9]/gu;

/** Filled with the digits that were met; Unicode has a few hundred, so it stays small. */
const DIGITS = new Map<string, string>();

// Unicode keeps every script's digits side by side in ascending order, so the distance to the first one is the value.
const digit = (char: string): string => {
  const known = DIGITS.get(char);
  if (known !== undefined) return known;
  const code = char.codePointAt(0) ?? 0;
  let first = code;
  while (DIGIT.test(String.fromCodePoint(first - 1))) first--;
  const value = String((code - first) % 10);
  DIGITS.set(char, value);
  return value;
};
