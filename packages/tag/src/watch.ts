/** Brings together what the page calls for and what it says of itself, and tells each occurrence once. */
import type { EventProperties } from "./contract.ts";
import { later } from "./guard.ts";
import { type Look, lookAt } from "./look.ts";
import { due, end, HOLD_MS, has, merged, type Occurrence, see as seeAs } from "./occurrence.ts";
import { type Sighting, type Source, type Told, VIEWED_PRODUCT } from "./sighting.ts";
import type { Standing } from "./standing.ts";
import type { Thing } from "./thing.ts";

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
  newEventId(time: number): string;
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
    // What has begun may end well.
    seen = seen.filter(({ until }) => until === Infinity);
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
      if (!eventName || !said) return;
      seeAs(seen, sightingOf(source, eventName, said, more));
      later(HOLD_MS, tellDue);
    },
    begin(source, eventName, said, more) {
      const sighting = sightingOf(source, eventName, said, more);
      const one = seeAs(seen, sighting);
      if (one.told) return undefined;
      one.until = Infinity;
      return (outcome) => {
        end(one, outcome && { ...sighting, properties: shaped(outcome) }, Date.now());
        later(HOLD_MS, tellDue);
      };
    },
    set: first.set,
    newEventId: first.newEventId,
    isComplete: !isGone && document.readyState !== "loading",
  });
};

const sightingOf = (source: Source, eventName: string, said: Thing, more?: Partial<Told>): Sighting => ({
  address: location.href,
  time: since ?? Date.now(),
  ...more,
  source,
  eventName,
  properties: shaped(said),
});

const shaped = (said: Thing) => first.shaped(said) as EventProperties;

const markTold = (): void => {
  for (const one of seen) one.told = true;
};

const tellDue = (now = Date.now()): void => {
  for (const one of due(seen, now, isSettled)) {
    one.told = true;
    first.tell(merged(one));
  }
};
