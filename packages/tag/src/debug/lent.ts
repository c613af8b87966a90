/** What the first file lends the debug panel, on its script element: all else it reads off beacons and calls. */
import type { Consent, TagSettings } from "../contract.ts";

export type Lent = readonly [settings: TagSettings, consent: () => Consent, mayTell: () => boolean | undefined];
