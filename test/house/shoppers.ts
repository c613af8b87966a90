/** Who comes to the made-up shop: what each is known by, and what they would have told. */
import { createHash } from "node:crypto";
import type { Consent } from "@pinrelay/tag/contract";
import type { MatchKeys, Network } from "#relay/core/event";
import type { Chance } from "./chance.ts";

export interface Shopper {
  visitor: string;
  clickId?: string;
  network: Network;
  consent: Consent["marketing"];
  /** What pages know of them: nothing, or an email. */
  known: MatchKeys;
  /** What the shop's checkout knows of them. */
  customer: MatchKeys;
  country: "US" | "CA";
  currency: "USD" | "CAD";
  /** What becomes of their events at the Pinterest Tag. */
  ack: "fired" | "absent";
  /** Nothing of their browser reaches the relay. */
  isHidden: boolean;
  isBot: boolean;
}

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

const FIRST = ["ada", "noor", "mateo", "june", "priya", "elias", "wren", "tomas", "imani", "sofia", "kenji", "clara"];
const LAST = ["moss", "okafor", "lindqvist", "reyes", "tanaka", "whitfield", "novak", "amari", "keller", "duarte"];
const PLACES = [
  ["portland", "me", "04101", "US"],
  ["asheville", "nc", "28801", "US"],
  ["santa fe", "nm", "87501", "US"],
  ["madison", "wi", "53703", "US"],
  ["burlington", "vt", "05401", "US"],
  ["halifax", "ns", "b3h1y4", "CA"],
] as const;
const NETWORKS = ["192.0.2", "198.51.100", "203.0.113"];
const AGENTS = [
  "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (Linux; Android 16; Pixel 10) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Mobile Safari/537.36",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Safari/605.1.15",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36",
];

export function shopper(chance: Chance, number: number): Shopper {
  const [first, last] = [chance.one(FIRST), chance.one(LAST)];
  const [city, state, zip, country] = chance.one(PLACES);
  const em = [sha256(`${first}.${last}.${number}@mailbox.example`)];
  const decided = chance.next();
  const fromPin = chance.is(0.38);
  return {
    visitor: chance.hex(64),
    ...(fromPin ? { clickId: `dj0yJnU9${chance.hex(28)}` } : {}),
    network: { ip: `${chance.one(NETWORKS)}.${chance.within(1, 254)}`, userAgent: chance.one(AGENTS) },
    consent: decided < 0.72 ? "granted" : decided < 0.93 ? "unknown" : "denied",
    known: chance.is(0.24) ? { em } : {},
    customer: {
      em,
      fn: [sha256(first)],
      ln: [sha256(last)],
      ct: [sha256(city.replaceAll(" ", ""))],
      st: [sha256(state)],
      zp: [sha256(zip)],
      country: [sha256(country.toLowerCase())],
      external_id: [sha256(String(880_000 + number))],
      ...(chance.is(0.46) ? { ph: [sha256(`1207555${String(number).padStart(4, "0")}`)] } : {}),
    },
    country,
    currency: country === "CA" ? "CAD" : "USD",
    ack: chance.is(0.81) ? "fired" : "absent",
    isHidden: chance.is(0.05),
    isBot: chance.is(0.025),
  };
}
