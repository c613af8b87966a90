import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Path of a plain file, given from the folder of the tests: such files stay there when the rest is compiled to dist. */
export const sourceFile = (path: string): string => {
  const found = ["../", "../../"].map((up) => fileURLToPath(new URL(up + path, import.meta.url))).find(existsSync);
  if (!found) throw new Error(`${path} is not among the tests' files`);
  return found;
};
