/** Brings the two halves of every event together: by event name, as the API calls it, and event ID. Pure. */
import { apiNameOf } from "./event-names.ts";
import type { BrowserHit, Records, ServerEvent } from "./records.ts";
import { type Occurrence, type Verdict, verdictOf } from "./verdict.ts";

/** Verdicts in the order in which the events first came. Hits for another tag than `tagId` are another account's. */
export function verdictsOf({ browser, server }: Pick<Records, "browser" | "server">, tagId: string): Verdict[] {
  const occurrences = [...occurrencesOf(browser, server, tagId).values()].filter(
    (one) => one.browser.length + one.server.length > 0,
  );
  const sameId = new Map<string, Occurrence[]>();
  for (const one of occurrences) sameId.set(one.eventId, [...(sameId.get(one.eventId) ?? []), one]);
  return occurrences
    .sort((a, b) => firstMs(a) - firstMs(b))
    .map((one) => verdictOf(one, one.eventId ? (sameId.get(one.eventId) ?? []) : [one]));
}

const occurrencesOf = (
  browser: readonly BrowserHit[],
  server: readonly ServerEvent[],
  tagId: string,
): Map<string, Occurrence> => {
  const found = new Map<string, Occurrence>();
  const at = (apiName: string, eventId: string, key = `${apiName}\n${eventId}`): Occurrence => {
    const one = found.get(key) ?? { apiName, eventId, browser: [], server: [], tests: 0 };
    found.set(key, one);
    return one;
  };
  browser.forEach((hit, index) => {
    if (hit.tagId !== tagId) return;
    const apiName = apiNameOf(hit.event);
    // Without an event ID nothing can be told to be the same.
    (hit.eventId ? at(apiName, hit.eventId) : at(apiName, "", `hit ${index}`)).browser.push(hit);
  });
  for (const event of server) {
    const one = at(event.event_name, event.event_id);
    if (event.test) one.tests += 1;
    else one.server.push(event);
  }
  return found;
};

const firstMs = ({ browser, server }: Occurrence): number =>
  Math.min(browser[0]?.atMs ?? Number.POSITIVE_INFINITY, server[0]?.atMs ?? Number.POSITIVE_INFINITY);
