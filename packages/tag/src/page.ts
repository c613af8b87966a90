/** The page's call, `window.pinrelay({ method, … })`, for storefronts that are written in TypeScript. */
import type { EventProperties } from "./contract.ts";
import type { TrackCall } from "./sighting.ts";
import type { Standing } from "./standing.ts";

/** What a page may say of an event: the keys that are known, and any other, which the relay leaves out. */
export type PageProperties = EventProperties & Record<string, unknown>;

/** One call. Names of events and properties are those of Converge's event spec. */
export type PageCall =
  | ({ method: "track"; properties?: PageProperties } & Omit<TrackCall, "properties">)
  /** Holds for all events that follow. */
  | ({ method: "set" } & Standing)
  | { method: "consent"; marketing: "granted" | "denied" }
  /** Links to this domain, and to those below it, carry visitor and click ID, with consent. */
  | { method: "link_domain"; domain: string };

/** Takes a call; it never throws. Until the script has come, a page may put calls into `q` itself. */
export interface PagePinrelay {
  (call: PageCall): void;
  q?: unknown;
}

declare global {
  interface Window {
    /** Absent until the page's own stub or the script has set it. */
    pinrelay?: PagePinrelay;
  }
}
