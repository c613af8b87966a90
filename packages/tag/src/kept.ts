/**
 * Events that the relay has not answered for, kept over page loads. Each under a key of its own, so that two tabs never
 * overwrite each other's.
 */
import type { BeaconEvent } from "./contract.ts";
import { attempt } from "./guard.ts";
import { store, stored } from "./storage.ts";

const PREFIX = "_pinrelay.event.";
export const KEPT_EVENTS = 100;
/** Browsers hold two bytes a character: 200 KB. */
const KEPT_CHARACTERS = 100 * 1024;
const KEPT_MS = 7 * 86_400_000;

/** Who the visitor is, under our names or, by the look of it, any other. Personal data does not rest in the browser. */
const PERSONAL = /^(profile|aliases|customer|.*(phone|address|first_?name|last_?name)|\$(?!is_).*)$/i;
export const isPersonal = (key: string, value: unknown): boolean =>
  PERSONAL.test(key) || (!/^(.*url|referrer|.*id|name|sku)$/.test(key) && /@/.test(String(value)));

export const keep = (event: BeaconEvent): void => {
  store(keyOf(event), event, (key, value) => (isPersonal(key, value) ? undefined : value));
  kept(event.time);
};

export const release = (event: BeaconEvent): void => {
  attempt(() => delete localStorage[keyOf(event)]);
};

/** All kept events, the oldest first. Too old ones, and the oldest of too many, are dropped. */
export const kept = (now: number): BeaconEvent[] =>
  attempt(() => {
    let room = KEPT_CHARACTERS;
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
    return keys
      .sort()
      .reverse()
      .flatMap((key, index) => {
        const event: BeaconEvent | undefined = stored(key);
        room -= localStorage[key].length;
        if (index < KEPT_EVENTS && room > 0 && event && now - event.time < KEPT_MS) return [event];
        delete localStorage[key];
        return [];
      })
      .reverse();
  }) ?? [];

/** Sorts by time, as text, until the year 2286. */
const keyOf = ({ time, name, id }: BeaconEvent): string => PREFIX + time + name + id;
