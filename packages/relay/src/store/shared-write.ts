/** Writes that arrive together share one transaction, where writing takes its time: the asynchronous group commit. */
import { StoreUnavailable } from "./store.ts";

export interface Sharing {
  /** Transactions under way at once. */
  atOnce: number;
  /** Items of one transaction at most, by `sizeOf`. */
  most: number;
}

interface Waiting<Item, Result> {
  item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * `write` writes several items and resolves, once all of them are durable, with a result for each in their order. An item
 * that cannot be written does not take its neighbours down: after a failure that is not the line's, each is written alone.
 */
export function sharedWrite<Item, Result>(
  write: (items: readonly Item[]) => Promise<readonly Result[]>,
  sizeOf: (item: Item) => number,
  isItemFault: (error: unknown) => boolean,
  { atOnce, most }: Sharing,
): (item: Item) => Promise<Result> {
  type One = Waiting<Item, Result>;
  let waiting: One[] = [];
  let running = 0;
  let isScheduled = false;

  const settle = async (group: readonly One[]): Promise<void> => {
    try {
      const results = await write(group.map(({ item }) => item));
      group.forEach(({ resolve, reject }, index) => {
        const result = results[index];
        if (result === undefined) reject(new StoreUnavailable("the write answered nothing"));
        else resolve(result);
      });
    } catch (error) {
      if (group.length > 1 && isItemFault(error)) for (const one of group) await settle([one]);
      else for (const { reject } of group) reject(error);
    }
  };

  const next = (): void => {
    isScheduled = false;
    while (running < atOnce && waiting.length > 0) {
      const [group, rest] = firstOf(waiting, most, ({ item }) => sizeOf(item));
      waiting = rest;
      running += 1;
      void settle(group).finally(() => {
        running -= 1;
        next();
      });
    }
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (isScheduled || running >= atOnce) return;
      isScheduled = true;
      // Once all requests of this turn are in.
      setImmediate(next);
    });
}

/** As many of the first as fit, one at least, and the rest. */
const firstOf = <One>(all: readonly One[], most: number, sizeOf: (one: One) => number): [One[], One[]] => {
  let size = 0;
  const end = all.findIndex((one, index) => {
    size += sizeOf(one);
    return index > 0 && size > most;
  });
  return end < 0 ? [[...all], []] : [all.slice(0, end), all.slice(end)];
};
