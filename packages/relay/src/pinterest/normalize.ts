/**
 * Normal forms of the plain kinds of personal data, as Pinterest hashes them. Each takes trimmed text and gives its
 * normal form, or undefined (or nothing) where it holds none. Dates, phones, places and genders have files of their own.
 */
import { asciiDigits, lower, unlessNothing } from "./normalize-letters.ts";
import type { Whereabouts } from "./places.ts";

/**
 * Lowercase, without white space, seen or unseen; undefined where it is no address (an MD5 or SHA-1 hash is none).
 * Of `Jane <jane@example.com>` and `mailto:jane@example.com` the address is taken.
 */
export const email = (text: string): string | undefined => {
  const written = lower(text.replace(/[\s\u200b-\u200f\u2060]+/g, ""));
  const address = withoutScheme(IN_BRACKETS.exec(written)?.[1] ?? written);
  const at = address.indexOf("@");
  return at > 0 && at < address.length - 1 && at === address.lastIndexOf("@") ? address : undefined;
};

const IN_BRACKETS = /<([^<>]*)>$/;

const withoutScheme = (address: string): string =>
  address.startsWith("mailto:") ? address.replace(/^(?:mailto:)+/, "").replace(/\?.*$/s, "") : address;

/** First or last name: lowercase in any script, one space where there were several. */
export const name = (text: string): string => lower(text.replace(/\s+/g, " "));

/**
 * Postal code: lowercase letters and digits (`SW1A 1AA` → `sw1a1aa`: digits alone would merge half of London);
 * five digits in the United States and on the islands with the same post, where a code without five is none.
 */
export const postalCode = (text: string, { country }: Whereabouts): string | undefined => {
  const code = asciiDigits(text).toLowerCase();
  if (country !== undefined && US_POST.has(country)) return code.replace(/\D+/g, "").match(/^\d{5}/)?.[0];
  const zipPlus4 = country === undefined && /^(\d{5})[-‐‑–—]\d{4}$/.exec(code);
  return zipPlus4 ? zipPlus4[1] : unlessNothing(code.replace(/[^a-z0-9]+/g, ""), text);
};

const US_POST = new Set(["us", "pr", "gu", "vi", "as", "mp", "fm", "mh", "pw"]);

/** The shop's own customer ID: kept as it is, since only the shop knows whether case matters in it. */
export const customerId = (text: string): string => text;

/** Mobile advertising ID, lowercase; undefined for the zeros that a phone tells once its owner has opted out. */
export const mobileAdId = (text: string): string | undefined => (/^[0-]*$/.test(text) ? undefined : lower(text));
