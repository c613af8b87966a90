/** What the dashboard's pages may use of the relay. */
import type { Trouble } from "../core/alerts.ts";
import type { Directory } from "../directory.ts";
import type { QualityReader } from "../quality.ts";
import type { Reads } from "../store/reads.ts";
import type { QueueState, Store } from "../store/store.ts";

export interface House {
  store: Store;
  reads: Reads;
  directory: Directory;
  /** Where browsers reach the relay, where the operator has said it. */
  publicUrl?: string;
  /** `ADMIN_PASSWORD` is set: any other password would be undone at the next start. */
  hasGivenPassword: boolean;
  /** Of Pinterest's API, for trying a token. */
  apiUrl: string;
  now(): number;
  /** What waits, by destination, a few seconds old; undefined where the store does not tell in time. */
  queue(): Promise<readonly QueueState[] | undefined>;
  /** Pinterest's own scores, where a destination's token may read them; answers at once. */
  quality: QualityReader;
  /** Halves of shops that have gone silent. */
  silences(): readonly Trouble[];
  /** What has become due is sent now. */
  wake(): void;
  /** What waits for destinations that were removed is withdrawn, in steps; nobody waits for it, since it may be much. */
  withdrawGone(): void;
}
