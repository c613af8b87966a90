/** Finds a fixture, from the sources and from what they compile to. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const fixture = (name: string): string => {
  const beside = fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
  return existsSync(beside) ? beside : fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
};
