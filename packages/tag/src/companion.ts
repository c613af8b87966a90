/**
 * The second file: it sees what shops publish (structured data, Open Graph, the dataLayer) and drives the Pinterest Tag.
 * A page loads it unless consent is denied; the first file takes calls and delivers events without it.
 */
import { allow, deny, page, track } from "./pintrk.ts";
import { see, settle, skip, watch } from "./watch.ts";

const all = { watch, see, settle, skip, allow, deny, page, track };

export type Companion = typeof all;

window._pinrelay?.(all);
