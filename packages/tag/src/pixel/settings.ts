/** What the pixel was served with, and what the pasted lines lend it. */
import type { PixelSettings } from "../contract.ts";
import type { Lent } from "./shopify.ts";

/** The relay writes the shop's settings over this name when it serves the script. */
declare const __PINRELAY_SETTINGS__: PixelSettings;

declare global {
  interface Window {
    /** Set by the lines that the merchant pastes. */
    pinrelayPixel: Lent;
  }
}

export const settings: PixelSettings = __PINRELAY_SETTINGS__;

export const lent = window.pinrelayPixel;
export const { browser, init } = lent;

/** Origin of the relay. Where the script came from is only known while it runs for the first time. */
export const relay = settings.relay ?? new URL(document.currentScript?.getAttribute("src") ?? "").origin;
