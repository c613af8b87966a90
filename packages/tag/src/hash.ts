/** Who the visitor is, in the form that the Pinterest Tag takes: hashed, never clear. */
import type { Profile } from "./contract.ts";
import { hex } from "./random.ts";

/**
 * Email and phone number as `pintrk('set')` takes them, by the relay's rules: both halves have to name the same person.
 * Rejects where the page's address is not secure enough to hash.
 */
export const hashedPerson = async ({ $email, $phone_number }: Profile): Promise<Record<string, string>> => {
  const em = await hashed(first($email), (email) => (/^[^@<>:;,"]+@[^@<>:;,"]+$/.test(email) ? email : ""));
  // Only a number with its country's code means the same everywhere. What follows a letter is an extension.
  const ph = await hashed(first($phone_number), (phone) => {
    const digits = phone.replace(/\(0\)|[a-z#;,].*|\D/g, "");
    return phone[0] === "+" && digits[6] ? digits : "";
  });
  return { ...(em && { em }), ...(ph && { ph }) };
};

const first = (said: string | string[] = ""): string => ([said].flat()[0] ?? "").replace(/\s/g, "").toLowerCase();

/** Hashes, unless it is hashed already; empty for what says nothing, and for the hash of nothing. */
const hashed = async (text: string, normal: (text: string) => string): Promise<string> => {
  if (/^[0-9a-f]{64}$/.test(text)) return /^e3b0c442/.test(text) ? "" : text;
  const bytes = new TextEncoder().encode(normal(text));
  return bytes.length ? hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))) : "";
};
