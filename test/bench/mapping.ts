/**
 * What it costs to make of an event what Pinterest is sent, in process: personal data normalized and hashed, halves
 * merged, consent and rules looked at, the table of fields walked. Against the least that anybody could write by hand for
 * the same bytes: nine hashes, and `JSON.stringify` of the payload, whose parts are there already.
 */
import { hash } from "node:crypto";
import type { Profile } from "@pinrelay/tag/contract";
import { NO_RULES } from "#relay/core/rules";
import { DEFAULT_SETTINGS, NO_SECRETS, type Shop } from "#relay/core/settings";
import { judge } from "#relay/judge";
import { hashProfile } from "#relay/pinterest/match-keys";
import type { Due } from "#relay/store/store";
import { median, quotients, rangeOf } from "./figures.ts";
import { BENCH_ORIGIN } from "./load.ts";
import type { Options, Row } from "./row.ts";
import { halfAt } from "./told.ts";

const SHOP: Shop = { id: 1, key: "k3x9q2m7", origins: [BENCH_ORIGIN], settings: DEFAULT_SETTINGS, secrets: NO_SECRETS };
const TO = { rules: NO_RULES };

/** Nine values, as many as the floor hashes. */
const PERSON: Profile = {
  $email: "Rosemary.Fennel@example.com",
  $phone_number: "+1 415 555 0123",
  $date_of_birth: "1988-04-12",
  $last_name: "Fennel",
  $first_name: "Rosemary",
  $city: "San Francisco",
  $state: "CA",
  $zip_code: "94107",
  $country_code: "US",
};
const VALUES = Object.values(PERSON).map(String);

const dueAt = (nowMs: number, matchKeys: Due["halves"][number]["matchKeys"]): Due => ({
  shop: 1,
  name: "Viewed Product",
  id: "019abcde-0000-7000-8000-000000000000",
  halves: [{ ...halfAt(nowMs, "5e".repeat(32)), matchKeys }],
  attempts: 0,
});

const judged = (due: Due, nowMs: number): string => {
  const judgement = judge(due, SHOP, TO, () => SHOP.settings, nowMs);
  if (!("payload" in judgement)) throw new Error(`the event was not mapped: ${judgement.outcome}`);
  return judgement.payload;
};

/** Microseconds a call. */
const timed = (calls: number, call: () => unknown): number => {
  const before = performance.now();
  for (let n = 0; n < calls; n += 1) call();
  return ((performance.now() - before) * 1_000) / calls;
};

export async function mapping({ quick }: Options): Promise<Row[]> {
  const nowMs = Date.now();
  const hashed = dueAt(nowMs, hashProfile(PERSON));
  const payload: unknown = JSON.parse(judged(hashed, nowMs));
  const ways = {
    "nine hashes and JSON, by hand": () => {
      for (const value of VALUES) hash("sha256", value);
      return JSON.stringify(payload);
    },
    "relay, from clear personal data": () => judged(dueAt(nowMs, hashProfile(PERSON)), nowMs),
    "relay, hashed at the door already": () => judged(hashed, nowMs),
  };
  const FLOOR = "nine hashes and JSON, by hand";
  const calls = quick ? 2_000 : 20_000;
  const rounds = quick ? 5 : 25;
  const us = new Map<string, number[]>(Object.keys(ways).map((what) => [what, []]));
  for (let round = -2; round < rounds; round += 1)
    for (const [what, call] of Object.entries(ways)) {
      const took = timed(calls, call);
      if (round >= 0) us.get(what)?.push(took);
    }

  const floor = us.get(FLOOR) ?? [];
  return [...us].flatMap(([what, times]): Row[] => {
    const cell = { table: "One event to one payload", what };
    const rows: Row[] = [{ ...cell, unit: "µs", value: median(times), range: rangeOf(times) }];
    if (what === FLOOR) return rows;
    const value = median(floor) / median(times);
    const isBar = what.includes("clear");
    const range = rangeOf(quotients(floor, times));
    rows.push({
      ...cell,
      unit: "×",
      ratioTo: "floor, in events/s",
      value,
      range,
      ...(isBar ? { bar: "mapping" } : {}),
    });
    return rows;
  });
}
