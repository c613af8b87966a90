/** Makes a folder where there is none. Its parent has to exist: in a place without one nothing of ours belongs. */
import { existsSync, mkdirSync } from "node:fs";

export const makeFolder = (folder: string): void => {
  // Not `recursive`, which on Node 20 never returns for a place such as /proc/nowhere.
  if (!existsSync(folder)) mkdirSync(folder);
};
