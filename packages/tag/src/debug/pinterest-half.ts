/** Keeps what the Pinterest Tag is told of each event, and what it calls back. */
import { attempt } from "../guard.ts";
import { isThing, type Thing } from "../thing.ts";
import { type Entries, type Entry, keyOf } from "./entry.ts";
import { pinterestHalf } from "./half.ts";
import { masked } from "./mask.ts";

/** What the Tag has not called back for by now it was not told: as the tag itself counts. */
const ANSWER_MS = 5_000;

/** Hears the Tag's callback. */
export type Hear = (answer: readonly unknown[]) => void;

/** `since` is when this page began. */
export const pinterestHalves = (entries: Entries, since: number) => {
  /** Calls that the Tag still may call back for, and when they were made. */
  const open = new Map<Entry, number>();
  const loads: string[] = [];
  let isBlocked = false;
  let ownCalls = 0;

  return {
    /** The page calls the Tag. Answers who is to hear the callback. */
    called(words: readonly unknown[]): Hear | undefined {
      if (words[0] === "load") loads.push(textOf(words[1]));
      const told = toldOf(words);
      if (!told) return undefined;
      const { tag, data } = told;
      const half = pinterestHalf(data);
      const { id } = half;
      const time = Date.now();
      const key = keyOf(id ?? `call.${time}.${++ownCalls}`, tag);
      const entry: Entry = entries.get(key) ?? {
        key,
        ...(id && { id }),
        name: tag,
        tag,
        time,
        url: location.href,
        relay: { is: id ? "waiting" : "not told" },
        pinterest: { is: "told" },
        halves: {},
      };
      entries.set(key, entry);
      entry.data = masked(data) as Thing;
      entry.halves.pinterest = half;
      entry.pinterest = { is: "told" };
      if (words[3]) open.set(entry, time);
      return ([didInit, error]) => {
        open.delete(entry);
        const isFired = didInit && !error;
        entry.pinterest = { is: isFired ? "fired" : "failed", ...(!isFired && error ? { why: textOf(error) } : {}) };
      };
    },

    /** The tag IDs that the page has loaded the Tag with, as far as it was heard. */
    loads,

    /** Pinterest's library, or the second file that drives it, cannot be had. */
    blocked(): void {
      isBlocked = true;
    },

    /** Looks at what has had no answer for too long, or can have none. */
    look(now: number): void {
      for (const entry of entries.values()) {
        const isLate = now - (open.get(entry) ?? now) > ANSWER_MS;
        const isLost = isBlocked && entry.tag && entry.time >= since && /told/.test(entry.pinterest.is);
        if (isLate || isLost || (entry.reported === "absent" && /told/.test(entry.pinterest.is))) {
          open.delete(entry);
          entry.pinterest = { is: "absent" };
        }
      }
    },
  };
};

/** The calls that tell an event; a base call may tell none. */
const toldOf = (words: readonly unknown[]): { tag: string; data: Thing } | undefined => {
  const [command, first, second] = words;
  if (command === "track") return { tag: textOf(first).trim().toLowerCase(), data: copyOf(second) };
  const data = copyOf(first);
  return command === "page" && data.event_id !== undefined ? { tag: "page", data } : undefined;
};

/** A page may say anything: only what JSON can hold of it is looked at. */
const copyOf = (said: unknown): Thing => {
  const copy: unknown = attempt(() => JSON.parse(JSON.stringify(said ?? {})));
  return isThing(copy) ? copy : {};
};

const textOf = (said: unknown): string => attempt(() => String(isThing(said) ? said.message : said)) ?? "";
