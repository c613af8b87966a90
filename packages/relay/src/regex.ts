/** Regular expressions in time that grows with the text alone, whatever the pattern: RE2's way. */
import { PATTERN_FLAGS } from "@pinrelay/tag/filter";
import { RE2JS } from "re2js";

const compiled = new Map<string, RE2JS | undefined>();
const KEPT = 1_000;

const patternOf = (pattern: string): RE2JS | undefined => {
  if (compiled.has(pattern)) return compiled.get(pattern);
  if (compiled.size >= KEPT) compiled.clear();
  let made: RE2JS | undefined;
  try {
    made = RE2JS.compile(pattern, RE2JS.DOTALL);
  } catch {
    // What RE2 does not know was refused when the filter was saved.
  }
  compiled.set(pattern, made);
  return made;
};

/** Whether the pattern finds something in the text; never, where it is none. */
export const matches = (pattern: string, text: string): boolean => patternOf(pattern)?.matcher(text).find() ?? false;

/**
 * Whether it is one that both sides understand, and alike: a browser's `\s` knows more spaces than RE2's, and what stands
 * behind `(?` not every browser knows.
 */
export const isPattern = (pattern: string): boolean =>
  !/\\s|\(\?(?!:)/i.test(pattern.replace(/\\[^s]/gi, "")) && patternOf(pattern) !== undefined && isNative(pattern);

const isNative = (pattern: string): boolean => {
  try {
    new RegExp(pattern, PATTERN_FLAGS);
    return true;
  } catch {
    return false;
  }
};

const OPTIONS = 3;
const GROUPS = 3;

/**
 * Whether a browser's own engine, which tries again and again, could take long with it: more than one repeat (two, where
 * it is tried at the beginning alone), more than a few options or groups, or a repeat of what may itself be met in several ways. Stricter than need be.
 */
export const mayRunLong = (pattern: string): boolean => {
  let bare = pattern
    .replace(/\\./g, "x")
    .replace(/\[[^\]]*\]/g, "x")
    .replaceAll("(?:", "(");
  const repeats = bare.startsWith("^") && !bare.includes("|") ? 2 : 1;
  if (count(bare, /[*+]|\{\d+,\d*\}/g) > repeats || count(bare, /\?/g) > OPTIONS || count(bare, /\(/g) > GROUPS)
    return true;
  // From the inside out: a group that may be met in several ways counts as a repeat in the one around it.
  for (let group = GROUP.exec(bare); group; group = GROUP.exec(bare)) {
    const [whole, body = "", repeat = ""] = group;
    const isOpen = /[*+?{|]/.test(body);
    if (isOpen && /^[*+{]/.test(repeat)) return true;
    bare = bare.replace(whole, () => (isOpen ? "x*" : "x"));
  }
  return false;
};

const GROUP = /\(([^()]*)\)([*+?]|\{[^}]*\})?/;
const count = (text: string, what: RegExp): number => text.match(what)?.length ?? 0;
