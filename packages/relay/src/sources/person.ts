/** Whom a shop asks to forget, in the form that the store knows people by: hashes and visitor IDs, nothing clear. */
import type { Profile } from "@pinrelay/tag/contract";
import { z } from "zod";
import { hashProfile } from "../pinterest/match-keys.ts";
import { hashedAlias } from "./alias.ts";
import { text, visitorId } from "./beacon-schema.ts";
import { type EdgeFault, faultOf, wordsOf } from "./fault.ts";
import { poisonIn, readJson } from "./read-json.ts";
import { visitorIn } from "./server-visit.ts";

/** One name or several of the same person. */
const names = <T extends z.ZodType>(one: T, words: string) =>
  z.union([one, z.array(one).max(20)], `must be ${words}, or a list of 20 such at most`).optional();

const name = names(text(1_000), "text, 1000 characters at most");

const PERSON = {
  email: name,
  phone: name,
  customer_id: name,
  visitor: names(visitorId, "64 hex digits"),
  alias: name,
};
const KNOWN = Object.keys(PERSON).join(", ");

/** How a person may be named. Unknown keys are refused: who is named by one of them would not be forgotten. */
export const personSchema = z.strictObject(PERSON, {
  error: ({ code }) => (code === "unrecognized_keys" ? `holds a key that is not known; there are ${KNOWN}` : undefined),
});

/** What was forgotten. */
export const receiptSchema = z.object({ events: z.int(), visitors: z.int() });

export interface HashedPerson {
  visitors: string[];
  hashes: string[];
  aliases: string[];
}

export type PersonReading = { person: HashedPerson } | { fault: EdgeFault };

/** Reads the body of a call. */
export function readPerson(bytes: Uint8Array): PersonReading {
  const read = readJson(bytes);
  if ("fault" in read) return read;
  const fault = poisonIn(read.value, "");
  return fault ? { fault } : personOf(read.value);
}

// biome-ignore format: a table
const HASHED = [
  // told           hashed as         also an alias
  ["email",         "$email",         "urn:email",        "is no email address"],
  ["phone",         "$phone_number",  "urn:phone",        "is no international phone number; write it as +14155550123"],
  ["customer_id",   "$customer_id",   "urn:customer_id",  "is no customer ID"],
] as const satisfies readonly (readonly [string, keyof Profile, string, string])[];

/** The person who goes by all of these names, or what is wrong with one: nobody is forgotten by halves. */
export function personOf(named: unknown): PersonReading {
  const result = personSchema.safeParse(named, { error: wordsOf });
  if (!result.success) return { fault: faultOf(result.error, "") };
  const { visitor = [], alias = [] } = result.data;
  const stated = [alias].flat();
  const person: HashedPerson = {
    visitors: [visitor, stated.flatMap(visitorIn)].flat(),
    hashes: [],
    aliases: stated.map(hashedAlias),
  };
  for (const [field, key, urn, problem] of HASHED) {
    for (const value of [result.data[field] ?? []].flat()) {
      const hashes = Object.values(hashProfile({ [key]: value })).flat();
      if (hashes.length === 0) return { fault: { field, message: problem } };
      person.hashes.push(...hashes);
      for (const written of new Set([value, value.trim().toLowerCase()]))
        person.aliases.push(hashedAlias(`${urn}:${written}`));
    }
  }
  const isNobody = person.visitors.length + person.hashes.length + person.aliases.length === 0;
  const message = `names nobody; give one of ${KNOWN}`;
  return isNobody ? { fault: { field: "body", message } } : { person };
}
