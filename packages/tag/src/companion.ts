/**
 * The second file: it sees what shops publish (structured data, Open Graph, the dataLayer) and drives the Pinterest Tag.
 * A page loads it unless consent is denied; the first file takes calls and delivers events without it.
 */
import { look } from "./look.ts";
import { allow, deny, page, track } from "./pintrk.ts";

const all = { look, allow, deny, page, track };

export type Companion = typeof all;

window._pinrelay?.(all);
