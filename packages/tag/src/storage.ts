/** localStorage, which may be full, switched off or forbidden to look at: then nothing is kept, and nothing breaks. */
import { attempt } from "./guard.ts";

/** What is stored; undefined where there is nothing, or nothing sound. */
export const stored = (key: string) => attempt(() => JSON.parse(localStorage[key]));

export const store = (key: string, value: unknown, replacer?: (key: string, value: unknown) => unknown): void => {
  attempt(() => {
    localStorage[key] = JSON.stringify(value, replacer);
  });
};
