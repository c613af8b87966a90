/** A chore done now and then, which nobody waits for until it is to stop. */
export interface Chore {
  /** Does it no more, and resolves once the one under way is done. */
  stop(): Promise<void>;
}

export function every(ms: number, chore: () => Promise<void>, failed: (error: unknown) => void): Chore {
  let running: Promise<void> | undefined;
  // One that takes longer than its interval is not done again meanwhile.
  const timer = setInterval(() => {
    running ??= chore()
      .catch(failed)
      .finally(() => {
        running = undefined;
      });
  }, ms);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
