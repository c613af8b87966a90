/** localStorage, which may be full, switched off or forbidden to look at: then nothing is kept, and nothing breaks. */
import { attempt } from "./guard.ts";

/** So many of a kind; older ones go. */
export const REMEMBERED = 50;

/** What is stored; null where there is nothing, which is no exception since that would cost more; undefined where it is unsound. */
export const stored = (key: string) => attempt(() => JSON.parse(localStorage[key] ?? null));

/** Puts one before the last of those stored under a key; false where it is among them already. */
export const remember = (key: string, one: string): boolean => {
  const known: string[] = [stored(key) ?? []].flat();
  if (known.includes(one)) return false;
  store(key, [one, ...known].slice(0, REMEMBERED));
  return true;
};

export const store = (key: string, value: unknown, replacer?: (key: string, value: unknown) => unknown): void => {
  attempt(() => {
    localStorage[key] = JSON.stringify(value, replacer);
  });
};
