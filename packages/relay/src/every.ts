/** A chore done now and then, which nobody waits for until it is to stop. */
export interface Chore {
  /** Does it no more, and resolves once the one under way is done. */
  stop(): Promise<void>;
}

export function every(ms: number, chore: () => Promise<void>, failed: (error: unknown) => void): Chore {
  let running = Promise.resolve();
  const timer = setInterval(() => {
    running = running.then(chore).catch(failed);
  }, ms);
  timer.unref();
  return {
    stop: () => {
      clearInterval(timer);
      return running;
    },
  };
}
