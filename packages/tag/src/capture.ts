/** Tells page loads and calls; what the page says of itself the second file sees, and tells each occurrence once. */
import { later, on } from "./guard.ts";
import { afterCompanion, companion } from "./second-file.ts";
import { shaped } from "./shape.ts";
import { CALL, PAGE_LOAD, type Sighting, type TrackCall, VIEWED_PRODUCT } from "./sighting.ts";
import { newEventId, set, tell, tellPageLoad } from "./tell.ts";

/** How long the shop's own scripts get, once the document is complete, to say what the page shows. */
const SETTLE_MS = 750;

/** In a frame only calls count: the page around it has a tag of its own. */
const isFramed = window.top !== window;

let shown = "";
let onSettled: ((viewsProduct: boolean) => void) | undefined;
/** Calls told before there was anybody to see what else the page says. */
let early: Sighting[] = [];

afterCompanion(() => companion?.watch({ tell, shaped, set, newEventId, early }));

/** Tells the load of the page that the script runs in, and begins to watch it. */
export const watch = (): void => {
  if (!shown && !isFramed) showPage();
};

/** Takes a call in: it is told at once. */
export const called = (call: TrackCall): void => {
  if (call.eventName === PAGE_LOAD) showPage(call);
  else {
    watch();
    const properties = shaped(call.properties ?? {}) as object;
    const sighting = { ...call, source: CALL, properties, address: location.href, time: Date.now() } as const;
    if (companion) companion.see(sighting);
    else if (!isRepeated(sighting)) {
      early.push(sighting);
      tell(sighting);
    }
  }
};

/** A theme and an app may both call for the view of a page; two equal additions are two. */
const isRepeated = ({ eventName, properties }: Sighting): boolean =>
  /^(Viewed|Placed)/.test(eventName) &&
  early.some((one) => one.eventName === eventName && idOf(one.properties) === idOf(properties));

const idOf = (p: Sighting["properties"]): string | undefined => p.product_id ?? p.variant_id ?? p.sku ?? p.id ?? p.name;

/** The page is being left, perhaps: what waits is told. */
export const leave = (): void => settle(true);

/** What the page has said by now it said without consent: it is not told. */
export const skip = (): void => {
  onSettled = undefined;
  afterCompanion(() => companion?.skip());
};

/** Tells a page load, once an address; what was seen at the address before can happen again. */
const showPage = (call?: TrackCall): void => {
  if (shown === location.href) return;
  if (shown) settle(true, true);
  shown = location.href;
  early = [];
  onSettled = tellPageLoad({ ...call, eventName: PAGE_LOAD, address: shown, time: Date.now() });
  if (document.readyState === "loading") on(document, "DOMContentLoaded", settleSoon);
  else settleSoon();
};

const settleSoon = (): void => {
  const address = shown;
  later(SETTLE_MS, () => afterCompanion(() => address === shown && settle()));
};

const settle = (isLeft?: boolean, isGone?: boolean): void => {
  const viewsProduct = companion
    ? companion.settle(isLeft, isGone)
    : early.some(({ eventName }) => eventName === VIEWED_PRODUCT);
  onSettled?.(viewsProduct);
  onSettled = undefined;
};
