/** Overhears `window.pintrk`, whoever puts it there and whenever. */
import { attempt } from "../guard.ts";
import type { Pintrk } from "../pintrk-on-page.ts";
import type { Hear } from "./pinterest-half.ts";

/** What is done with a call; answers what is to hear its callback. */
export type Overhear = (words: readonly unknown[]) => Hear | undefined;

/** Begins, with what has been queued already; what it answers ends it. */
export const overhearPintrk = (overhear: Overhear): (() => void) => {
  let isOver = false;
  /** The call being made: what wraps `pintrk` passes it on to one that is overheard too. */
  let current: readonly unknown[] = [];

  const listening = (pintrk: Pintrk): Pintrk =>
    new Proxy(pintrk, {
      apply(target, self, words: unknown[]) {
        if (isOver || (current.length > 0 && words.every((word, at) => word === current[at])))
          return Reflect.apply(target, self, words);
        current = attempt(() => overheard(words)) ?? words;
        try {
          return Reflect.apply(target, self, current);
        } finally {
          current = [];
        }
      },
    });

  const overheard = (words: unknown[]): unknown[] => {
    const hear = overhear(words);
    const [command, name, data, callback, ...more] = words;
    return hear && isCallable(callback) ? [command, name, data, answering(callback, hear), ...more] : words;
  };

  let real = window.pintrk;
  let shown = real;
  const take = (pintrk: Pintrk | undefined): void => {
    if (pintrk === shown && shown) return;
    real = pintrk;
    shown = typeof pintrk === "function" ? listening(pintrk) : pintrk;
  };
  for (const words of Array.from(real?.queue ?? [])) attempt(() => overhear(Array.from(words)));
  shown = undefined;
  take(real);
  // To be configured again: else a page that declares a function of this name would fail.
  attempt(() =>
    Object.defineProperty(window, "pintrk", { configurable: true, enumerable: true, get: () => shown, set: take }),
  );

  return () => {
    isOver = true;
    const now = Object.getOwnPropertyDescriptor(window, "pintrk");
    if (now?.set !== take) return;
    Reflect.deleteProperty(window, "pintrk");
    if (real) window.pintrk = real;
  };
};

type Callable = (...answer: unknown[]) => unknown;

const isCallable = (said: unknown): said is Callable => typeof said === "function";

/** The page's own callback, with an ear at it. */
const answering = (callback: Callable, hear: Hear) =>
  function (this: unknown, ...answer: unknown[]): unknown {
    attempt(() => hear(answer));
    return Reflect.apply(callback, this, answer);
  };
