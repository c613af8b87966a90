/** What the dashboard's pages may use of the relay. */
import type { Directory } from "../directory.ts";
import type { Reads } from "../store/reads.ts";
import type { Store } from "../store/store.ts";

export interface House {
  store: Store;
  reads: Reads;
  directory: Directory;
  /** Where browsers reach the relay. */
  publicUrl: string;
  now(): number;
  /** Deliveries that became due are sent now. */
  wake(): void;
}
