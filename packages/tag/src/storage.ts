/** localStorage, which may be full, switched off or forbidden to look at: then nothing is kept, and nothing breaks. */
import { attempt } from "./guard.ts";

/** What is stored; null where there is nothing, which is no exception since that would cost more; undefined where it is unsound. */
export const stored = (key: string) => attempt(() => JSON.parse(localStorage[key] ?? null));

export const store = (key: string, value: unknown, replacer?: (key: string, value: unknown) => unknown): void => {
  attempt(() => {
    localStorage[key] = JSON.stringify(value, replacer);
  });
};
