/** Opens the panel where the address asks for it, or an earlier page of this tab did; closes it likewise. */
import { DEBUG_HASH } from "../contract.ts";
import { attempt } from "../guard.ts";
import type { Lent } from "./lent.ts";
import { forget } from "./memory.ts";
import { start } from "./start.ts";

declare global {
  interface Window {
    /** Ends the panel that is open. */
    _pinrelayDebug?: (() => void) | undefined;
  }
  interface HTMLScriptElement {
    /** Set by the first file, on the script that brings the panel. */
    lent?: Lent;
  }
}

/** `script` is the panel's own. It comes again whenever the fragment changes. */
export const open = (script: HTMLOrSVGScriptElement | null): void => {
  if (location.hash === `${DEBUG_HASH}=off`) {
    window._pinrelayDebug?.();
    forget();
  } else if (script instanceof HTMLScriptElement && script.lent && !window._pinrelayDebug && isShownHere()) {
    const { lent, src } = script;
    attempt(() => start(src.replace(/\/[^/]*$/, ""), lent));
  }
};

/** The page around a frame has a panel of its own, unless the frame's own address asks for one. */
const isShownHere = (): boolean => window.top === window || location.hash.startsWith(DEBUG_HASH);
