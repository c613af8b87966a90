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
export const on = (target: EventTarget, type: string, step: () => void): void =>
  target.addEventListener(type, () => attempt(step));

/** Runs a step later, guarded. */
export const later = (ms: number, step: () => void): unknown => setTimeout(() => attempt(step), ms);

/** Tells the shop's developer what was ignored. */
export const warn = (text: string): void => console.warn(`pinrelay: ${text}`);
