/** Nothing leaves the page but through here: what is to be told goes, waits for a decision, or is dropped. */
import type { Companion } from "./companion.ts";
import { consent, mayTell } from "./consent.ts";
import { attempt } from "./guard.ts";
import { afterCompanion, bringCompanion, companion } from "./second-file.ts";
import { drop, resume } from "./send.ts";
import { settings } from "./settings.ts";
import { person } from "./standing.ts";
import { forgetVisitor, visitor } from "./visitor.ts";

let isOpen: boolean | undefined;
let waiting: (() => void)[] = [];

/** Does a step that tells something: now, once it is allowed, or never. */
export const pass = (step: () => void): unknown => (isOpen ? step() : (isOpen ?? waiting.push(step)));

/** Has the Pinterest half do something, where the shop has one and it may; does another thing where it cannot come. */
export const toPinterest = (act: (half: Companion) => void, without?: () => void): void => {
  if (settings.tagId) afterCompanion(() => pass(() => (companion ? act(companion) : without?.())));
};

/**
 * Decides upon all signals, again whenever one has changed. While nothing is decided, everything waits: only a denial
 * takes what is there. Answers whether one was taken back.
 */
export const decide = (): boolean => {
  const before = isOpen;
  isOpen = mayTell();
  bringCompanion();
  if (isOpen) toPinterest(({ allow }) => allow(settings, visitor().id, consent().limited && person()));
  if (isOpen === before) return false;
  if (isOpen) {
    resume();
    for (const step of waiting) attempt(step);
  } else if (isOpen === false) {
    drop();
    // The second file tells the relay who takes consent back, as long as that is known.
    afterCompanion(() => {
      if (isOpen !== false) return;
      companion?.deny();
      forgetVisitor();
    });
  }
  waiting = [];
  return before === false;
};
