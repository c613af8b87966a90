/** Who the visitor is, in the form that the Pinterest Tag takes: hashed, never clear. */
import type { Profile } from "./contract.ts";
import { hex } from "./random.ts";

/** Email and phone number as `pintrk('set')` takes them. Rejects where the page's address is not secure enough to hash. */
export const hashedPerson = async ({ $email, $phone_number }: Profile): Promise<Record<string, string>> => {
  const phone = first($phone_number);
  const em = await sha256(first($email).toLowerCase());
  // Only a number with its country's code means the same everywhere.
  const ph = await sha256(phone[0] === "+" ? phone.replace(/\D/g, "") : phone.length > 63 ? phone : "");
  return { ...(em && { em }), ...(ph && { ph }) };
};

const first = (said: string | string[] = ""): string => ([said].flat()[0] ?? "").trim();

/** Hashes, unless it is hashed already or empty. */
const sha256 = async (text: string): Promise<string> =>
  /^([0-9a-f]{64})?$/.test(text)
    ? text
    : hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
