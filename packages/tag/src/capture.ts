/** Brings together what the page calls for and what it says of itself, and tells each occurrence once. */
import { COLLECTION_ITEMS, type EventProperties } from "./contract.ts";
import { later, on } from "./guard.ts";
import { due, HOLD_MS, has, merged, type Occurrence, see } from "./occurrence.ts";
import { afterCompanion, companion } from "./second-file.ts";
import { shaped } from "./shape.ts";
import { CALL, PAGE_LOAD, type Source, type TrackCall, VIEWED_COLLECTION, VIEWED_PRODUCT } from "./sighting.ts";
import { tell, tellPageLoad } from "./tell.ts";

/** How long the shop's own scripts get, once the document is complete, to say what the page shows. */
const SETTLE_MS = 750;

/** In a frame only calls count: the page around it has a tag of its own. */
const isFramed = window.top !== window;

let seen: Occurrence[] = [];
let shown = "";
let isSettled = false;
let onSettled: ((viewsProduct: boolean) => void) | undefined;

/** Tells the load of the page that the script runs in, and begins to watch it. */
export const watch = (): void => {
  if (!shown && !isFramed) showPage();
};

/** Takes a call in: it is told at once. */
export const called = (call: TrackCall): void => {
  if (call.eventName === PAGE_LOAD) showPage(call);
  else {
    watch();
    sight(CALL, call.eventName, call.properties ?? {}, call);
    look();
    tellDue();
  }
};

/** The page is being left, perhaps: what waits is told. */
export const leave = (): void => {
  settle();
  tellDue(Infinity);
};

/** Tells a page load, once an address; what was seen at the address before can happen again. */
const showPage = (call?: TrackCall): void => {
  if (shown === location.href) return;
  if (shown) leave();
  shown = location.href;
  seen = [];
  onSettled = tellPageLoad({ ...call, eventName: PAGE_LOAD, address: shown });
  if (isIncomplete()) on(document, "DOMContentLoaded", settleSoon);
  else settleSoon();
};

const settleSoon = (): void => {
  later(SETTLE_MS, () => afterCompanion(settle));
};

const settle = (): void => {
  look();
  isSettled = true;
  onSettled?.(has(seen, VIEWED_PRODUCT));
  onSettled = undefined;
};

const look = (): void => {
  // A document that is not complete has not yet said what it is about.
  if (!isFramed && !isIncomplete()) companion?.look(sight);
};

const isIncomplete = (): boolean => document.readyState === "loading";

const sight = (source: Source, eventName: string | undefined, said: object | undefined, call?: TrackCall): void => {
  if (!eventName || !said) return;
  const properties = shaped(said) as EventProperties;
  if (eventName === VIEWED_COLLECTION) properties.items?.splice(COLLECTION_ITEMS);
  see(seen, { ...call, source, eventName, properties, address: location.href }, Date.now());
  later(HOLD_MS, tellDue);
};

const tellDue = (now = Date.now()): void => {
  for (const one of due(seen, now, isSettled)) {
    one.told = true;
    tell(merged(one), one.time);
  }
};
