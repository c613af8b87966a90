/** Regular expressions in time that grows with the text alone, whatever the pattern: RE2's way. */
import { RE2JS } from "re2js";

const compiled = new Map<string, RE2JS | undefined>();
const KEPT = 1_000;

const patternOf = (pattern: string): RE2JS | undefined => {
  if (compiled.has(pattern)) return compiled.get(pattern);
  if (compiled.size >= KEPT) compiled.clear();
  let made: RE2JS | undefined;
  try {
    made = RE2JS.compile(pattern);
  } catch {
    // What RE2 does not know was refused when the filter was saved.
  }
  compiled.set(pattern, made);
  return made;
};

/** Whether the pattern finds something in the text; never, where it is none. */
export const matches = (pattern: string, text: string): boolean => patternOf(pattern)?.matcher(text).find() ?? false;

/** Whether it is one that both sides understand. */
export const isPattern = (pattern: string): boolean => patternOf(pattern) !== undefined && isNative(pattern);

const isNative = (pattern: string): boolean => {
  try {
    new RegExp(pattern);
    return true;
  } catch {
    return false;
  }
};

/**
 * Whether a browser's own engine, which tries again and again, could take long with it: a repeat inside of a repeat, or
 * two repeats beside each other. Stricter than need be.
 */
export const mayRunLong = (pattern: string): boolean => {
  const bare = pattern.replace(/\\./g, "x").replace(/\[[^\]]*\]/g, "x");
  return /\([^()]*[*+{|][^()]*\)[*+{]/.test(bare) || (bare.match(/[*+]|\{\d+,\d*\}/g) ?? []).length > 3;
};
