/** The page comes first: whatever enters from it passes through here, so that no exception of ours reaches it. */

/** Runs a step; undefined where it throws. */
export const attempt = <T>(step: () => T): T | undefined => {
  try {
    return step();
  } catch {
    return undefined;
  }
};

/** Listens, guarded. */
export const on = (target: EventTarget, type: string, step: () => unknown): void =>
  target.addEventListener(type, () => attempt(step));

/** Runs a step later, guarded, and never early: by the clock that tells the time a timer may be. */
export const later = (ms: number, step: () => void): unknown => setTimeout(() => attempt(step), ms + 9);

/** Tells the shop's developer what was ignored. */
export const warn = (text: string): void => console.warn(`pinrelay: ${text}`);
