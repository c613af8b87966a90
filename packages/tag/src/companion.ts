/**
 * The second file: it sees what shops publish (their platform's data, structured data, the dataLayer) and drives the
 * Pinterest Tag, or where consent is denied tells that alone. The first file takes calls and delivers events without it.
 * There is one for each platform, and one with every platform: the same but for the sources.
 */
import { rareCall } from "./calls.ts";
import type { Look } from "./look.ts";
import { allow, page, track } from "./pintrk.ts";
import { begin, deny, type Lent, see, settle, skip, watch } from "./watch.ts";

export const companionOf = (sources: readonly Look[]) => ({
  watch: (lent: Lent) => watch(sources, lent),
  rareCall,
  see,
  settle,
  begin,
  skip,
  allow,
  deny,
  page,
  track,
});

export type Companion = ReturnType<typeof companionOf>;

/** Hands it to the first file. */
export const come = (...sources: readonly Look[]): void => window._pinrelay?.(companionOf(sources));
