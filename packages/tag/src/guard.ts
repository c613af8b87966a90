/** The page comes first: whatever enters from it passes through here, so that no exception of ours reaches it. */

/** Runs a step; undefined where it throws. */
export const attempt = <T>(step: () => T): T | undefined => {
  try {
    return step();
  } catch {
    return undefined;
  }
};

/** Listens, guarded. `isCapture`: before the page's own listeners further down. */
export const on = <E extends Event>(
  target: EventTarget,
  type: string,
  step: (event: E) => unknown,
  isCapture = false,
): void => target.addEventListener(type, (event) => attempt(() => step(event as E)), isCapture);

/** Runs a step later, guarded, and never early: by the clock that tells the time a timer may be. */
export const later = (ms: number, step: () => void): unknown => setTimeout(() => attempt(step), ms + 9);

/** Tells the shop's developer what was ignored. */
export const warn = (text: string): void => console.warn(`pinrelay: ${text}`);
