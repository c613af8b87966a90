/** Listens to what a page pushes into the array that Google's tags read. */
import { attempt } from "./guard.ts";
import { isThing, type Thing } from "./thing.ts";

declare global {
  interface Window {
    dataLayer?: unknown[];
  }
}

/**
 * Answers what hears each push once: what is there already, and what will come. To be called again now and then, since a
 * page may put another array in the place of the first. Absent, it is made, as Google's own snippet does.
 */
export const layerHearer = (hear: (entry: Thing) => void): (() => void) => {
  const known = new WeakSet<object>();
  let heard: unknown;
  const take = (entry: unknown) =>
    attempt(() => {
      if (!isThing(entry)) return;
      known.add(entry);
      hear(entry);
    });
  return () => {
    window.dataLayer ??= [];
    const layer = window.dataLayer;
    for (const entry of layer) if (!known.has(Object(entry))) take(entry);
    if (layer === heard) return;
    heard = layer;
    const { push } = layer;
    layer.push = function (...entries) {
      const length = push.apply(this, entries);
      entries.forEach(take);
      return length;
    };
  };
};
