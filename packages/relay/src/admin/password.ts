/** Passwords: hashed with scrypt, which takes memory as well as time, and compared in the same time right or wrong. */
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** 32 MiB and some 60 ms a guess. OWASP's cheat sheet on password storage names such figures for scrypt. */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
const BYTES = 32;

/** Shorter ones are refused. */
export const PASSWORD_LENGTH = 12;

/** A text to keep: parameters, salt, hash. */
export async function hashed(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derived(password, salt, COST.N);
  return ["scrypt", COST.N, salt.toString("base64url"), hash.toString("base64url")].join("$");
}

/** Takes as long where there is nothing to compare with. */
export async function isPassword(password: string, kept: string | undefined): Promise<boolean> {
  const [, cost = COST.N, salt = "", hash = ""] = kept?.split("$") ?? [];
  const expected = Buffer.from(hash, "base64url");
  const given = await derived(password, Buffer.from(salt, "base64url"), Number(cost));
  return expected.length === BYTES && timingSafeEqual(given, expected);
}

/** Readable from a terminal: no letter that looks like another. */
export const oneTimePassword = (): string =>
  Array.from(randomBytes(20), (byte) => LETTERS[byte % LETTERS.length])
    .join("")
    .replace(/.{5}(?=.)/g, "$&-");

const LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";

const derived = (password: string, salt: Buffer, cost: number): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    scrypt(password.normalize("NFKC"), salt, BYTES, { ...COST, N: cost }, (error, key) =>
      error ? reject(error) : resolve(key),
    ),
  );
