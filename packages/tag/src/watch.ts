/** Brings together what the page calls for and what it says of itself, and tells each occurrence once. */
import type { EventProperties } from "./contract.ts";
import { later } from "./guard.ts";
import { type Look, lookAt } from "./look.ts";
import { due, HOLD_MS, has, merged, type Occurrence, see as seeAs } from "./occurrence.ts";
import { type Sighting, VIEWED_PRODUCT } from "./sighting.ts";
import type { Standing } from "./standing.ts";

/** In a frame only calls count: the page around it has a tag of its own. */
const isFramed = window.top !== window;

let seen: Occurrence[] = [];
let isSettled = false;
/** What was pushed before we listened happened about when its call did. */
let since: number | undefined;
let sources: readonly Look[];
let first: Lent;

/** What the first file has, and lends. */
export interface Lent {
  tell(sighting: Sighting): void;
  /** Brings what a page says into the contract's shape. */
  shaped(said: unknown): unknown;
  set(standing: Standing): unknown;
  /** Calls that were told before there was anybody to see what else the page says. */
  early: readonly Sighting[];
}

/** Begins. Calls that were told before are known for what they are. */
export const watch = (looks: readonly Look[], lent: Lent): void => {
  sources = looks;
  first = lent;
  for (const call of lent.early) seeAs(seen, call);
  markTold();
  since = lent.early.at(-1)?.time;
  look(true);
  since = undefined;
};

/** Takes a call in, and with it all that the page says by now of the same. */
export const see = (call: Sighting): void => {
  seeAs(seen, call);
  look();
  tellDue();
};

/**
 * The page has settled, is being left (perhaps), or is gone: then what stands in the document belongs to another
 * address. Answers whether a product's view was among what it said.
 */
export const settle = (isLeft?: boolean, isGone?: boolean): boolean => {
  look(isGone);
  isSettled = true;
  tellDue(isLeft ? Infinity : Date.now());
  const viewsProduct = has(seen, VIEWED_PRODUCT);
  if (isGone) {
    seen = [];
    isSettled = false;
  }
  return viewsProduct;
};

/** What the page has said by now is not told. */
export const skip = (): void => {
  look();
  markTold();
};

const look = (isGone?: boolean): void => {
  if (isFramed) return;
  lookAt(sources, {
    see(source, eventName, said, more) {
      if (!eventName || !said) return false;
      const properties = first.shaped(said) as EventProperties;
      const time = since ?? Date.now();
      later(HOLD_MS, tellDue);
      return seeAs(seen, { address: location.href, time, ...more, source, eventName, properties }, time);
    },
    set: first.set,
    isComplete: !isGone && document.readyState !== "loading",
  });
};

const markTold = (): void => {
  for (const one of seen) one.told = true;
};

const tellDue = (now = Date.now()): void => {
  for (const one of due(seen, now, isSettled)) {
    one.told = true;
    first.tell(merged(one));
  }
};
