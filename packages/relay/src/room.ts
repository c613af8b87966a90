/** How much may wait to become durable: past that a request is refused at once, and comes again, rather than take memory. */
import type { Ingest } from "./ingest.ts";
import { StoreUnavailable } from "./store/store.ts";

/** Nothing of the request was kept: too much waits already. */
export class Overloaded extends StoreUnavailable {
  override name = "Overloaded";
}

export interface Room {
  /** The same door, with room for so much. */
  over(ingest: Ingest): Ingest;
  waiting(): { events: number; bytes: number };
  /** How long the oldest request has waited, ms. */
  ageMs(): number;
}

export interface RoomSize {
  events: number;
  bytes: number;
}

/** Of a commit that takes a second, two seconds' worth of what one process takes in; each event holds some KB meanwhile. */
export const ROOM: RoomSize = { events: 20_000, bytes: 64 * 1024 * 1024 };

export function roomFor(size: RoomSize, refused: () => void): Room {
  /** When each request came, in their order. */
  const since = new Map<symbol, number>();
  let events = 0;
  let bytes = 0;
  return {
    over: (ingest) => async (shop, told) => {
      const more = (told.events?.length ?? 0) + (told.acks?.length ?? 0) + (told.refunds?.length ?? 0);
      const moreBytes = told.bytes ?? 0;
      // The first one is let in whatever its size: the door has a limit of its own.
      if (since.size > 0 && (events + more > size.events || bytes + moreBytes > size.bytes)) {
        refused();
        throw new Overloaded("too much waits to be kept");
      }
      const request = Symbol();
      since.set(request, performance.now());
      events += more;
      bytes += moreBytes;
      try {
        return await ingest(shop, told);
      } finally {
        since.delete(request);
        events -= more;
        bytes -= moreBytes;
      }
    },
    waiting: () => ({ events, bytes }),
    ageMs: () => {
      const [oldest] = since.values();
      return oldest === undefined ? 0 : performance.now() - oldest;
    },
  };
}
