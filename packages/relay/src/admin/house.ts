/** What the dashboard's pages may use of the relay. */
import type { Directory } from "../directory.ts";
import type { Reads } from "../store/reads.ts";
import type { Store } from "../store/store.ts";

export interface House {
  store: Store;
  reads: Reads;
  directory: Directory;
  /** Where browsers reach the relay, where the operator has said it. */
  publicUrl?: string;
  /** Of Pinterest's API, for trying a token. */
  apiUrl: string;
  now(): number;
  /** What has become due is sent now. */
  wake(): void;
}
