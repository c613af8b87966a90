/** What the script was served with. */
import type { Companion } from "./companion.ts";
import type { TagSettings } from "./contract.ts";

/** The relay writes the shop's settings over this name when it serves the script. */
declare const __PINRELAY_SETTINGS__: TagSettings;

declare global {
  interface Window {
    /** Takes the second file in. Set by the first copy of the script: another copy does nothing. */
    _pinrelay?: (companion?: Companion) => void;
  }
}

export const settings: TagSettings = __PINRELAY_SETTINGS__;

// Where the script came from is only known while it runs for the first time.
const script = document.currentScript;

/** Name of the global that takes the page's calls. */
export const globalName = script?.dataset.global ?? "pinrelay";

/** The shop's other domains, that links are to carry the visitor to. */
export const linkDomains = script?.dataset.linkDomains?.split(/[\s,]+/) ?? [];

/** What a page with a strict content policy lets scripts in by. */
export const nonce = script?.nonce ?? "";

/** Origin of the relay. */
export const relay = settings.relay ?? new URL(script?.getAttribute("src") ?? "", document.baseURI).origin;
