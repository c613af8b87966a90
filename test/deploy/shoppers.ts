/** Shoppers who go on until they are told to stop, each beacon another one: the relay limits what one may tell. */
import { randomBytes } from "node:crypto";
import { beacon, collect, viewedProduct } from "../beacons.ts";

export interface Shoppers {
  /** IDs of events that were answered with 202; it grows. */
  acknowledged: readonly string[];
  /** Any other status, and 0 where no answer came. */
  refused: readonly number[];
  stop(): Promise<void>;
}

/** Enough of them for every moment of a stop, and not so many that nothing else is done. */
const PAUSE_MS = 10;

export function shoppers({ url, key }: { url: string; key: string }, count = 4): Shoppers {
  const acknowledged: string[] = [];
  const refused: number[] = [];
  let isOver = false;
  const shop = async () => {
    while (!isOver) {
      const events = [viewedProduct(), viewedProduct()];
      const status = await collect(
        { url },
        beacon(key, events, { visitor: { id: randomBytes(32).toString("hex") } }),
      ).then(
        (answer) => answer.status,
        () => 0,
      );
      if (status === 202) acknowledged.push(...events.map(({ id }) => id));
      else refused.push(status);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
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
