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
export const pass = (step: () => void): void => {
  if (isOpen) step();
  else if (isOpen === undefined) waiting.push(step);
};

/** Has the Pinterest half do something, where the shop has one and it may; does another thing where it cannot come. */
export const toPinterest = (act: (half: Companion) => void, without?: () => void): void => {
  if (settings.tagId) afterCompanion(() => isOpen && (companion ? act(companion) : without?.()));
};

/**
 * Decides upon all signals, again whenever one has changed. Until the first time everything waits. Answers whether a
 * denial was taken back.
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
  } else {
    drop();
    // The second file tells the relay who takes consent back, as long as that is known.
    afterCompanion(() => {
      if (isOpen) return;
      companion?.deny();
      forgetVisitor();
    });
  }
  waiting = [];
  return before === false;
};
