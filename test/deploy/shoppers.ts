/** Shoppers who go on until they are told to stop. */
import { beacon, collect, viewedProduct } from "../beacons.ts";

export interface Shoppers {
  /** IDs of events that were answered with 202; it grows. */
  acknowledged: readonly string[];
  /** Any other status, and 0 where no answer came. */
  refused: readonly number[];
  stop(): Promise<void>;
}

export function shoppers({ url, key }: { url: string; key: string }, count = 4): Shoppers {
  const acknowledged: string[] = [];
  const refused: number[] = [];
  let isOver = false;
  const shop = async () => {
    while (!isOver) {
      const events = [viewedProduct(), viewedProduct()];
      const status = await collect({ url }, beacon(key, events)).then(
        (answer) => answer.status,
        () => 0,
      );
      if (status === 202) acknowledged.push(...events.map(({ id }) => id));
      else refused.push(status);
    }
  };
  const all = Promise.all(Array.from({ length: count }, shop));
  return {
    acknowledged,
    refused,
    async stop() {
      isOver = true;
      await all;
    },
  };
}
