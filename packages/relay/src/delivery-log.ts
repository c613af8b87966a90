/** Tells the operator when deliveries stop and when they go on, and what Pinterest refuses. */
import type { Logger } from "pino";
import type { Destination } from "./core/settings.ts";
import type { Reading } from "./pinterest/reply.ts";

export const deliveryLog = (log: Logger): ((to: Destination, reading: Reading) => void) => {
  const failing = new Set<number>();
  const searching = new Set<number>();
  return ({ id: destination }, reading) => {
    switch (reading.kind) {
      case "no access":
        return; // told where the destination is paused
      case "again":
        if (!failing.has(destination))
          log.warn(
            { destination, words: reading.words },
            "Pinterest takes no events now; they wait, and are tried again",
          );
        failing.add(destination);
        return;
      case "one is bad":
        if (!searching.has(destination))
          log.warn({ destination, words: reading.words }, "Pinterest refuses a call; the event at fault is rejected");
        searching.add(destination);
        return;
      case "statuses": {
        searching.delete(destination);
        if (failing.delete(destination)) log.info({ destination }, "Pinterest takes events again");
        const rejected = reading.events.filter(({ processed }) => !processed);
        if (rejected.length > 0)
          log.warn({ destination, rejected: rejected.length, words: rejected[0]?.words }, "Pinterest rejects events");
      }
    }
  };
};
