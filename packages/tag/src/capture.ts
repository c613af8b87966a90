/** Tells page loads and takes calls; what else the page says of itself the second file sees, and tells each occurrence once. */
import { attempt, later, on } from "./guard.ts";
import { afterCompanion, companion } from "./second-file.ts";
import { retry } from "./send.ts";
import { CALL, PAGE_LOAD, type Sighting, type TrackCall, VIEWED_PRODUCT } from "./sighting.ts";
import { tell, tellPageLoad } from "./tell.ts";

/** How long the shop's own scripts get, once the document is complete, to say what the page shows. */
const SETTLE_MS = 750;

/** In a frame only calls count: the page around it has a tag of its own. */
const isFramed = top !== window;

let shown = "";
let viewsProduct = false;
let onSettled: ((viewsProduct: boolean) => void) | undefined;
/** Calls that wait for the second file, which knows what else the page says of the same. */
export const waiting: Sighting[] = [];

/** Tells the load of the page that the script runs in, and begins to watch it. */
export const watch = (): void => {
  if (!shown && !isFramed) showPage();
};

/** Takes a call of `track` in. */
export const called = (call: TrackCall): void => {
  const eventName = call.eventName.trim();
  if (eventName === PAGE_LOAD) showPage(call);
  else {
    watch();
    viewsProduct ||= eventName === VIEWED_PRODUCT;
    waiting.push({
      ...call,
      eventName,
      address: location.href,
      time: Date.now(),
      source: CALL,
      properties: call.properties ?? {},
    });
    afterCompanion(tellWaiting);
  }
};

/** Hands calls to the second file; without it they are told as they are. */
export const tellWaiting = (): void => {
  for (const call of waiting.splice(0)) attempt(() => (companion ? companion.see(call) : tell(call)));
};

/** The page is being left, or only hidden, perhaps for good: what waits is told. */
export const leave = (isHidden?: boolean): void => settle(true, isHidden);

/** What the page has said by now it said without consent: it is not told. */
export const skip = (): void => {
  onSettled = undefined;
  waiting.length = 0;
  afterCompanion(() => companion?.skip());
};

/** A page that comes back out of the browser's back/forward cache is seen again. */
export const restore = (): void => {
  // In Firefox the answer to a beacon that was under way when the page was put there never comes.
  retry();
  shown = "";
  companion?.begin(true);
  watch();
};

/** Tells a page load, once an address; what was seen at the address before can happen again. */
export const showPage = (call?: TrackCall): void => {
  if (shown === location.href) return;
  if (shown) {
    settle(true);
    companion?.begin();
  }
  shown = location.href;
  viewsProduct = false;
  onSettled = tellPageLoad({ ...call, eventName: PAGE_LOAD, address: shown, time: Date.now() });
  if (document.readyState === "loading") on(document, "DOMContentLoaded", settleSoon);
  else settleSoon();
};

const settleSoon = (): void => {
  const address = shown;
  later(SETTLE_MS, () => afterCompanion(() => address === shown && settle()));
};

const settle = (isLeft?: boolean, isHidden?: boolean): void => {
  tellWaiting();
  const isViewed = companion ? companion.settle(isLeft) : viewsProduct;
  // It may show a product yet. Hidden or not it settles once it has been read, or is gone.
  if (isHidden && (!companion || document.readyState === "loading")) return;
  onSettled?.(isViewed);
  onSettled = undefined;
};
