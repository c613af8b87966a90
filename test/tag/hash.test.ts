import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { hashProfile } from "#relay/pinterest/match-keys";
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
  ["a phone number hashed in capitals",       { $phone_number: sha256("1").toUpperCase() },   { ph: sha256("1") }],
  ["not what is no email",                    { $email: "n/a" },                              {}],
  ["not the hash of nothing",                 { $email: sha256(""), $phone_number: sha256("") }, {}],
])("%s", async (_, profile, keys) => {
  expect(await hashedPerson(profile)).toEqual(keys);
});

test.each([
  "Maya.Hartley@Example.com",
  " maya hartley@example.com",
  "Maya <maya@example.com>",
  "mailto:maya@example.com",
  "maya@münchen.example",
  "n/a",
  "maya@example@com",
  "@example.com",
])("the email %s is the same person to both channels, or nobody to the Tag", async ($email) => {
  const { em } = await hashedPerson({ $email });
  if (em) expect(hashProfile({ $email }).em).toEqual([em]);
});

test.each([
  "+1 (503) 555-0142",
  "+44 (0)20 7946 0958",
  "+1 503-555-0142 ext. 5",
  "+49 30 901820",
  "+39 06 698 1234",
  "0503 5550142",
  "+",
  "+1;postd=5",
])("the phone number %s is the same person to both channels, or nobody to the Tag", async ($phone_number) => {
  const { ph } = await hashedPerson({ $phone_number });
  if (ph) expect(hashProfile({ $phone_number }).ph).toEqual([ph]);
});
