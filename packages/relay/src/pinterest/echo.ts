/** Takes out of Pinterest's words what it was told of a person: it may repeat a call, or a part of one. */
import type { Account } from "./client.ts";
import type { Reading } from "./reply.ts";

/** `payloads` are those of the call, in their order. What Pinterest says of an event is looked through for that event alone. */
export function withoutEchoes(reading: Reading, { token }: Account, payloads: readonly string[]): Reading {
  if (reading.kind !== "statuses") {
    if (reading.words.length < SHORTEST) return reading;
    return { ...reading, words: without(reading.words, [token, ...payloads.flatMap(told)]) };
  }
  if (!reading.events.some(({ words }) => words)) return reading;
  const events = reading.events.map((event, index) =>
    event.words ? { ...event, words: without(event.words, [token, ...told(payloads[index] ?? "{}")]) } : event,
  );
  return { kind: "statuses", events };
}

/** Shorter ones are no one's: two letters of a country stand in every other word. */
const SHORTEST = 6;

/** So much of what Pinterest says is kept. */
const WORDS = 500;

const without = (words: string, values: readonly string[]): string => {
  let left = words;
  // What an answer says is never lost to what is looked for in it: half a character cannot be encoded.
  for (const value of values)
    for (const form of [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value.toWellFormed())])
      if (left.includes(form)) left = left.replaceAll(form, "…");
  return left.slice(0, WORDS);
};

/** What of a payload is a person's: who it is, where they were, what they searched for and bought. */
const told = (payload: string): string[] => {
  const { user_data, custom_data, event_source_url }: Payload = JSON.parse(payload);
  const values = [Object.values(user_data ?? {}), event_source_url, custom_data?.order_id, custom_data?.search_string];
  return values.flat(2).flatMap((value = "") => (value.length >= SHORTEST ? [value] : []));
};

interface Payload {
  user_data?: Record<string, string | string[]>;
  custom_data?: { order_id?: string; search_string?: string };
  event_source_url?: string;
}
