/** Brings together what the page calls for and what it says of itself, and tells each occurrence once. */
import type { EventProperties } from "./contract.ts";
import { later } from "./guard.ts";
import { look as lookAt } from "./look.ts";
import { due, HOLD_MS, has, merged, type Occurrence, see as seeAs } from "./occurrence.ts";
import { type Sighting, VIEWED_PRODUCT } from "./sighting.ts";

/** In a frame only calls count: the page around it has a tag of its own. */
const isFramed = window.top !== window;

let seen: Occurrence[] = [];
let isSettled = false;
/** What was pushed before we listened happened about when its call did. */
let since: number | undefined;
let tell: (sighting: Sighting) => void;
let shape: (said: unknown) => unknown;

/** Begins. Calls that were told before are known for what they are; what the first file has, `shaped`, it lends. */
export const watch = (
  tells: (sighting: Sighting) => void,
  shaped: (said: unknown) => unknown,
  early: readonly Sighting[],
): void => {
  tell = tells;
  shape = shaped;
  for (const call of early) seeAs(seen, call);
  markTold();
  since = early.at(-1)?.time;
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
  lookAt(
    (source, eventName, said) => {
      if (!eventName || !said) return;
      const properties = shape(said) as EventProperties;
      seeAs(seen, { source, eventName, properties, address: location.href, time: since ?? Date.now() });
      later(HOLD_MS, tellDue);
    },
    !isGone && document.readyState !== "loading",
  );
};

const markTold = (): void => {
  for (const one of seen) one.told = true;
};

const tellDue = (now = Date.now()): void => {
  for (const one of due(seen, now, isSettled)) {
    one.told = true;
    tell(merged(one));
  }
};
