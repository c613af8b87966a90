/** What a check found, and what to do about it. */

export interface Finding {
  check: string;
  status: "good" | "note" | "problem";
  words: string;
  remedy?: string;
}

const MARKS = { good: "ok      ", note: "note    ", problem: "PROBLEM " } as const;

export const findingLine = ({ check, status, words, remedy }: Finding): string =>
  `${MARKS[status]}${check}: ${words}${remedy ? `\n        → ${remedy}` : ""}`;

export const good = (check: string, words: string): Finding => ({ check, status: "good", words });
export const note = (check: string, words: string, remedy: string): Finding => ({
  check,
  status: "note",
  words,
  remedy,
});
export const problem = (check: string, words: string, remedy: string): Finding => ({
  check,
  status: "problem",
  words,
  remedy,
});
