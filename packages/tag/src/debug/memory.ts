/** What the panel keeps over the page loads of its tab: that it is on, and what it has seen. */
import { DEBUG_HASH } from "../contract.ts";
import { attempt } from "../guard.ts";
import { isThing } from "../thing.ts";
import { type Entry, isEntry } from "./entry.ts";

const ENTRIES = 100;
/** Browsers hold two bytes a character, and some 5 MB for all that a shop stores in a tab: 400 KB. */
const CHARACTERS = 200 * 1024;

export interface Memory {
  entries: Entry[];
  isCollapsed: boolean;
}

/** What earlier pages of this tab kept. A page may have written over it. */
export const recall = (): Memory & { isOn: boolean } => {
  const text: unknown = attempt(() => sessionStorage[DEBUG_HASH]);
  const said: unknown = attempt(() => JSON.parse(String(text)));
  const { entries, isCollapsed } = isThing(said) ? said : {};
  return {
    isOn: Boolean(text),
    entries: Array.isArray(entries) ? entries.filter(isEntry) : [],
    isCollapsed: isCollapsed === true,
  };
};

/** Keeps the newest, as many as there is room for. `entries` begins with the newest. */
export const remember = ({ entries, isCollapsed }: Memory): void => {
  let room = CHARACTERS;
  const fitting = entries.slice(0, ENTRIES).filter((entry) => {
    room -= JSON.stringify(entry).length;
    return room > 0;
  });
  const text = JSON.stringify({ entries: fitting, isCollapsed });
  attempt(() => {
    if (sessionStorage[DEBUG_HASH] !== text) sessionStorage[DEBUG_HASH] = text;
  });
};

export const forget = (): void => {
  attempt(() => sessionStorage.removeItem(DEBUG_HASH));
};
