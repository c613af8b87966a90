/** Filters as a page judges them: by what it knows of the event, which is what the relay is told. */
import type { BeaconEvent } from "./contract.ts";
import { allowed, type Filter, type Matches, PATTERN_FLAGS } from "./filter.ts";
import { attempt } from "./guard.ts";
import { publicAddress } from "./page-address.ts";

/** The relay takes no pattern that could run long here. */
const matches: Matches = (pattern, text) => attempt(() => new RegExp(pattern, PATTERN_FLAGS).test(text)) ?? false;

/** Of an address what the relay is told, and no more. */
const told = (address = ""): string | undefined =>
  /^https?:\/\//i.test(address) ? attempt(() => publicAddress(address)) : undefined;

/** Whether the Pinterest Tag may be told. What cannot be judged is: the relay judges it anew. */
export const passes = (filters: readonly Filter[], { name, properties, url, referrer }: BeaconEvent): boolean =>
  attempt(() => allowed(filters, { name, properties, url: told(url), referrer: told(referrer) }, matches)) !== false;
