/** Makes a folder, for its owner alone, where there is none. Its parent has to exist: in a place without one nothing of ours belongs. */
import { mkdirSync, statSync } from "node:fs";

export const makeFolder = (folder: string): void => {
  try {
    // Not `recursive`, which on Node 20 never returns for a place such as /proc/nowhere.
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // It is there, or another process made it in this moment.
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
};
