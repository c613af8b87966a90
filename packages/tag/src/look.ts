/** What a page says without being asked: the shape that every source of it has, and the look at all of them. */
import { attempt } from "./guard.ts";
import type { Source, Told } from "./sighting.ts";
import type { Thing } from "./thing.ts";
import type { Lent } from "./watch.ts";

/** What a source finds in a page, and whom it tells. */
export interface Page extends Pick<Lent, "set" | "mayTell" | "consent" | "visitor"> {
  /**
   * Takes what a source says: which shop event, and what of it, in the contract's names; ids may be figures and figures
   * text. Either may be missing: then nothing was seen. `more` where it happened elsewhere or at another time. Answers
   * whether it was taken: what is unsure is, where another source has seen the same.
   */
  see(source: Source, eventName: string | undefined, said: Thing | undefined, more?: Partial<Told>): boolean;
  /**
   * Takes what has begun and may fail yet: until then nobody's word of it is told. The answer is to be called with what
   * came of it, or with nothing where it failed. Undefined where it is told already.
   */
  begin(
    source: Source,
    eventName: string,
    said: Thing,
    more?: Partial<Told>,
  ): ((outcome: Thing | undefined) => void) | undefined;
  /** A document that is not complete has not yet said what it is about. */
  isComplete: boolean;
}

/** Called again and again: it listens from the first time on, and each time tells what stands in the page by now. */
export type Look = (page: Page) => void;

export const lookAt = (sources: readonly Look[], page: Page): void => {
  for (const look of sources) attempt(() => look(page));
};
