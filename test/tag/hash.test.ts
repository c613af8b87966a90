import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { Profile } from "#tag/contract";
import { hashedPerson } from "#tag/hash";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const HASHED = sha256("maya.hartley@example.com");

// biome-ignore format: a table
test.each<[string, Profile, Record<string, string>]>([
  ["an email, trimmed and lowercased",        { $email: " Maya.Hartley@Example.com " },       { em: HASHED }],
  ["the first of several",                    { $email: ["maya.hartley@example.com", "x@y"] }, { em: HASHED }],
  ["an email hashed already",                 { $email: HASHED },                             { em: HASHED }],
  ["an email hashed in capitals",             { $email: HASHED.toUpperCase() },               { em: HASHED }],
  ["a phone number of a known country",       { $phone_number: "+1 (503) 555-0142" },         { ph: sha256("15035550142") }],
  ["a phone number hashed already",           { $phone_number: sha256("15035550142") },       { ph: sha256("15035550142") }],
  ["not a phone number of any country",       { $phone_number: "(503) 555-0142" },            {}],
  ["not what is empty",                       { $email: "  ", $phone_number: "" },            {}],
])("%s", async (_, profile, keys) => {
  expect(await hashedPerson(profile)).toEqual(keys);
});
