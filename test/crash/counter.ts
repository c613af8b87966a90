/** Waits until something has happened so many times. */
export interface Counter {
  happened(): void;
  times(left: number): Promise<void>;
}

export function counter(): Counter {
  let waiting: { left: number; reached: () => void } | undefined;
  return {
    happened: () => {
      if (waiting && --waiting.left <= 0) waiting.reached();
    },
    times: (left) =>
      new Promise((reached) => {
        waiting = { left, reached };
      }),
  };
}
